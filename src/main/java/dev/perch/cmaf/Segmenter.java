package dev.perch.cmaf;

import dev.perch.config.CameraConfig;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.mp4.CompositionTimes;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.ProducerTime;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a camera's H.264 frames into segments and parts, one run from its first frame to its end. Used by one thread.
 *
 * <p>A segment begins with a key frame and ends before the first one that comes when it is long enough. The first segment tells how long segments
 * and parts of this camera can be at most, which cannot be changed afterwards; a GOP that is longer than that is cut within, and the next
 * segment then begins with a frame that is no key frame.
 */
final class Segmenter {
    private static final System.Logger LOG = System.getLogger(Segmenter.class.getName());

    /** EXTINF is rounded to whole seconds (RFC 8216bis §4.4.3.1): what the first segment has, and a fifth of a second for those after. */
    private static final double TARGET_SLACK_SECONDS = 0.2;

    /** How much longer than the target a segment may become. */
    private static final double FORCED_SLACK_SECONDS = 0.4;

    /** Of a camera whose key frames are further apart the first segment is cut then: nobody waits longer for a playlist. */
    private static final long LONGEST_FIRST_TICKS = 6L * Segment.TIMESCALE_HZ;

    /** The clock may mend a frame's duration by 3 in 100. */
    private static final double PART_SLACK = 1.04;

    private static final long CLOCK_STEP_MICROS = 1_000_000L;

    private final SegmentSettings settings;
    private final SegmentWindow window;
    private final Runnable wantKeyFrame;
    private final MediaClock clock;
    private final Fragment fragment = new Fragment();
    private final ByteBuffer head = ByteBuffer.allocate(ProducerTime.BYTES + Fragment.MOST_HEAD_BYTES);
    private final CompositionTimes composition = new CompositionTimes();
    private int compositionTicks; // of the frame at hand

    private FrameTime anchor; // what wall clock times count from
    private StreamConfig.@Nullable H264 config;
    private Segment.@Nullable Init init;
    private @Nullable OpenSegment open;
    private WindowView.@Nullable Geometry geometry;
    private boolean broken = true; // the next segment continues nothing
    private boolean asked; // for a key frame, in this segment
    private long leadingBefore; // in output order: the picture that the run or what follows a break began with; 0 once
    // behind it
    private long nextNumber;
    private long discontinuities;
    private boolean first = true;
    private int framesOfLast;
    private int sequenceNumber;
    private long dropped;
    private String refusal = "";

    /**
     * @param numbering where it begins to count
     * @param first the frame that has decode time 0
     * @param wantKeyFrame asks the encoder for a key frame, where it can be asked
     */
    Segmenter(SegmentSettings settings, ArenaPool pool, Numbering numbering, Frame first, Runnable wantKeyFrame) {
        this.settings = settings;
        this.wantKeyFrame = wantKeyFrame;
        this.anchor = first.time();
        long nominal = first.config() instanceof StreamConfig.H264 video ? video.frameNanos() : 33_333_333;
        this.clock = new MediaClock(first.time(), nominal);
        this.nextNumber = numbering.nextNumber();
        this.discontinuities = numbering.discontinuities();
        this.window = new SegmentWindow(settings, pool, numbering.run(), nextNumber, first.time());
    }

    /**
     * Where a run begins to count.
     *
     * @param run its name
     * @param discontinuities how many there were before
     */
    record Numbering(String run, long nextNumber, long discontinuities) {}

    SegmentWindow window() {
        return window;
    }

    /** Where a run after this one begins to count. */
    Numbering next(String run) {
        return new Numbering(run, nextNumber, discontinuities + 1);
    }

    /** Frames that came into no segment. */
    long dropped() {
        return dropped;
    }

    /** Why there was no memory for the last frame; empty when there was. */
    String refusal() {
        return refusal;
    }

    /**
     * Takes one frame.
     *
     * @param jumped whether frames before it were missed
     */
    void frame(Frame frame, boolean jumped, FramePayload payload) {
        if (!(frame.config() instanceof StreamConfig.H264 video) || frame.placeholder()) {
            return;
        }
        boolean changed = config != null
                && !(config.sps().equals(video.sps()) && config.pps().equals(video.pps()));
        if (jumped || frame.afterGap() || changed || clock.hole(frame.time())) {
            breakOff();
        }
        if (!frame.key() && (broken || open == null)) {
            dropped++;
            ask();
            return;
        }
        if (broken) {
            leadingBefore = frame.time().presentationOrder();
        } else if (leads(frame.time())) {
            dropped++;
            return;
        }
        clock.next(frame.time());
        compose(frame.time(), video);
        cut(frame, video);
        append(frame, payload);
    }

    /** Whether it is shown before the picture that the run, or what follows a break, begins with, and refers to pictures before it. */
    private boolean leads(FrameTime time) {
        leadingBefore = time.presentationOrder() > leadingBefore ? 0 : leadingBefore;
        return leadingBefore != 0;
    }

    private void compose(FrameTime time, StreamConfig.H264 video) {
        if (broken) {
            composition.clear();
        }
        double frames = (double) time.presentationOffsetNanos() / video.frameNanos();
        compositionTicks =
                composition.offsetTicks(time, clock.decodeTicks(), Math.round(frames * clock.intervalTicks()));
    }

    /** The camera is away: what there is of a segment is all of it, and the next one continues nothing. */
    void breakOff() {
        complete();
        if (!broken) {
            broken = true;
            clock.restart();
        }
    }

    private void ask() {
        if (!asked) {
            asked = true;
            wantKeyFrame.run();
        }
    }

    /** Ends the segment where it is long enough, and begins one where there is none. */
    private void cut(Frame frame, StreamConfig.H264 video) {
        OpenSegment current = open;
        if (current != null) {
            double half = clock.intervalTicks() / 2;
            boolean due = current.durationTicks() >= settings.segmentTicks() - half;
            if ((due && frame.key()) || current.durationTicks() + clock.durationTicks() > longestTicks()) {
                complete();
            } else if (due) {
                ask();
            }
        }
        if (open == null) {
            begin(frame, video);
        }
    }

    private long longestTicks() {
        WindowView.Geometry known = geometry;
        return known == null
                ? LONGEST_FIRST_TICKS
                : (long) ((known.targetSeconds() + FORCED_SLACK_SECONDS) * Segment.TIMESCALE_HZ);
    }

    private void begin(Frame frame, StreamConfig.H264 video) {
        asked = false;
        if (init == null
                || config == null
                || !config.sps().equals(video.sps())
                || !config.pps().equals(video.pps())) {
            init = new Segment.Init(window.inits(), video, InitSegment.video(video, compositionTicks));
            window.add(init);
        }
        config = video;
        FrameTime time = frame.time();
        long wallMicros = anchor.wallClockMicros() + (time.decodeNanos() - anchor.decodeNanos()) / 1000;
        if (Math.abs(wallMicros - time.wallClockMicros()) > CLOCK_STEP_MICROS) {
            anchor = time;
            wallMicros = time.wallClockMicros();
            broken = true; // the clock was set: dates do not continue those before
        }
        boolean discontinuity = broken && !first;
        discontinuities += discontinuity ? 1 : 0;
        open = new OpenSegment(new Segment(
                nextNumber,
                init,
                discontinuity,
                discontinuities,
                clock.decodeTicks(),
                0,
                wallMicros,
                List.of(),
                /* complete= */ false,
                0,
                window.begin()));
    }

    private void append(Frame frame, FramePayload payload) {
        OpenSegment current = open;
        if (current == null) {
            return;
        }
        endPartBefore(current);
        try {
            write(current, frame, payload);
        } catch (BudgetExceededException full) {
            refuse(String.valueOf(full.getMessage()));
            return;
        } catch (FrameLostException overtaken) {
            lose();
            return;
        } catch (IOException impossible) {
            throw new IllegalStateException("memory refused a copy", impossible);
        }
        refusal = "";
        if (current.frames() == 0) {
            nextNumber++;
            broken = false;
            first = false;
        }
        current.add(clock.durationTicks(), frame.key());
        endPartAfter(current);
        boolean asLong = current.frames() == framesOfLast
                && current.durationTicks() >= settings.segmentTicks() - clock.intervalTicks() / 2;
        window.show(current.view(/* complete= */ false), asLong);
    }

    private void write(OpenSegment current, Frame frame, FramePayload payload)
            throws FrameLostException, BudgetExceededException, IOException {
        head.clear();
        if (current.frames() == 0) {
            ProducerTime.write(head, window.view().wallMicrosAt(frame.time().decodeNanos()), clock.decodeTicks());
        }
        fragment.at(++sequenceNumber, clock.decodeTicks())
                .sample(clock.durationTicks(), frame.sizeBytes(), frame.key());
        if (frame.time().reordered()) {
            fragment.composed(compositionTicks);
        }
        fragment.write(head);
        SegmentBytes bytes = current.bytes;
        window.reserve(bytes, head.position() + frame.sizeBytes());
        bytes.write(head.flip());
        payload.copy(0, frame.sizeBytes(), bytes::write); // parameter sets too: players join or change here
        bytes.commit();
    }

    private void refuse(String sentence) {
        if (refusal.isEmpty()) {
            LOG.log(Level.WARNING, CameraConfig.called(settings.camera()) + ": HLS and DASH skip frames: " + sentence);
        }
        refusal = sentence;
        lose();
    }

    /** Frames that follow this one cannot be decoded without it. */
    private void lose() {
        dropped++;
        breakOff();
    }

    private void endPartBefore(OpenSegment current) {
        WindowView.Geometry known = geometry;
        if (known != null && current.partTicks() + clock.durationTicks() > known.partTargetTicks()) {
            current.endPart();
        }
    }

    private void endPartAfter(OpenSegment current) {
        WindowView.Geometry known = geometry;
        if (known != null
                && current.partTicks() >= (double) known.partTargetTicks() / PART_SLACK - clock.intervalTicks() / 2) {
            current.endPart();
        }
    }

    /** Nothing more comes into the segment. */
    private void complete() {
        OpenSegment current = open;
        open = null;
        if (current == null) {
            return;
        }
        if (current.frames() == 0) {
            window.abandon(current.bytes);
            return;
        }
        framesOfLast = current.frames();
        if (geometry == null) {
            geometry = measure(current);
            window.geometry(geometry);
        } else {
            current.endPart();
        }
        window.show(current.view(/* complete= */ true), /* keyFrameNext= */ false);
    }

    private WindowView.Geometry measure(OpenSegment current) {
        double seconds = (double) current.durationTicks() / Segment.TIMESCALE_HZ;
        double least = settings.segment().toNanos() / 1e9;
        int target = (int) Math.max(1, Math.max(Math.ceil(least), Math.rint(seconds + TARGET_SLACK_SECONDS)));
        double frame = clock.intervalTicks();
        long frames = Math.max(1, Math.round((double) settings.partTicks() / frame));
        double partMillis = Math.ceil(frames * frame * PART_SLACK * 1000 / Segment.TIMESCALE_HZ);
        return new WindowView.Geometry(target, Math.round(partMillis * Segment.TIMESCALE_HZ / 1000), frame);
    }

    /** Ends the run. */
    void close() {
        complete();
        window.close();
    }
}
