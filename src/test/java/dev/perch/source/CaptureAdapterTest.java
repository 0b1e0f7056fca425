package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.h264.AbsurdStreams;
import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.Streams;
import dev.perch.jpeg.MixedJpeg;
import dev.perch.jpeg.TextPicture;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RecordingSink;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureFormat;
import dev.perch.v4l2.CaptureRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** H.264 within JPEGs, as a camera of UVC 1.5 sends it. */
class CaptureAdapterTest {
    private static final String STREAM = "h264/x264-baseline.h264";
    private static final String JPEG = "jpeg/turbo-420.jpg";
    private static final long FRAME_NANOS = 33_333_333;

    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final List<Boolean> plain = new ArrayList<>();
    private final CommandOutput output = new CommandOutput();

    private static CaptureRequest request(CaptureRequest.Embedding embedding) {
        return new CaptureRequest(
                "/dev/video0",
                List.of(PixelFormat.MJPG),
                640,
                480,
                false,
                30,
                1,
                List.of(),
                embedding,
                "front driver buffers",
                "cameras.front.size");
    }

    private CaptureAdapter adapter(CaptureRequest.Embedding embedding) {
        CaptureAdapter adapter = new CaptureAdapter(
                output,
                FRAME_NANOS,
                new GatherMemory(new ArenaPool(budget), "front"),
                new EmbeddedH264Watch(request(embedding), plain::add));
        adapter.started(
                new CaptureFormat(PixelFormat.MJPG, 640, 480, List.of(), 1 << 20, /* fullRange= */ false, FRAME_NANOS));
        return adapter;
    }

    private static ByteBuffer image(int unitBytes) {
        return ByteBuffer.wrap(MixedJpeg.of(Corpus.read(JPEG), new byte[unitBytes], /* countMarkers= */ false));
    }

    @Test
    void accessUnitInPieces_isGatheredInLeasedMemory() {
        CaptureAdapter adapter = adapter(CaptureRequest.Embedding.WANTED);
        adapter.encoded(image(60_000), new FrameTime(1, 2));
        assertEquals(0, budget.leasedBytes());
        adapter.encoded(image(200_000), new FrameTime(2, 3));
        assertEquals(Set.of("front H264 in JPEG"), budget.leasedByHolder().keySet());
        assertEquals(4 << 16, budget.leasedBytes());
        adapter.encoded(image(2 << 20), new FrameTime(3, 4)); // no room: dropped
        adapter.ended(Optional.empty());
        assertEquals(0, budget.leasedBytes());
        assertEquals(3, output.jpeg.frames().size());
        assertEquals(List.of(false), plain);
    }

    @Test
    void jpegsWithoutH264_areToldOnce_orRefused() {
        CaptureAdapter wanting = adapter(CaptureRequest.Embedding.WANTED);
        CaptureAdapter requiring = adapter(CaptureRequest.Embedding.REQUIRED);
        for (int i = 0; i < 200; i++) {
            FrameTime time = new FrameTime(i * FRAME_NANOS, i);
            wanting.encoded(ByteBuffer.wrap(Corpus.read(JPEG)), time);
            requiring.encoded(ByteBuffer.wrap(Corpus.read(JPEG)), time);
        }
        assertEquals(List.of(true), plain);
    }

    @Test
    void absurdSizes_areToldInWords() {
        CaptureAdapter adapter = adapter(CaptureRequest.Embedding.OFF);
        ByteBuffer jpeg = TextPicture.jpeg(16, 16, List.of());
        int sof = 0;
        while (jpeg.getShort(sof) != (short) 0xffc0) {
            sof++;
        }
        adapter.encoded(jpeg.putInt(sof + 5, -1), new FrameTime(1, 2));
        assertEquals(
                "Pictures of 65535x65535 pixels are not taken: 16880 a side and 67108864 in all are the most.",
                output.jpeg.refusedWhy());
        AbsurdStreams.bySentence().forEach((sentence, unit) -> {
            adapter.started(
                    new CaptureFormat(PixelFormat.H264, 640, 480, List.of(), 1 << 20, /* fullRange= */ false, 0));
            adapter.encoded(unit.buffer(), new FrameTime(2, 3));
            assertEquals(sentence, output.h264.refusedWhy());
        });
    }

    @Test
    void h264WithinJpegs_feedsBothFormats() {
        CaptureAdapter adapter = adapter(CaptureRequest.Embedding.WANTED);
        AccessUnitSplitter splitter = new AccessUnitSplitter(new AccessUnitSplitter.Output() {
            @Override
            public void accessUnit(ByteBuffer annexB, FrameTime time) {
                byte[] unit = Bytes.copyOf(annexB).toArray();
                adapter.encoded(ByteBuffer.wrap(MixedJpeg.of(Corpus.read(JPEG), unit, true)), time);
            }

            @Override
            public void dropped() {
                throw new AssertionError();
            }
        });
        splitter.bytes(ByteBuffer.wrap(Corpus.read(STREAM)), new FrameTime(1, 2));
        splitter.end();
        List<Bytes> expected = bytes(Streams.publish(Corpus.read(STREAM), FRAME_NANOS));
        assertEquals(expected, bytes(output.h264));
        assertEquals(expected.size(), output.jpeg.frames().size());
        assertEquals(0, output.h264.droppedFrames() + output.jpeg.droppedFrames());
    }

    @Test
    void keyFramesThatNeverComeAgain_endTheSession_whenSomebodyWaitsForOne() throws Exception {
        CaptureAdapter adapter = new CaptureAdapter(
                output,
                FRAME_NANOS,
                new GatherMemory(new ArenaPool(budget), "front"),
                new EmbeddedH264Watch(request(CaptureRequest.Embedding.OFF), plain::add));
        adapter.started(
                new CaptureFormat(PixelFormat.H264, 640, 480, List.of(), 1 << 20, /* fullRange= */ false, FRAME_NANOS));
        AtomicInteger stops = new AtomicInteger();
        adapter.endBy(stops::incrementAndGet);
        List<Bytes> units = Streams.accessUnits(Corpus.read("h264/x264-baseline.h264"), 1 << 20);
        long begin = System.nanoTime();
        for (int second = 0; second < 40; second++) {
            adapter.encoded(
                    units.get(second == 0 ? 0 : 1).buffer(), new FrameTime(begin + second * 1_000_000_000L, second));
        }
        assertEquals(0, stops.get()); // nobody waits
        adapter.keyFrameWanted(begin);
        adapter.encoded(units.get(1).buffer(), new FrameTime(begin + 41_000_000_000L, 41));
        assertEquals(1, stops.get());
        adapter.ended(Optional.empty());
        assertEquals(
                "The camera has sent no key frame for 30 seconds, and who begins to watch needs one. It is started anew.",
                output.awaitEnd().orElseThrow().getMessage());
    }

    @Test
    void whatIsOfUse_isWhatCanBePublished() {
        CaptureAdapter adapter = new CaptureAdapter(
                output,
                FRAME_NANOS,
                new GatherMemory(new ArenaPool(budget), "front"),
                new EmbeddedH264Watch(request(CaptureRequest.Embedding.OFF), plain::add));
        adapter.started(
                new CaptureFormat(PixelFormat.H264, 640, 480, List.of(), 1 << 20, /* fullRange= */ false, FRAME_NANOS));
        byte[] keyFrameAlone = {0, 0, 0, 1, 0x65, (byte) 0x88, (byte) 0x84, 0};
        assertFalse(adapter.encoded(ByteBuffer.wrap(keyFrameAlone), new FrameTime(1, 2)));
        adapter.started(
                new CaptureFormat(PixelFormat.MJPG, 640, 480, List.of(), 1 << 20, /* fullRange= */ false, FRAME_NANOS));
        byte[] jpeg = Corpus.read(JPEG);
        assertTrue(adapter.encoded(ByteBuffer.wrap(jpeg), new FrameTime(3, 4)));
        assertTrue(adapter.encoded(ByteBuffer.wrap(jpeg, 0, jpeg.length / 2), new FrameTime(5, 6))); // its upper part
        assertFalse(adapter.encoded(ByteBuffer.wrap(jpeg, 0, 100), new FrameTime(5, 6)));
        assertFalse(adapter.encoded(ByteBuffer.wrap(keyFrameAlone), new FrameTime(7, 8)));
    }

    private static List<Bytes> bytes(RecordingSink sink) {
        return sink.frames().stream().map(RecordingSink.Frame::bytes).toList();
    }
}
