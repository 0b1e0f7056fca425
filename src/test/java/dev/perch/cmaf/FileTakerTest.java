package dev.perch.cmaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.feed.Frame;
import dev.perch.h264.Streams;
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

/** What a segmenter makes of a stream, taken by something that is no window: one file. */
class FileTakerTest {
    private static final long FRAME_NANOS = 33_366_667; // as the stream says itself
    private static final SegmentSettings CUT = new SegmentSettings(Duration.ofSeconds(1), Duration.ofMillis(200));

    @TempDir
    private Path folder = Path.of("");

    private final RecordingSink stream = Streams.publish(Corpus.read("h264/x264-high-slices.h264"), FRAME_NANOS);
    private final CountedRequests requests = new CountedRequests();
    private long sequence;

    private Segmenter segmenter(SegmentTaker taker) {
        return new Segmenter(CUT, taker, Numbering.START, time(), List.of(config()), requests);
    }

    private StreamConfig config() {
        return stream.configs().get(0);
    }

    private FrameTime time() {
        long nanos = 1_000_000_000L + sequence * FRAME_NANOS;
        return new FrameTime(nanos, nanos / 1000);
    }

    /** The next frames of the stream, which begins again at its end. */
    private void frames(Segmenter segmenter, int count) {
        for (int i = 0; i < count; i++) {
            RecordingSink.Frame next =
                    stream.frames().get((int) (sequence % stream.frames().size()));
            ByteBuffer bytes = next.bytes().buffer();
            Frame frame = new Frame(
                    sequence,
                    bytes.remaining(),
                    time(),
                    next.key(),
                    /* afterGap= */ false,
                    /* placeholder= */ false,
                    next.config());
            segmenter.frame(
                    /* track= */ 0,
                    frame,
                    /* jumped= */ false,
                    (start, end, destination) -> destination.write(bytes.slice(start, end - start)));
            sequence++;
        }
    }

    @Test
    @Tag("players")
    void file_isReadWhole() throws Exception {
        Path path = folder.resolve("taken.mp4");
        FileTaker taker = new FileTaker(path);
        Segmenter segmenter = segmenter(taker);
        frames(segmenter, 200);
        segmenter.close();
        taker.end();
        assertEquals(0, segmenter.dropped());
        assertEquals(
                List.of("codec_name=h264", "nb_read_frames=200"),
                Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-count_frames",
                        "-show_entries",
                        "stream=codec_name,nb_read_frames",
                        "-of",
                        "default=nw=1",
                        path.toString()));
        List<String> packets =
                Tool.lines("ffprobe", "-v", "error", "-show_entries", "packet=dts", "-of", "csv=p=0", path.toString());
        List<Long> times = packets.stream().map(Long::valueOf).toList();
        for (int i = 0; i < times.size(); i++) {
            assertEquals(0, (double) (Ticks.of(i * FRAME_NANOS) - times.get(i)), 2.0, "frame " + i);
        }
    }

    @Test
    void segments_followEachOther_withPartsAsLongAsTheyAre() throws IOException {
        FileTaker taker = new FileTaker(folder.resolve("taken.mp4"));
        Segmenter segmenter = segmenter(taker);
        frames(segmenter, 200);
        segmenter.close();
        taker.end();
        List<FileTaker.Told> told = taker.told();
        assertTrue(told.size() > 1, told::toString);
        long at = 0;
        for (int i = 0; i < told.size(); i++) {
            FileTaker.Told segment = told.get(i);
            assertEquals(i, segment.head().number());
            assertEquals(at, segment.head().startTicks());
            assertTrue(segment.key(), "each begins with a key frame");
            long parts = segment.parts().stream().mapToLong(Long::longValue).sum();
            assertEquals(i == 0 ? 0 : segment.ticks(), parts);
            at += segment.ticks();
        }
        assertEquals(0, (double) (Ticks.of(200 * FRAME_NANOS) - at), 100.0);
        assertEquals(29.97, taker.geometry().orElseThrow().framesPerSecond(), 0.01);
    }

    @Test
    @Tag("players")
    void fullDisk_leavesFramesOut_andTheFileGoesOnWithAKeyFrame() throws Exception {
        Path path = folder.resolve("taken.mp4");
        FileTaker taker = new FileTaker(path);
        Segmenter segmenter = segmenter(taker);
        frames(segmenter, 60);
        taker.full(true);
        frames(segmenter, 10);
        assertEquals("No space left on device", segmenter.refusal());
        taker.full(false);
        frames(segmenter, 130);
        segmenter.close();
        taker.end();
        assertEquals("", segmenter.refusal());
        assertTrue(requests.needed > 0);
        assertEquals(
                200,
                segmenter.dropped()
                        + taker.told().stream()
                                .mapToInt(FileTaker.Told::fragments)
                                .sum());
        assertTrue(taker.told().stream().allMatch(FileTaker.Told::key));
        assertTrue(taker.told().stream().anyMatch(segment -> segment.head().discontinuity()));
        Tool.output("ffmpeg", "-v", "error", "-xerror", "-i", path.toString(), "-f", "rawvideo", "-y", "/dev/null");
    }
}
