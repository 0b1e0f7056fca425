package dev.perch.window;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Init;
import dev.perch.cmaf.SegmentHead;
import dev.perch.cmaf.SegmentTaker;
import dev.perch.cmaf.SoundSegmenter;
import dev.perch.cmaf.Ticks;
import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sound of a {@link ScriptedStream}: frames that come a while after their pictures, in the same time. */
public final class ScriptedSound {
    private static final int SAMPLES = 1024;

    private final ScriptedStream stream;
    private final Deque<Frame> made = new ArrayDeque<>(); // not taken yet
    private SegmentWindow window;
    private SoundSegmenter segmenter;
    private StreamConfig.Aac config;
    private Bytes frame;
    private double nextNanos;
    private double speed = 1;
    private long lateNanos = 60_000_000;
    private boolean muted;
    private boolean full;
    private int taken;
    private long takenNanos; // the capture of the newest of those
    private boolean breaking;
    private int asked;

    public ScriptedSound(ScriptedStream stream, int rateHz) {
        this.stream = stream;
        this.nextNanos = stream.nanos();
        AudioSpecificConfig setup = AudioSpecificConfig.lc(rateHz, 1);
        this.config = setup.streamConfig();
        this.frame = Silence.frame(setup).orElseThrow();
        WindowView pictures = stream.view();
        FrameTime origin = new FrameTime(pictures.originNanos(), pictures.originWallMicros());
        this.window =
                new SegmentWindow(ScriptedStream.SETTINGS, stream.pool, "5001d000", pictures.nextNumber(), origin);
        this.segmenter = new SoundSegmenter(ScriptedStream.CUT, new FullAtTimes(), origin, config);
    }

    /** The window, for which there is no memory while {@link #full}. */
    private final class FullAtTimes implements SegmentTaker {
        @Override
        public void init(Init init) {
            window.init(init);
        }

        @Override
        public void open(SegmentHead head) {
            window.open(head);
        }

        @Override
        public Destination fragment(int sizeBytes) throws BudgetExceededException {
            if (full) {
                stream.pool.budget().lease("nothing", Long.MAX_VALUE / 2, "memory.budget");
            }
            return window.fragment(sizeBytes);
        }

        @Override
        public void commit(int addedTicks, boolean key, boolean fullLength) {
            window.commit(addedTicks, key, fullLength);
        }

        @Override
        public void part() {
            window.part();
        }

        @Override
        public void measured(Geometry geometry) {
            window.measured(geometry);
        }

        @Override
        public void close() {
            window.close();
        }
    }

    /** There is no memory for it from now on, or again. */
    public void full(boolean on) {
        full = on;
    }

    public SegmentWindow window() {
        return window;
    }

    public WindowView view() {
        return window.view();
    }

    /** Frames that stand in segments as they came. */
    public int taken() {
        return taken;
    }

    /** Discontinuities that it asked of the pictures. */
    public int breaks() {
        return asked;
    }

    /** The sound card is this much faster than the clock, and nobody corrects it. */
    public void faster(double factor) {
        speed = factor;
    }

    /** It comes this long after its pictures; a negative time before them. */
    public void late(long nanos) {
        lateNanos = nanos;
    }

    /** Nothing comes from now on, or again. */
    public void mute(boolean on) {
        muted = on;
    }

    public void rate(int rateHz) {
        config = AudioSpecificConfig.lc(rateHz, 1).streamConfig();
    }

    /** It goes on at the clock's time: the source was started anew. */
    public void restart() {
        made.clear();
        nextNanos = stream.nanos();
    }

    /** Takes what has come by now. */
    public void follow() {
        while (nextNanos + lateNanos <= stream.nanos()) {
            if (!muted) {
                made.add(next());
            }
            nextNanos += SAMPLES * 1e9 / config.sampleRateHz() / speed;
        }
        WindowView pictures = stream.view();
        if (!segmenter.beside(pictures.listed(), pictures.geometry(), pictures.keyFrameNext())) {
            throw new AssertionError("left behind");
        }
        while (!made.isEmpty()) {
            Frame first = made.element();
            boolean breaks = segmenter.needsBreak(first);
            if (!breaks && !segmenter.reached(first)) {
                return;
            }
            if (breaks && !breaking) {
                asked++;
                stream.breakOff();
            }
            breaking = breaks;
            long before = segmenter.dropped();
            segmenter.frame(
                    first,
                    (start, end, out) ->
                            out.write(frame.buffer().position(start).limit(end)));
            if (segmenter.dropped() == before) {
                taken++;
                takenNanos = first.time().decodeNanos();
            }
            made.remove();
        }
    }

    private Frame next() {
        FrameTime time = new FrameTime((long) nextNanos, (long) nextNanos / 1000);
        return new Frame(0, frame.size(), time, true, false, false, config);
    }

    /** How far the newest sound stands from where it was captured, in seconds; it has to come without a pause. */
    public double error() {
        double capturedTicks = (takenNanos - view().originNanos()) * 9e-5;
        double placed = view().newest().endTicks() - (double) SAMPLES * Ticks.HZ / config.sampleRateHz();
        return (placed - capturedTicks) / Ticks.HZ;
    }

    public void close() {
        segmenter.close();
        window.end();
    }
}
