package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.flv.RecordedTracks;
import dev.perch.flv.SampleTracks;
import dev.perch.flv.TrackReader;
import dev.perch.media.Bytes;
import dev.perch.media.RecordingSink;
import dev.perch.testing.Await;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's session against nginx with its RTMP module. */
@Tag("players")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RtmpNginxPlayersTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void published_isRecordedFrameByFrame() throws Exception {
        RecordedTracks sample = SampleTracks.of("x264-baseline");
        try (RtmpNginx nginx = RtmpNginx.start(folder);
                Socket socket = nginx.connect()) {
            SessionPair.Guest guest = new SessionPair.Guest();
            guest.toPublish = sample.bodies();
            guest.ends = true;
            RtmpClient client =
                    RtmpClient.publishing(nginx.address("camera"), guest, 4096, 1, new CountedMemory(64 << 20));
            guest.use(client);
            RtmpLoop.run(client, socket);
            assertEquals(List.of("ready"), guest.heard);
            RecordedTracks recorded =
                    recorded(nginx.record("camera"), sample.video.frames().size());
            assertEquals(bytes(sample.video), bytes(recorded.video));
            assertEquals(bytes(sample.sound), bytes(recorded.sound));
            assertEquals(distances(sample.video), distances(recorded.video));
        }
    }

    /** ffmpeg publishes to nginx at its pace, and the client plays it from there. */
    @Test
    void played_comesFromAKeyFrameOn() throws Exception {
        Path file = folder.resolve("sample.flv");
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=25:duration=8",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "10",
                "-bf",
                "2",
                file.toString());
        RecordedTracks wanted = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        RecordedTracks played = new RecordedTracks();
        SessionPair.Guest guest = new SessionPair.Guest();
        try (RtmpNginx nginx = RtmpNginx.start(folder)) {
            Process publisher = new ProcessBuilder(
                            "ffmpeg",
                            "-v",
                            "error",
                            "-re",
                            "-i",
                            file.toString(),
                            "-c",
                            "copy",
                            "-f",
                            "flv",
                            nginx.url("camera"))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .inheritIO()
                    .start();
            try (Socket socket = nginx.connect()) {
                RtmpClient client = RtmpClient.playing(
                        nginx.address("camera"), guest, new TrackReader(played), 1, new CountedMemory(64 << 20));
                guest.use(client);
                Thread ender =
                        new Thread(() -> endWith(publisher, socket, wanted.video, played.video), "publisher's end");
                ender.start();
                RtmpLoop.run(client, socket);
                ender.join();
            } finally {
                publisher.destroy();
            }
        }
        assertTrue(guest.heard.contains("ready"), guest.heard::toString);
        List<?> all = bytes(wanted.video);
        List<?> some = bytes(played.video);
        assertTrue(some.size() > 50, "frames=" + some.size());
        assertTrue(played.video.frames().get(0).key());
        int from = all.size() - some.size();
        assertEquals(all.subList(from, all.size()), some);
        assertEquals(
                wanted.video.frames().get(from).time().presentationOffsetNanos(),
                played.video.frames().get(0).time().presentationOffsetNanos());
    }

    /** nginx keeps its players when a publisher goes: the player leaves with the last frame. */
    private static void endWith(Process publisher, Socket socket, RecordingSink wanted, RecordingSink played) {
        try (socket) {
            publisher.waitFor();
            Bytes last = wanted.frames().get(wanted.frames().size() - 1).bytes();
            Await.until(
                    10,
                    () -> !played.frames().isEmpty()
                            && played.frames()
                                    .get(played.frames().size() - 1)
                                    .bytes()
                                    .equals(last),
                    () -> "frames=" + played.frames().size());
        } catch (InterruptedException | IOException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** What nginx has written, as soon as it is as much as was sent. */
    private static RecordedTracks recorded(Path file, int frames) throws Exception {
        @Nullable RecordedTracks read = null;
        for (int i = 0; i < 100 && (read == null || read.video.frames().size() < frames); i++) {
            Thread.sleep(100);
            if (Files.exists(file)) {
                read = RecordedTracks.read(Files.readAllBytes(file), 10_000);
            }
        }
        assertNotNull(read, "nginx records nothing");
        return read;
    }

    private static List<?> bytes(RecordingSink sink) {
        return sink.frames().stream().map(RecordingSink.Frame::bytes).toList();
    }

    private static List<Long> distances(RecordingSink sink) {
        long first = sink.frames().get(0).time().decodeNanos();
        return sink.frames().stream()
                .map(frame -> frame.time().decodeNanos() - first)
                .toList();
    }
}
