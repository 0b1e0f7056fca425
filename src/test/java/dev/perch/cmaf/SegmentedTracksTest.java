package dev.perch.cmaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.feed.Frame;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound beside pictures in one file, which follows their segments; and sound alone, which is cut by itself. */
class SegmentedTracksTest {
    private static final SegmentSettings CUT = new SegmentSettings(Duration.ofSeconds(1), Duration.ofMillis(200));
    private static final long BEGIN_NANOS = 1_000_000_000_000L;
    private static final long PICTURE_NANOS = 33_366_667;
    private static final double PICTURE_HZ = 1e9 / PICTURE_NANOS;
    private static final int RATE_HZ = 44_100; // a frame is no whole number of ticks of 90 kHz
    private static final long SOUND_NANOS = 1024 * 1_000_000_000L / RATE_HZ;

    @TempDir
    private Path folder = Path.of("");

    private final RecordingSink pictures = Streams.publish(Corpus.read("h264/x264-high-slices.h264"), PICTURE_NANOS);
    private final StreamConfig.Aac sound = AudioSpecificConfig.lc(RATE_HZ, 1).streamConfig();
    private final Bytes silence =
            Silence.frame(AudioSpecificConfig.lc(RATE_HZ, 1)).orElseThrow();
    private final CountedRequests requests = new CountedRequests();
    private int picturesGiven;
    private int soundsGiven;

    private static FrameTime time(long nanos) {
        return new FrameTime(BEGIN_NANOS + nanos, (BEGIN_NANOS + nanos) / 1000);
    }

    private static void give(
            Segmenter segmenter,
            int track,
            Bytes bytes,
            FrameTime time,
            boolean key,
            StreamConfig config,
            boolean gap) {
        ByteBuffer payload = bytes.buffer();
        segmenter.frame(
                track,
                new Frame(0, payload.remaining(), time, key, gap, /* placeholder= */ false, config),
                /* jumped= */ false,
                (start, end, destination) -> destination.write(payload.slice(start, end - start)));
    }

    private void picture(Segmenter segmenter) {
        RecordingSink.Frame next =
                pictures.frames().get(picturesGiven % pictures.frames().size());
        FrameTime time = time(picturesGiven++ * PICTURE_NANOS);
        give(segmenter, 0, next.bytes(), time, next.key(), next.config(), /* gap= */ false);
    }

    private void sound(Segmenter segmenter, int track, long nanos, boolean gap) {
        soundsGiven++;
        give(segmenter, track, silence, time(nanos), /* key= */ true, sound, gap);
    }

    private Segmenter muxed(SegmentTaker taker) {
        return new Segmenter(
                CUT, taker, Numbering.START, time(0), List.of(pictures.configs().get(0), sound), requests);
    }

    /** Both as they would come, by their times, from {@code fromNanos} on for so many pictures. */
    private void both(Segmenter segmenter, int count, long soundFromNanos) {
        long soundNanos = soundFromNanos;
        for (int i = 0; i < count; i++) {
            while (soundNanos < picturesGiven * PICTURE_NANOS) {
                sound(segmenter, 1, soundNanos, /* gap= */ false);
                soundNanos += SOUND_NANOS;
            }
            picture(segmenter);
        }
    }

    @Test
    @Tag("players")
    void soundBesidePictures_isReadWhole_atItsTimes() throws Exception {
        Path path = folder.resolve("both.mp4");
        FileTaker taker = new FileTaker(path);
        Segmenter segmenter = muxed(taker);
        both(segmenter, 200, /* soundFromNanos= */ 0);
        segmenter.close();
        taker.end();
        assertEquals(0, segmenter.dropped());
        List<String> streams = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-show_entries",
                "stream=codec_name,nb_read_frames",
                "-of",
                "csv=p=0",
                path.toString());
        assertEquals(List.of("h264,200", "aac," + soundsGiven), streams);
        List<String> packets = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "a",
                "-show_entries",
                "packet=dts",
                "-of",
                "csv=p=0",
                path.toString());
        for (int i = 0; i < packets.size(); i++) {
            assertEquals(String.valueOf(1024 * i), packets.get(i).replaceAll(",.*", ""), "frame " + i);
        }
    }

    @Test
    void soundBesidePictures_followsTheirBoundaries() throws IOException {
        FileTaker taker = new FileTaker(folder.resolve("both.mp4"));
        Segmenter segmenter = muxed(taker);
        both(segmenter, 200, /* soundFromNanos= */ 0);
        segmenter.close();
        taker.end();
        List<FileTaker.Told> told = taker.told();
        assertTrue(told.size() > 2, told::toString);
        long at = 0;
        int sounds = 0;
        for (FileTaker.Told segment : told) {
            assertEquals(at, segment.head().startTicks());
            assertTrue(segment.key());
            at += segment.ticks();
            sounds += segment.fragments() - Math.toIntExact(Math.round(segment.ticks() * PICTURE_HZ / Ticks.HZ));
            assertEquals(
                    Ticks.seconds(at), (double) sounds * 1024 / RATE_HZ, 0.04, "sound and pictures of the same span");
        }
        assertEquals(soundsGiven, sounds);
    }

    @Test
    void soundBeforeTheFirstKeyFrame_isLeftOut() throws IOException {
        FileTaker taker = new FileTaker(folder.resolve("both.mp4"));
        Segmenter segmenter = muxed(taker);
        sound(segmenter, 1, -2 * SOUND_NANOS, /* gap= */ false);
        picture(segmenter);
        sound(segmenter, 1, -SOUND_NANOS, /* gap= */ false);
        assertEquals(2, segmenter.dropped());
        sound(segmenter, 1, 0, /* gap= */ false);
        assertEquals(2, segmenter.dropped());
        taker.end();
    }

    @Test
    void gapInTheSound_breaksNoSegment() throws IOException {
        FileTaker taker = new FileTaker(folder.resolve("both.mp4"));
        Segmenter segmenter = muxed(taker);
        both(segmenter, 60, /* soundFromNanos= */ 0);
        for (int i = 0; i < 60; i++) {
            picture(segmenter);
        }
        sound(segmenter, 1, picturesGiven * PICTURE_NANOS, /* gap= */ true);
        both(segmenter, 80, picturesGiven * PICTURE_NANOS + SOUND_NANOS);
        segmenter.close();
        taker.end();
        assertEquals(0, segmenter.dropped());
        assertTrue(taker.told().stream().noneMatch(segment -> segment.head().discontinuity()));
    }

    /** The microphone was changed for one of another rate. */
    @Test
    void soundOfAnotherRate_beginsASegmentWithAnInitSegmentOfItsOwn() throws IOException {
        FileTaker taker = new FileTaker(folder.resolve("both.mp4"));
        Segmenter segmenter = muxed(taker);
        both(segmenter, 60, /* soundFromNanos= */ 0);
        StreamConfig.Aac other = AudioSpecificConfig.lc(48_000, 1).streamConfig();
        long nanos = picturesGiven * PICTURE_NANOS;
        give(segmenter, 1, silence, time(nanos), /* key= */ true, other, /* gap= */ false);
        while (segmenter.dropped() < 1000 && taker.told().size() < 5) {
            picture(segmenter);
            give(segmenter, 1, silence, time(picturesGiven * PICTURE_NANOS), /* key= */ true, other, /* gap= */ false);
        }
        segmenter.close();
        taker.end();
        SegmentHead last = taker.told().get(taker.told().size() - 1).head();
        assertEquals(1, last.init().version());
        assertEquals(List.of(pictures.configs().get(0), other), last.init().tracks());
        assertEquals(1, last.discontinuities());
        assertTrue(last.startTicks() >= Ticks.of(nanos), "its time goes on");
    }

    @Test
    @Tag("players")
    void soundAlone_isCutByItself() throws Exception {
        Path path = folder.resolve("sound.mp4");
        FileTaker taker = new FileTaker(path);
        Segmenter segmenter = new Segmenter(CUT, taker, Numbering.START, time(0), List.of(sound), requests);
        for (int i = 0; i < 1000; i++) {
            sound(segmenter, 0, i * SOUND_NANOS, /* gap= */ false);
        }
        segmenter.close();
        taker.end();
        assertEquals(0, requests.needed + requests.welcome);
        List<FileTaker.Told> told = taker.told();
        long at = 0;
        for (FileTaker.Told segment : told.subList(0, told.size() - 1)) {
            assertEquals(at, segment.head().startTicks());
            assertEquals(1, Ticks.seconds(segment.ticks()), 0.013, "a second, and half a frame more or less");
            at += segment.ticks();
        }
        assertEquals(1, taker.geometry().orElseThrow().targetSeconds());
        assertFalse(told.get(1).parts().isEmpty());
        List<String> streams = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-show_entries",
                "stream=codec_name,nb_read_frames",
                "-of",
                "csv=p=0",
                path.toString());
        assertEquals(List.of("aac,1000"), streams);
    }
}
