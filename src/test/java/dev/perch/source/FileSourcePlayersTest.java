package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.media.RecordingSink.Frame;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clips of many kinds as cameras: real ffmpeg makes them and reads them. */
@Tag("players")
@Timeout(120)
class FileSourcePlayersTest {
    private static final String PICTURE = "-f lavfi -i testsrc2=s=160x120:r=%s:d=1.5 ";
    private static final String SOUND = "-f lavfi -i sine=d=1.5:sample_rate=%s ";

    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final FfmpegOutput output = new FfmpegOutput();

    @TempDir
    Path folder;

    @Test
    void bFrames_loopSeamlessly() throws Exception {
        Path clip = clip("b.mp4", "25", "48000", "-c:v libx264 -bf 3 -g 25 -c:a aac");
        play(clip, 80);
        List<Frame> frames = output.picture.frames();
        assertTrue(frames.stream().anyMatch(frame -> frame.time().presentationOffsetNanos() > 0));
        assertSteady(frames, 40);
        assertTogether();
    }

    private static void assertSteady(List<Frame> frames, double millis) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < frames.size(); i++) {
            gaps.add((frames.get(i).time().decodeNanos()
                            - frames.get(i - 1).time().decodeNanos())
                    / 1_000_000);
        }
        // where the clip begins anew, its sound, which is a little longer than its picture, is played to the end
        assertTrue(gaps.stream().allMatch(gap -> gap >= 0 && gap <= millis + 30), gaps.toString());
        assertTrue(gaps.stream().filter(gap -> Math.abs(gap - millis) > 1.1).count() <= 3, gaps.toString());
    }

    private void assertTogether() {
        long picture = output.picture.frames().get(0).time().decodeNanos();
        long sound = output.sound.frames().get(0).time().decodeNanos();
        assertTrue(Math.abs(picture - sound) < 150_000_000, (picture - sound) + " ns apart at the start");
    }

    private Path clip(String name, String rate, String sampleRate, String words) throws Exception {
        Path clip = folder.resolve(name);
        String line = "ffmpeg -v error -y " + PICTURE.formatted(rate)
                + (sampleRate.isEmpty() ? "" : SOUND.formatted(sampleRate)) + words;
        List<String> all = new ArrayList<>(List.of(line.split("\\s+", -1)));
        all.add(clip.toString());
        Tool.output(all.toArray(String[]::new));
        return clip;
    }

    private FfmpegSource play(Path clip, int pictures) throws Exception {
        FfmpegSource source = new FfmpegSource(
                CameraConfig.defaults("front", SourceConfig.Url.of(clip.toString())), arenas, "ffmpeg", Clock.SYSTEM);
        Source.Session session = source.start(output);
        output.awaitPictures(pictures);
        session.stop();
        assertEquals(java.util.Optional.empty(), output.awaitEnd());
        assertEquals(0, budget.leasedBytes());
        StreamConfig.H264 config = (StreamConfig.H264) output.picture.configs().get(0);
        assertEquals(List.of(160, 120), List.of(config.width(), config.height()));
        return source;
    }
}
