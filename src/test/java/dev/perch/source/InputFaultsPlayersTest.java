package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and servers that give no picture: each is told in plain words, and nothing is left behind. */
@Tag("players")
@Isolated("it counts the process's threads, descriptors and children")
@Timeout(120)
class InputFaultsPlayersTest {
    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Footing before;

    @TempDir
    Path folder;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        before = Footing.now();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertEquals(before, Footing.now());
        assertEquals(0, budget.leasedBytes());
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/round" -> {
                    exchange.getResponseHeaders().set("Location", "/round");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/garbage" -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(noise(300_000));
                }
                case "/nothing" -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().flush();
                    Thread.sleep(30_000);
                }
                default -> exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] noise(int count) {
        byte[] bytes = new byte[count];
        new java.util.Random(1).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | NOT_PERMITTED | refuses the user name or password, or asks for one.",
                "403 | NOT_PERMITTED | forbids access (403).",
                "404 | ABSENT | is not there: the server knows no such path (404).",
                "500 | FAULT | is not given: the server has failed (5xx).",
                "round | FAULT | cannot be reached, was ended by the other side, or is redirected without end.",
                "garbage | FAULT | is nothing that ffmpeg knows as video.",
                "nothing | FAULT | has sent nothing for 2 seconds."
            })
    void http_isTold(String path, Kind kind, String words) throws Exception {
        String at = "127.0.0.1:" + server.getAddress().getPort() + "/" + path;
        CaptureException end = end(within("http://joe:S3cr3t@" + at + "?token=S3cr3t", 2));
        assertTold("http://" + at + " " + words, end);
        assertEquals(kind, end.kind());
    }

    @Test
    void files_areTold() throws Exception {
        assertEquals(
                "none.mp4 does not exist. ffmpeg says: \"none.mp4: No such file or directory\"",
                end(folder.resolve("none.mp4")).getMessage());
        assertTold("d is a directory.", end(Files.createDirectory(folder.resolve("d"))));
        Path text = Files.write(folder.resolve("noise.bin"), noise(50_000));
        assertTold("noise.bin is nothing that ffmpeg knows as video.", end(text));
        Path cut = folder.resolve("cut.mp4");
        Tool.output("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:d=1", cut.toString());
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertTold("cut.mp4 is no whole MP4: its index is not written yet, or the file is damaged.", end(cut));
        Path sound = folder.resolve("sound.wav");
        Tool.output("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", sound.toString());
        assertTold("sound.wav has no picture. ffmpeg says: \"Stream map '0:V:0' matches no streams.\"", end(sound));
    }

    @Test
    void unreadableFile_isTold() throws Exception {
        Path file = Files.write(folder.resolve("mine.mp4"), noise(10));
        org.junit.jupiter.api.Assumptions.assumeFalse(
                "root".equals(System.getProperty("user.name")), "root reads every file");
        assertTrue(file.toFile().setReadable(false, false));
        assertTold("mine.mp4 may not be read by this user.", end(file));
    }

    @Test
    void ffmpegAbsent_isToldWithHowToInstallIt() throws Exception {
        FfmpegOutput output = new FfmpegOutput();
        CameraConfig camera = CameraConfig.defaults("front", SourceConfig.Url.of("rtsp://joe:S3cr3t@cam/live"));
        new FfmpegSource(camera, arenas, "no-such-ffmpeg", Clock.SYSTEM).start(output);
        CaptureException end = output.awaitEnd().orElseThrow();
        assertEquals(
                "rtsp://cam/live is read by the program no-such-ffmpeg, which is not on this machine: apt install ffmpeg",
                end.getMessage());
        assertEquals(Kind.UNSUPPORTED, end.kind());
    }

    @Test
    void wordsThatFfmpegDoesNotKnow_areTold() throws Exception {
        CaptureException end = end(SourceConfig.Ffmpeg.of(List.of("-nonsense", "1", "-i", "x")));
        assertTold("ffmpeg cannot be read by this ffmpeg.", end);
    }

    @Test
    void clipThatPlays_endsSoonToo() throws Exception {
        Path clip = folder.resolve("clip.mp4");
        Tool.output("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:d=2", clip.toString());
        FfmpegSource source = source(SourceConfig.Url.of(clip.toString()));
        for (int i = 0; i < 2; i++) {
            FfmpegOutput output = new FfmpegOutput();
            Source.Session session = source.start(output);
            output.awaitPictures(5);
            session.stop();
            assertEquals(Optional.empty(), output.awaitEnd());
        }
    }

    @Test
    void stoppedWhileItWaits_endsSoon() throws Exception {
        FfmpegOutput output = new FfmpegOutput();
        SourceConfig.Url url = within("http://127.0.0.1:" + server.getAddress().getPort() + "/nothing", 60);
        Source.Session session = source(url).start(output);
        dev.perch.testing.Await.until(
                20, () -> RtspSourcePlayersTest.commandLines().contains("/nothing"), () -> "ffmpeg does not run");
        session.stop();
        assertEquals(Optional.empty(), output.awaitEnd());
    }

    private SourceConfig.Url within(String url, int seconds) {
        return new SourceConfig.Url(url, /* loop= */ true, /* growing= */ false, Duration.ofSeconds(seconds));
    }

    private CaptureException end(Path file) throws InterruptedException {
        return end(SourceConfig.Url.of(file.toString()));
    }

    private CaptureException end(SourceConfig url) throws InterruptedException {
        FfmpegOutput output = new FfmpegOutput();
        source(url).start(output);
        return output.awaitEnd().orElseThrow();
    }

    private FfmpegSource source(SourceConfig url) {
        return new FfmpegSource(CameraConfig.defaults("front", url), arenas, "ffmpeg", Clock.SYSTEM);
    }

    private static void assertTold(String sentence, CaptureException end) {
        String told = String.valueOf(end.getMessage());
        assertTrue(told.startsWith(sentence), told);
        assertTrue(!told.contains("S3cr3t"), told);
    }
}
