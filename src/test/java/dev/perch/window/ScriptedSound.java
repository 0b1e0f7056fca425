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

/** The sound of a {@link ScriptedStream}: its frames come some time after their pictures, on the same clock. */
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
    private long takenNanos; // the capture time of the newest
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

    /** The window, which gets no memory while {@link #full} is set. */
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

    /** Sets whether the window gets no memory. */
    public void full(boolean on) {
        full = on;
    }

    public SegmentWindow window() {
        return window;
    }

    public WindowView view() {
        return window.view();
    }

    /** Returns the number of frames that were put into segments. */
    public int taken() {
        return taken;
    }

    /** Returns the number of discontinuities that the sound asked of the pictures. */
    public int breaks() {
        return asked;
    }

    /** Makes the sound card faster than the clock by this factor, without a correction. */
    public void faster(double factor) {
        speed = factor;
    }

    /** Sets the delay behind the pictures; a negative one puts the sound before them. */
    public void late(long nanos) {
        lateNanos = nanos;
    }

    /** Sets whether no sound comes. */
    public void mute(boolean on) {
        muted = on;
    }

    public void rate(int rateHz) {
        config = AudioSpecificConfig.lc(rateHz, 1).streamConfig();
    }

    /** Goes on at the clock's time, as after a restart of the source. */
    public void restart() {
        made.clear();
        nextNanos = stream.nanos();
    }

    /** Takes the frames that have come. */
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

    /** Returns the distance of the newest sound from its capture time, in seconds. The sound must have come without a pause. */
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
