package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.Tool;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests clips of any span: each begins and ends on the frame that was asked for, also across files. */
class ClipTest {
    private static final int SECONDS = 34;

    /** The number of clips, of a hundred, that are decoded. */
    private static final int DECODED = Integer.getInteger("perch.clips", 10);

    @TempDir
    Path folder;

    /** The capture time of the first frame, in microseconds since 1970. */
    private static long startMicros(List<Recording> recordings) throws Exception {
        return RecordedFile.head(recordings.get(0).path()).orElseThrow().startMicros();
    }

    private Path written(Clip clip) throws Exception {
        Path file = folder.resolve("clip.mp4");
        try (InputStream in = clip.open()) {
            Files.write(file, in.readAllBytes());
        }
        assertEquals(clip.sizeBytes(), Files.size(file));
        return file;
    }

    @Test
    @Tag("players")
    void clip_ofRandomSpans_beginsAndEndsOnTheAskedFrame() throws Exception {
        try (Studio studio = new Studio(folder.resolve("r"), "segment: 10s")) {
            studio.gops(SECONDS);
            studio.end();
            List<Recording> all = studio.recorder.span(0, Long.MAX_VALUE, 100);
            assertTrue(all.size() >= 3, all::toString);
            Random random = new Random(15);
            for (int i = 0; i < 100; i++) {
                int first = random.nextInt(SECONDS * 30 - 2);
                int behind = first + 1 + random.nextInt(Math.min(300, SECONDS * 30 - 1 - first));
                long[] span = i % 2 == 0 ? span(all, first, behind) : rounded(all, first, behind);
                List<Recording> found = studio.recorder.span(span[0], span[1], 100);
                Optional<Clip> clip = Clip.of(found, span[0], span[1]);
                int asked = i;
                assertTrue(clip.isPresent(), () -> "span " + asked + " is empty");
                assertTrue(clip.get().gaps().isEmpty(), () -> clip.get().gaps().toString());
                Path file = written(clip.get());
                assertEquals((behind - first) * 3000, shownTicks(file), "first=" + first + " behind=" + behind);
                if (i * DECODED / 100 != (i + 1) * DECODED / 100) {
                    numbers(file, first, behind);
                }
            }
        }
    }

    /** Returns the span from the time of one frame to the time of another, in whole milliseconds. */
    private static long[] rounded(List<Recording> all, int first, int behind) throws Exception {
        long start = startMicros(all);
        return new long[] {
            Math.round((start + first * 1e6 / 30) / 1000.0), Math.round((start + behind * 1e6 / 30) / 1000.0)
        };
    }

    /** Returns the span from the start of one frame to half a frame before another, in milliseconds. */
    private static long[] span(List<Recording> all, int first, int behind) throws Exception {
        long start = startMicros(all);
        return new long[] {
            Math.round((start + first * 1e6 / 30) / 1000.0 + 3),
            Math.round((start + (behind - 0.5) * 1e6 / 30) / 1000.0)
        };
    }

    /** Returns the duration of the pictures by the edit list, or of the whole movie if it has none, in ticks of 90 kHz. */
    private static int shownTicks(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int elst = text.indexOf("elst");
        int at = elst >= 0 ? elst + 12 : text.indexOf("mvhd") + 20;
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    /** Fails unless ffmpeg decodes the demo's frames from the first to the last that was asked for. */
    private static void numbers(Path file, int first, int behind) throws Exception {
        byte[] grey = Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-vsync",
                "passthrough",
                "-vf",
                "scale=160:96",
                "-pix_fmt",
                "gray",
                "-f",
                "rawvideo",
                "-");
        List<Integer> numbers = FrameNumber.all(grey, 160, 96);
        int wantedLast = Studio.number(behind - 1);
        assertEquals(behind - first, numbers.size(), () -> numbers.toString());
        assertEquals(wantedLast, numbers.get(numbers.size() - 1), () -> numbers.toString());
        assertEquals(Studio.number(first), numbers.get(0), () -> numbers.toString());
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(Studio.number(numbers.get(i - 1) + 1L), numbers.get(i), () -> "a seam: " + numbers);
        }
    }

    @Test
    @Tag("players")
    void clip_withSound_hasTheSoundOfTheShownPicturesAlone() throws Exception {
        long start = 1_700_000_000_000L;
        Path recorded = folder.resolve("sounding.mp4");
        HourFile.write(recorded, "front", start * 1000, 6, /* sounding= */ true);
        Recording recording =
                new Recording(recorded, start, 6_000, Files.size(recorded), /* kept= */ false, /* finished= */ true);
        Path file = written(
                Clip.of(List.of(recording), start + 1_500, start + 4_200).orElseThrow());
        assertEquals(81 * 3000, shownTicks(file));
        byte[] heard = Tool.output(
                "ffmpeg", "-v", "error", "-i", file.toString(), "-map", "0:a", "-f", "s16le", "-ac", "1", "-");
        assertEquals(2.7 * 48_000, heard.length / 2.0, 1_024, "to a frame of sound");
    }

    @Test
    @Tag("players")
    void timeLapse_isOfKeyFramesAlone() throws Exception {
        try (Studio studio = new Studio(folder.resolve("r"), "segment: 10s")) {
            studio.gops(SECONDS);
            studio.end();
            List<Recording> all = studio.recorder.span(0, Long.MAX_VALUE, 100);
            Optional<Clip> film = Clip.timeLapse(all, 0, Long.MAX_VALUE / 4000, /* speed= */ 10);
            Path file = written(film.orElseThrow());
            assertEquals(SECONDS, RecordingTest.decoded(file));
            String seconds = Tool.lines(
                            "ffprobe",
                            "-v",
                            "error",
                            "-show_entries",
                            "format=duration",
                            "-of",
                            "csv=p=0",
                            file.toString())
                    .get(0);
            assertEquals((SECONDS - 1) / 10.0, Double.parseDouble(seconds), 0.2);
        }
    }

    @Test
    void clip_overAGap_leavesItOutAndTellsIt() throws Exception {
        try (Studio studio = new Studio(folder.resolve("r"))) {
            studio.gops(5);
            studio.source.fail(CaptureException.Kind.ABSENT, "unplugged");
            studio.source.awaitStart(2);
            studio.pause(60);
            studio.gops(5);
            studio.end();
            List<Recording> all = studio.recorder.span(0, Long.MAX_VALUE, 100);
            assertEquals(2, all.size(), all::toString);
            long from = all.get(0).startMillis();
            Clip clip = Clip.of(all, from, all.get(1).endMillis()).orElseThrow();
            assertEquals(1, clip.gaps().size(), () -> clip.gaps().toString());
            assertEquals(
                    60_000.0,
                    (double) (clip.gaps().get(0).toMillis() - clip.gaps().get(0).fromMillis()),
                    100);
            assertEquals(300 * 3000, shownTicks(written(clip)), 2 * 3000);
            assertTrue(Clip.of(List.of(), from, from + 1000).isEmpty());
        }
    }

    @Test
    @Tag("players")
    void clip_overAFileWithoutSound_hasTheSoundThatThereIs() throws Exception {
        long start = 1_700_000_000_000L;
        for (boolean soundFirst : new boolean[] {false, true}) {
            Path inner = Files.createDirectory(folder.resolve("sound" + soundFirst));
            List<Recording> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Path file = inner.resolve(i + ".mp4");
                long millis = start + 4_000L * i;
                HourFile.write(file, "front", millis * 1000, 4, /* sounding= */ (i % 2 == 0) == soundFirst);
                all.add(new Recording(file, millis, 4_000, Files.size(file), /* kept= */ false, /* finished= */ true));
            }
            Path file = written(Clip.of(all, start, start + 12_000).orElseThrow());
            List<String> times = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-select_streams",
                    "a",
                    "-show_entries",
                    "packet=pts_time",
                    "-of",
                    "csv=p=0",
                    file.toString());
            long within = times.stream()
                    .mapToDouble(time -> Double.parseDouble(time.replace(",", "")))
                    .filter(time -> soundFirst == (time < 3.99 || time > 7.99))
                    .count();
            assertEquals(times.size(), within, times::toString);
            assertEquals(soundFirst ? 2 * 187 : 187, times.size(), 2);
            Tool.output("ffmpeg", "-v", "error", "-xerror", "-i", file.toString(), "-f", "null", "-");
        }
    }
}
