package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.RecordingSink.Frame;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Await;
import dev.perch.testing.Tool;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of many kinds as cameras: real ffmpeg makes them and reads them. */
@Tag("players")
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
@Timeout(120)
class FileSourcePlayersTest {
    private static final String X264 = "-c:v libx264 -preset ultrafast -g 25 ";

    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final FfmpegOutput output = new FfmpegOutput();

    @TempDir
    Path folder;

    /** A second of each, played for longer than that: pictures at their rate, sound beside them, and times that rise across the seam. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "b-frames.mp4 | 25 | 48000 | -c:v libx264 -bf 3 -g 25 -c:a aac | true",
                "b-frames.mkv | 25 | 44100 | -c:v libx264 -bf 3 -g 25 -c:a aac -ac 1 | true",
                "ntsc.mp4 | 60000/1001 | 44100 | -c:v libx264 -preset ultrafast -g 60 -c:a aac -ac 1 | false",
                "slow.ts | 10 | 48000 | -c:v libx264 -preset ultrafast -g 10 -c:a aac | false",
                "silent.flv | 25 | | -c:v libx264 -preset ultrafast -g 25 | false"
            })
    void h264AndAac_areCopied_andLoopSeamlessly(
            String name, String rate, String sampleRate, String words, boolean reordered) throws Exception {
        Path clip = clip(name, rate, sampleRate, words);
        double framesPerSecond = Math.rint(perSecond(rate) * 100) / 100;
        FfmpegSource source = play(clip, (int) (framesPerSecond * 1.4));
        List<Frame> frames = output.picture.frames();
        assertEquals(reordered, frames.stream().anyMatch(frame -> frame.time().presentationOffsetNanos() > 0));
        assertSteady(frames, 1000 / framesPerSecond);
        assertEquals("", source.conversion());
        if (sampleRate == null) {
            assertEquals(List.of(), output.sound.configs());
            assertEquals(SoundProspect.NONE, source.sound());
        } else {
            assertSteady(output.sound.frames(), 1024_000.0 / Integer.parseInt(sampleRate));
            assertTogether();
            assertEquals(SoundProspect.CERTAIN, source.sound());
        }
    }

    /** ffmpeg ends at the end of these: it cannot go back to their start. */
    @ParameterizedTest
    @CsvSource({"playlist.m3u8, -f hls -hls_list_size 0", "bare.h264, -f h264"})
    void fileThatFfmpegCannotLoop_isBegunAnew(String name, String words) throws Exception {
        Path clip = clip(name, "25", "", X264 + words);
        play(clip, 60);
        List<Frame> frames = output.picture.frames();
        for (int i = 1; i < frames.size(); i++) {
            assertTrue(
                    frames.get(i).time().decodeNanos()
                            > frames.get(i - 1).time().decodeNanos(),
                    "frame " + i);
        }
        long spanMillis =
                (frames.get(59).time().decodeNanos() - frames.get(0).time().decodeNanos()) / 1_000_000;
        assertTrue(spanMillis >= 58 * 40, "in real time, not " + spanMillis + " ms");
    }

    @Test
    void editList_isObeyed() throws Exception {
        Path whole = clip("whole.mp4", "25", "48000", "-c:v libx264 -bf 2 -g 25 -c:a aac");
        Path cut = folder.resolve("cut.mp4");
        Tool.output("ffmpeg", "-v", "error", "-ss", "0.3", "-i", whole.toString(), "-c", "copy", cut.toString());
        play(cut, 50);
        assertSteady(output.picture.frames(), 40);
        assertTogether();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "hevc.mp4 | -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac | ffmpeg encodes the picture (hevc) to H.264.",
                "mp3.mkv | -c:v libx264 -preset ultrafast -c:a libmp3lame | ffmpeg encodes the sound (mp3) to AAC.",
                "old.avi | -c:v mpeg4 -c:a pcm_s16le | ffmpeg encodes the picture (mpeg4) to H.264 and the sound (pcm_s16le) to AAC.",
                "high422.mp4 | -c:v libx264 -preset ultrafast -pix_fmt yuv422p -c:a aac | ffmpeg encodes the picture (h264 yuv422p) to H.264."
            })
    void anythingElse_isEncoded_andTold(String name, String words, String told) throws Exception {
        FfmpegSource source = play(clip(name, "25", "44100", words), 30);
        assertEquals(told, source.conversion());
        List<Frame> frames = output.picture.frames();
        assertSteady(frames, 40);
        assertTrue(frames.stream().noneMatch(frame -> frame.time().presentationOffsetNanos() > 0));
        assertTrue(output.sounds() > 20, output.sounds() + " frames of sound");
        assertTogether();
    }

    @Test
    void pictureThatChangesItsSize_goesOn() throws Exception {
        Path small = clip("small.ts", "25", "", X264);
        Path large = folder.resolve("large.ts");
        Tool.output(("ffmpeg -v error -f lavfi -i testsrc2=s=320x240:r=25:d=1 " + X264 + large).split(" ", -1));
        Path both = folder.resolve("both.ts");
        try (OutputStream out = Files.newOutputStream(both)) {
            Files.copy(small, out);
            Files.copy(large, out);
        }
        play(both, 35);
        List<Integer> widths = output.picture.configs().stream()
                .map(config -> ((StreamConfig.H264) config).width())
                .distinct()
                .toList();
        assertEquals(List.of(160, 320), widths);
    }

    @Test
    void audioOff_leavesItOut() throws Exception {
        Path clip = clip("loud.mp4", "25", "48000", X264 + "-c:a aac");
        CameraConfig camera = camera(SourceConfig.Url.of(clip.toString())).with(SoundConfig.OFF);
        FfmpegSource source = new FfmpegSource(camera, arenas, "ffmpeg", Clock.SYSTEM);
        assertEquals(SoundProspect.NONE, source.sound());
        play(source, 20);
        assertEquals(0, output.sounds());
    }

    @Test
    void once_endsWithTheFile() throws Exception {
        Path clip = clip("once.mp4", "25", "", X264);
        SourceConfig.Url url = SourceConfig.Url.of(clip.toString());
        source(new SourceConfig.Url(url.text(), /* loop= */ false, /* growing= */ false, url.startTimeout()))
                .start(output);
        CaptureException end = output.awaitEnd().orElseThrow();
        assertEquals("once.mp4 has been played to its end.", end.getMessage());
        assertEquals(CaptureException.Kind.ENDED, end.kind());
        assertEquals(25, output.picture.frames().size());
        assertSteady(output.picture.frames(), 40);
    }

    /** As OBS writes it: the rest of the file comes as it happens, after a pause. */
    @ParameterizedTest
    @CsvSource({
        "mkv, -f matroska -cluster_time_limit 200",
        "ts, -f mpegts",
        "flv, -f flv",
        "mp4, -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof"
    })
    void growingFile_isFollowed_andItsEndWaitedAt(String ending, String words) throws Exception {
        int seconds = 20;
        Path whole = clip("whole." + ending, "25", "48000", X264 + "-c:a aac " + words, seconds);
        byte[] bytes = Files.readAllBytes(whole);
        Path growing = folder.resolve("growing." + ending);
        int at = bytes.length / 5;
        int step = bytes.length / seconds / 25;
        try (OutputStream out = Files.newOutputStream(growing)) {
            out.write(bytes, 0, at);
            SourceConfig.Url url = new SourceConfig.Url(
                    growing.toString(), /* loop= */ true, /* growing= */ true, Duration.ofSeconds(20));
            Source.Session session = source(url).start(output);
            while (output.pictures() < 10 && at < bytes.length) {
                out.write(bytes, at, Math.min(step, bytes.length - at));
                at += step;
                Thread.sleep(40); // a recording grows as time goes by
            }
            output.awaitPictures(10);
            session.stop();
        }
        assertEquals(Optional.empty(), output.awaitEnd());
        int pictures = output.picture.frames().size();
        assertTrue(pictures < 90, pictures + ": what was written before is not shown");
        assertEquals(0, budget.leasedBytes());
    }

    /** Of a large file the end is read, and a new file of the same name is followed in its turn. */
    @Test
    void growingFileThatIsReplaced_isFollowedAnew() throws Exception {
        Path first = clip("first.mkv", "25", "", X264 + "-f matroska");
        SourceConfig.Url url =
                new SourceConfig.Url(first.toString(), /* loop= */ true, /* growing= */ true, Duration.ofSeconds(20));
        source(url).start(output);
        Path next = clip("next.mkv", "25", "", X264 + "-f matroska");
        Await.until(20, () -> Await.runs("perch-front-growing"), () -> "nothing reads");
        Files.move(next, first, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(
                "first.mkv was cut, or is another file now.",
                output.awaitEnd().orElseThrow().getMessage());
        assertEquals(0, budget.leasedBytes());
    }

    /** Asserts the frames' interval, but for seams, where what is longer, the sound or the picture, is played to its end, and for a machine that stood still. */
    private static void assertSteady(List<Frame> frames, double millis) {
        List<Double> gaps = new ArrayList<>();
        for (int i = 1; i < frames.size(); i++) {
            gaps.add((frames.get(i).time().decodeNanos()
                            - frames.get(i - 1).time().decodeNanos())
                    / 1e6);
        }
        assertTrue(gaps.stream().allMatch(gap -> gap > 0), gaps.toString());
        assertTrue(gaps.stream().filter(gap -> Math.abs(gap - millis) > 1.1).count() <= 4, gaps.toString());
    }

    /** Asserts that sound and picture begin at the same moment, but for what either has more at its start. */
    private void assertTogether() {
        long picture = output.picture.frames().get(0).time().decodeNanos();
        long sound = output.sound.frames().get(0).time().decodeNanos();
        assertTrue(Math.abs(picture - sound) < 150_000_000, (picture - sound) + " ns apart at the start");
    }

    private static double perSecond(String rate) {
        int slash = rate.indexOf('/');
        return slash < 0
                ? Double.parseDouble(rate)
                : Double.parseDouble(rate.substring(0, slash)) / Double.parseDouble(rate.substring(slash + 1));
    }

    private Path clip(String name, String rate, String sampleRate, String words) throws Exception {
        return clip(name, rate, sampleRate, words, 1);
    }

    private Path clip(String name, String rate, String sampleRate, String words, int seconds) throws Exception {
        Path clip = folder.resolve(name);
        String sound = sampleRate == null || sampleRate.isEmpty()
                ? ""
                : "-f lavfi -i sine=d=" + seconds + ":sample_rate=" + sampleRate + " ";
        String line =
                "ffmpeg -v error -y -f lavfi -i testsrc2=s=160x120:r=" + rate + ":d=" + seconds + " " + sound + words;
        List<String> all = new ArrayList<>(List.of(line.strip().split("\\s+", -1)));
        all.add(clip.toString());
        Tool.output(all.toArray(String[]::new));
        return clip;
    }

    private static CameraConfig camera(SourceConfig source) {
        return CameraConfig.defaults("front", source);
    }

    private FfmpegSource source(SourceConfig.Url url) {
        return new FfmpegSource(camera(url), arenas, "ffmpeg", Clock.SYSTEM);
    }

    private FfmpegSource play(Path clip, int pictures) throws Exception {
        FfmpegSource source = source(SourceConfig.Url.of(clip.toString()));
        play(source, pictures);
        return source;
    }

    private void play(FfmpegSource source, int pictures) throws Exception {
        Source.Session session = source.start(output);
        output.awaitPictures(pictures);
        session.stop();
        assertEquals(Optional.empty(), output.awaitEnd());
        assertEquals(0, budget.leasedBytes());
        StreamConfig.H264 config = (StreamConfig.H264) output.picture.configs().get(0);
        assertEquals(List.of(160, 120), List.of(config.width(), config.height()));
    }
}
