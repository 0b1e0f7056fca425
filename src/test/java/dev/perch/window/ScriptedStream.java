package dev.perch.window;

import dev.perch.cmaf.CountedRequests;
import dev.perch.cmaf.FramePayload;
import dev.perch.cmaf.Numbering;
import dev.perch.cmaf.SegmentSettings;
import dev.perch.cmaf.Segmenter;
import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** A packager that gets frames from the test, on a clock of the test. */
public final class ScriptedStream {
    public static final WindowSettings SETTINGS = new WindowSettings("front", Duration.ofSeconds(10));

    static final SegmentSettings CUT = new SegmentSettings(Duration.ofSeconds(1), Duration.ofMillis(200));

    /** 2026-01-01T00:00:00Z */
    private static final long BEGIN_MICROS = 1_767_225_600_000_000L;

    public final ArenaPool pool;
    public final CountedRequests requests = new CountedRequests();
    private final WindowSettings settings;
    private Numbering numbering = Numbering.START;
    private SegmentWindow window;
    private Segmenter segmenter;
    private StreamConfig.H264 config = config("x264-baseline");
    private long nanos = 1_000_000_000_000L;
    private long wallMicros = BEGIN_MICROS;
    private long sequence;
    private boolean gap;
    private long shownOffsetNanos;
    private long shownOrder;

    public ScriptedStream(WindowSettings settings, long budgetBytes) {
        this.settings = settings;
        this.pool = new ArenaPool(new MemoryBudget(budgetBytes, "memory.budget"));
        this.window = empty("00c0ffee");
        this.segmenter = begin();
    }

    public static ScriptedStream usual() {
        return new ScriptedStream(SETTINGS, 64 << 20);
    }

    private SegmentWindow empty(String presentation) {
        return new SegmentWindow(
                settings,
                pool,
                presentation,
                numbering.nextNumber(),
                frame(0, true).time());
    }

    private Segmenter begin() {
        return new Segmenter(CUT, window, numbering, frame(0, true).time(), List.of(config), requests);
    }

    private static StreamConfig.H264 config(String stream) {
        return (StreamConfig.H264) Streams.publish(Corpus.read("h264/" + stream + ".h264"), 33_333_333)
                .configs()
                .get(0);
    }

    public SegmentWindow window() {
        return window;
    }

    public WindowView view() {
        return window().view();
    }

    public long nanos() {
        return nanos;
    }

    public long dropped() {
        return segmenter.dropped();
    }

    /** Moves the monotonic clock on. */
    public void pass(long passedNanos) {
        nanos += passedNanos;
        wallMicros += passedNanos / 1000;
    }

    /** Steps the system's clock. */
    public void stepClock(long micros) {
        wallMicros += micros;
    }

    /** Changes the parameter sets, from the next frame on. */
    public void parameters(String stream) {
        config = config(stream);
    }

    /** Marks a gap before the next frame, as after an absence of the camera. */
    public void gap() {
        gap = true;
    }

    /** Sets the number of discontinuities of another rendition of the camera. */
    public void keepUpWith(ScriptedStream other) {
        segmenter.keepUpWith(other.segmenter.discontinuities());
    }

    /** Begins the next segment with a discontinuity. */
    public void breakOff() {
        segmenter.breakOff();
    }

    public void away(String reason) {
        segmenter.breakOff();
        window.away(reason);
    }

    /** Begins another presentation, as when viewers come back after a while. */
    public void newPresentation(String presentation) {
        close();
        numbering = segmenter.next();
        window = empty(presentation);
        segmenter = begin();
    }

    public void close() {
        segmenter.close();
        window.end();
    }

    /** Sets the presentation offset and the output order of the next frame. */
    public void shown(long offsetNanos, long order) {
        shownOffsetNanos = offsetNanos;
        shownOrder = order;
    }

    /** Delivers a frame {@code intervalNanos} after the last. */
    public void frame(long intervalNanos, boolean key, int sliceBytes) {
        frame(intervalNanos, key, sliceBytes, /* jumped= */ false);
    }

    public void frame(long intervalNanos, boolean key, int sliceBytes, boolean jumped) {
        pass(intervalNanos);
        ByteBuffer payload = payload(key, sliceBytes);
        segmenter.frame(/* track= */ 0, frame(payload.remaining(), key), jumped, new Memory(payload));
        gap = false;
    }

    /** Delivers 30 frames, a second's. */
    public void second() {
        for (int i = 0; i < 30; i++) {
            frame(i % 3 == 0 ? 33_333_334 : 33_333_333, i == 0, 100);
        }
    }

    private Frame frame(int sizeBytes, boolean key) {
        return new Frame(
                sequence++,
                sizeBytes,
                new FrameTime(nanos, shownOffsetNanos, shownOrder, wallMicros),
                key,
                gap,
                false,
                config);
    }

    private ByteBuffer payload(boolean key, int sliceBytes) {
        ByteBuffer payload = ByteBuffer.allocate(
                4 * 3 + sliceBytes + config.sps().size() + config.pps().size());
        if (key) {
            unit(payload, config.sps());
            unit(payload, config.pps());
        }
        byte[] slice = new byte[sliceBytes];
        slice[0] = (byte) (key ? 0x65 : 0x41);
        unit(payload, Bytes.copyOf(slice));
        return payload.flip();
    }

    private static void unit(ByteBuffer payload, Bytes unit) {
        payload.putInt(unit.size());
        unit.copyTo(payload);
    }

    /** Returns the bytes of a segment, or of a part of it. */
    public static byte[] read(SegmentBytes bytes, int from, int to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = from; at < to; ) {
            at += bytes.writeTo(
                    piece -> {
                        byte[] copy = new byte[piece.remaining()];
                        piece.get(copy);
                        out.write(copy);
                    },
                    at,
                    to - at);
        }
        return out.toByteArray();
    }

    private record Memory(ByteBuffer payload) implements FramePayload {
        @Override
        public void copy(int start, int end, Destination destination) throws IOException {
            destination.write(payload.slice(start, end - start));
        }
    }
}
