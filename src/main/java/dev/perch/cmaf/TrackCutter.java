package dev.perch.cmaf;

import dev.perch.feed.Frame;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.CompositionTimes;
import dev.perch.mp4.Fragment;
import java.nio.ByteBuffer;

/**
 * One track on its way into segments: gives its frames their decode times and durations, leaves out those that cannot be decoded, and writes the
 * heads of their fragments. Used by one thread.
 */
final class TrackCutter {
    private static final long UNKNOWN_FRAME_NANOS = 33_333_333;

    private final MediaClock clock;
    private final CompositionTimes composition = new CompositionTimes();
    private final Fragment fragment = new Fragment();

    private StreamConfig config;
    private boolean fresh = true; // the next frame continues nothing
    private long
            leadingBefore; // in output order: the first picture behind a break, until one is shown after it; then 0
    private int compositionTicks; // of the frame at hand

    /**
     * @param origin the capture that has decode time 0
     * @param config of the track's first frames
     */
    TrackCutter(FrameTime origin, StreamConfig config) {
        this.config = config;
        this.clock = new MediaClock(origin, frameNanos(config));
    }

    private static long frameNanos(StreamConfig config) {
        return config instanceof StreamConfig.H264 video ? video.frameNanos() : UNKNOWN_FRAME_NANOS;
    }

    /** The configuration of the last frame that was looked at. */
    StreamConfig config() {
        return config;
    }

    /** Whether {@code frame} is one of this track; its configuration is known from then on. */
    boolean accepts(Frame frame) {
        boolean ours = !frame.placeholder() && frame.config().getClass() == config.getClass();
        if (ours) {
            config = frame.config();
        }
        return ours;
    }

    /** Whether {@code frame} does not follow the one before it in time. */
    boolean interrupted(Frame frame, boolean jumped) {
        return jumped || frame.afterGap() || clock.hole(frame.time());
    }

    /** The next frame continues nothing. */
    void restart() {
        if (!fresh) {
            fresh = true;
            clock.restart();
        }
    }

    /** Whether a decoder that has the frames taken so far can decode {@code frame}. A key frame can be; others only behind one. */
    boolean decodable(Frame frame) {
        if (fresh) {
            leadingBefore = frame.key() ? frame.time().presentationOrder() : 0;
            return frame.key();
        }
        return !leads(frame.time());
    }

    /** Whether a picture is shown before the one behind a break, and so refers to pictures that are not there. */
    private boolean leads(FrameTime time) {
        leadingBefore = time.presentationOrder() > leadingBefore ? 0 : leadingBefore;
        return leadingBefore != 0;
    }

    /** Moves on to {@code frame}: its times are known then. */
    void next(Frame frame) {
        clock.next(frame.time());
        if (fresh) {
            composition.clear();
        }
        compositionTicks = config instanceof StreamConfig.H264 video ? composed(frame.time(), video) : 0;
    }

    private int composed(FrameTime time, StreamConfig.H264 video) {
        double frames = (double) time.presentationOffsetNanos() / video.frameNanos();
        return composition.offsetTicks(time, clock.decodeTicks(), Math.round(frames * clock.intervalTicks()));
    }

    /** Writes all that stands in front of the frame's bytes. */
    void writeHead(ByteBuffer head, int sequenceNumber, Frame frame) {
        fragment.at(sequenceNumber, clock.decodeTicks()).sample(clock.durationTicks(), frame.sizeBytes(), frame.key());
        if (frame.time().reordered()) {
            fragment.composed(compositionTicks);
        }
        fragment.write(head);
    }

    /** The frame at hand stands in a segment. */
    void taken() {
        fresh = false;
    }

    /** The decode time of the frame at hand. */
    long decodeTicks() {
        return clock.decodeTicks();
    }

    /** The duration of the frame at hand. */
    int durationTicks() {
        return clock.durationTicks();
    }

    /** How much later than decoded the frame at hand is shown. */
    int compositionTicks() {
        return compositionTicks;
    }

    /** The measured interval between frames. */
    double intervalTicks() {
        return clock.intervalTicks();
    }

    /** Whether a decoder set up for one configuration has to be set up anew for the other. */
    static boolean sameParameters(StreamConfig one, StreamConfig other) {
        if (one instanceof StreamConfig.H264 video && other instanceof StreamConfig.H264 after) {
            return video.sps().equals(after.sps()) && video.pps().equals(after.pps());
        }
        return one.equals(other);
    }
}
