package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.RecordingSink.Frame;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.RtspServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RTSP cameras, of which GStreamer plays one. */
@Tag("players")
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
@Timeout(120)
class RtspSourcePlayersTest {
    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final FfmpegOutput output = new FfmpegOutput();

    @ParameterizedTest
    @ValueSource(strings = {"basic", "digest"})
    void pictureAndSound_come_andNobodyReadsThePassword(String method) throws Exception {
        try (RtspServer server = RtspServer.start(0, method)) {
            String url = server.url(RtspServer.PASSWORD, "/live?channel=1");
            FfmpegSource source = source(url);
            assertEquals("rtsp://127.0.0.1:" + server.port() + "/live", source.description());
            Source.Session session = source.start(output);
            output.awaitPictures(30);
            String words = commandLines();
            assertTrue(words.contains("ffmpeg") && words.contains("pipe:0"), words);
            assertFalse(words.contains("S3cr3t") || words.contains("joe"), words);
            session.stop();
            assertEquals(Optional.empty(), output.awaitEnd());
        }
        List<Frame> frames = output.picture.frames();
        long spanMillis =
                (frames.get(29).time().decodeNanos() - frames.get(0).time().decodeNanos()) / 1_000_000;
        // what has come while ffmpeg looked at the stream comes at once
        assertTrue(spanMillis >= 29, spanMillis + " ms for 30 frames of 25 a second");
        assertTrue(output.sounds() > 20, output.sounds() + " frames of sound");
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void wrongPassword_wrongPath_andNobodyThere_areTold() throws Exception {
        int port;
        try (RtspServer server = RtspServer.start(0, "digest")) {
            port = server.port();
            String at = "rtsp://127.0.0.1:" + port;
            CaptureException refused = end(server.url("S3cr3t-wrong", "/live"));
            assertTold(at + "/live refuses the user name or password, or asks for one.", refused);
            assertEquals(CaptureException.Kind.NOT_PERMITTED, refused.kind());
            CaptureException none = end(at + "/live");
            assertTold(at + "/live refuses the user name or password, or asks for one.", none);
            CaptureException path = end(server.url(RtspServer.PASSWORD, "/other"));
            assertTold(at + "/other is not there: the server knows no such path (404).", path);
        }
        String at = "rtsp://127.0.0.1:" + port + "/live";
        assertTold(at + " cannot be reached: nothing listens at that address and port.", end(at));
        assertTold(
                "rtsp://nobody.invalid/live cannot be reached: no host of that name is known.",
                end("rtsp://joe:S3cr3t@nobody.invalid/live"));
    }

    private CaptureException end(String url) throws InterruptedException {
        FfmpegOutput run = new FfmpegOutput();
        source(url).start(run);
        return run.awaitEnd().orElseThrow();
    }

    private static void assertTold(String sentence, CaptureException end) {
        String told = String.valueOf(end.getMessage());
        assertTrue(told.startsWith(sentence), told);
        assertFalse(told.contains("S3cr3t"), told);
    }

    private FfmpegSource source(String url) {
        return new FfmpegSource(
                CameraConfig.defaults("front", SourceConfig.Url.of(url)), arenas, "ffmpeg", Clock.SYSTEM);
    }

    /** Returns what any user of the machine sees of this process's children. */
    static String commandLines() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .map(RtspSourcePlayersTest::text)
                .filter(text -> text.contains(" flv pipe:1"))
                .collect(Collectors.joining("\n"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }
}
