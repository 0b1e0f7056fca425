package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the files of the recorder with ffmpeg and with Perch's own reader. */
class RecordingTest {
    @TempDir
    Path folder;

    @Test
    @Tag("players")
    void record_closed_isAnOrdinaryFileOfAllFrames() throws Exception {
        try (Studio studio = new Studio(folder)) {
            studio.gops(5);
            studio.awaitSeconds(4);
            studio.end();
            List<Path> files = studio.files();
            assertEquals(1, files.size(), files::toString);
            assertEquals(List.of("h264,150"), probe(files.get(0), "codec_name,nb_frames"));
            String duration = Tool.lines(
                            "ffprobe",
                            "-v",
                            "error",
                            "-show_entries",
                            "format=duration",
                            "-of",
                            "csv=p=0",
                            files.get(0).toString())
                    .get(0);
            assertEquals(5, Double.parseDouble(duration), 0.001);
            assertEquals(150, decoded(files.get(0)));
            assertEquals(0, studio.recorder.status().dropped());
        }
    }

    @Test
    @Tag("players")
    void record_growing_playsAsItIs() throws Exception {
        try (Studio studio = new Studio(folder)) {
            studio.gops(4);
            studio.awaitSeconds(3);
            Path copy = Files.copy(studio.files().get(0), folder.resolve("copy.mp4"));
            int whole = decoded(copy); // three GOPs, and the half of the fourth where that is written already
            assertTrue(whole >= 90 && whole < 120, "pictures=" + whole);
        }
    }

    @Test
    void record_segmentOver_nextFileGoesOnWithoutASeam() throws Exception {
        try (Studio studio = new Studio(folder, "segment: 10s")) {
            studio.gops(25);
            studio.end();
            List<Path> files = studio.files();
            assertEquals(3, files.size(), () -> files + " " + studio.recorder.status());
            long endMicros = 0;
            long frames = 0;
            for (Path file : files) {
                try (RecordedFile recorded = RecordedFile.open(file)) {
                    assertTrue(recorded.head().indexOffset() > 0, () -> file + " is not finished");
                    long startMicros = recorded.head().startMicros();
                    assertTrue(endMicros == 0 || Math.abs(startMicros - endMicros) < 20_000, "no hole between files");
                    Scan scan = new Scan(recorded);
                    scan.run(recorded.firstFragment());
                    endMicros = startMicros + scan.index().durationTicks() * 100 / 9;
                    frames += scan.index().samples(1);
                }
            }
            assertEquals(studio.frames(), frames);
        }
    }

    /** Returns the entries of each stream. */
    static List<String> probe(Path file, String entries) throws Exception {
        return Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "stream=" + entries, "-of", "csv=p=0", file.toString());
    }

    /** Returns the number of frames that ffmpeg decodes. Fails if it prints a warning. */
    static int decoded(Path file) throws Exception {
        List<String> lines = new ArrayList<>(Tool.lines(
                "ffmpeg",
                "-v",
                "error",
                "-xerror",
                "-i",
                file.toString(),
                "-map",
                "0:v",
                "-vsync",
                "passthrough",
                "-f",
                "framecrc",
                "-"));
        lines.removeIf(line -> line.startsWith("#"));
        return lines.size();
    }

    /** Returns the number of frames that ffmpeg decodes of all files together, without the files that have none. */
    static int decodedAll(List<Path> files) throws Exception {
        int frames = 0;
        for (Path file : files) {
            if (RecordedFile.head(file).filter(head -> head.indexOffset() > 0).isPresent()) {
                frames += decoded(file);
            }
        }
        return frames;
    }
}
