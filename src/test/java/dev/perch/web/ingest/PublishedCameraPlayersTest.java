package dev.perch.web.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A camera that somebody publishes is a camera as any other: every technique, its rendition, its recording, its sound. */
@Tag("players")
class PublishedCameraPlayersTest {
    private static final String YAML = """
            server: { port: 0, address: 127.0.0.1 }
            cameras:
              front:
                publish: true
                renditions: { small: { size: 80x60 } }
                record: { path: "%s/%%F-%%H-%%M-%%S.mp4", keep: 1d }
            """;

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> publishers = new ArrayList<>();

    private void publish(PerchServer server, String size) throws IOException {
        String command = "ffmpeg -v error -nostdin -re -f lavfi -i testsrc2=size=" + size
                + ":rate=25 -f lavfi -i sine -c:v libx264 -preset ultrafast -tune zerolatency -g 25 -c:a aac -f flv -method PUT "
                + server.address("front/publish");
        publishers.add(new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("publisher.txt").toFile())
                .start());
    }

    private static void assertSeen(PerchServer server, String path, String... wanted) throws Exception {
        List<String> seen = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name,width",
                "-of",
                "csv=p=0",
                server.address("front/" + path));
        assertTrue(seen.containsAll(List.of(wanted)), path + ": " + seen);
    }

    @Test
    void everyTechnique_servesIt_andTheSameAnswersGoOn_whenAnotherPublishesAnotherSize() throws Exception {
        Path recordings = Files.createDirectories(folder.resolve("recordings"));
        Path file = Files.writeString(folder.resolve("perch.yml"), YAML.formatted(recordings));
        Path kept = folder.resolve("kept.flv");
        try (PerchServer server =
                PerchServer.start(PerchConfig.load(file), Files.createDirectories(folder.resolve("work")))) {
            publish(server, "160x120");
            Await.until(60, () -> server.text("stats").contains("\"state\":\"live\""), () -> server.text("stats"));
            for (String path : new String[] {"stream.mp4?duration=1", "stream.flv?duration=1", "hls/index.m3u8"}) {
                assertSeen(server, path, "h264,160", "aac");
            }
            assertSeen(server, "dash/manifest.mpd", "h264,160", "aac");
            assertSeen(server, "stream.h264?duration=1", "h264,160");
            assertSeen(server, "stream.mjpg?duration=1", "mjpeg,160");
            assertSeen(server, "snapshot.jpg", "mjpeg,160");
            assertSeen(server, "small/stream.mp4?duration=1", "h264,80");
            Process viewer = new ProcessBuilder(
                            "curl", "-sS", "-o", kept.toString(), server.address("front/stream.flv"))
                    .start();
            publishers.add(viewer);
            Await.until(
                    60,
                    () -> kept.toFile().length() > 20_000,
                    () -> "kept " + kept.toFile().length());
            publishers.get(0).destroyForcibly().waitFor();
            Await.until(60, () -> server.text("stats").contains("\"state\":\"awaiting\""), () -> server.text("stats"));
            publish(server, "320x240");
            Await.until(60, () -> server.text("stats").contains("\"width\":320"), () -> server.text("stats"));
            long length = kept.toFile().length();
            Await.until(
                    60,
                    () -> kept.toFile().length() > length + 60_000,
                    () -> "kept " + kept.toFile().length());
            assertTrue(viewer.isAlive());
            viewer.destroy();
            assertTrue(viewer.waitFor(20, TimeUnit.SECONDS));
        } finally {
            for (Process each : publishers) {
                each.destroyForcibly().waitFor();
            }
        }
        List<String> widths = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v",
                "-show_entries",
                "frame=width",
                "-of",
                "csv=p=0",
                kept.toString());
        List<String> sizes = widths.stream()
                .map(line -> line.replace(",", ""))
                .filter(line -> !line.isEmpty())
                .distinct()
                .toList();
        assertEquals(List.of("160", "320"), sizes, "in one answer");
        assertRecorded(recordings);
    }

    /** Each size has its own file, picture and sound, and nothing in them is at fault. */
    private static void assertRecorded(Path recordings) throws Exception {
        File[] files = recordings.toFile().listFiles((in, name) -> name.endsWith(".mp4"));
        List<String> sizes = new ArrayList<>();
        for (File each : files == null ? new File[0] : files) {
            sizes.addAll(Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-show_entries",
                    "stream=codec_name,width",
                    "-of",
                    "csv=p=0",
                    each.toString()));
            assertEquals(List.of(), Tool.lines("ffmpeg", "-v", "error", "-i", each.toString(), "-f", "null", "-"));
        }
        assertTrue(sizes.containsAll(List.of("h264,160", "h264,320", "aac")), sizes::toString);
    }
}
