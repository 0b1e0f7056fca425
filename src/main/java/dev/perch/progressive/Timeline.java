package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.CompositionTimes;
import dev.perch.mp4.InitSegment;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's time: it starts at 0, never steps back, and is true in total, however unevenly frames arrive ({@link Pace}). A fragment's duration is
 * the interval before it, corrected by the next one's decode time. The ring's backlog is sent in steps of 1 ms if the client wants that. A skip, an
 * outage or frames that the camera left out count as one interval, because a browser would keep the true time as delay for good.
 */
final class Timeline {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    static final int BACKLOG_TICKS = InitSegment.TIMESCALE_HZ / 1000;

    /**
     * The frames before Chromium starts its clock: four decoded, and one more in the decoder. They are put close together, so that the pictures after
     * them are not as late as these frames took to come.
     */
    private static final int PRE_ROLL_FRAMES = 5;

    /**
     * The part of a frame interval that the pre-roll spans, with all of the backlog. With 0.5 the element runs empty in some starts, waits for
     * another four frames and stays 30 ms later; with more it is later by the surplus.
     */
    private static final double PRE_ROLL_INTERVALS = 0.6;

    private final boolean squeezed;
    private boolean prompt; // true until the pre-roll is over
    private int frames; // number of frames before this one
    private int backlogTicks = BACKLOG_TICKS; // less if the whole backlog belongs to the pre-roll
    private long decodeTicks;
    private int durationTicks;
    private long lastNanos;
    private long lastSequence = -1;
    private @Nullable Pace pace; // set from the first frame on
    private @Nullable SoundTimeline sound;
    private long startNanos;
    private boolean settled; // true once frames have the distances of their captures
    private long settledNanos; // the capture from which on that is so
    private final CompositionTimes composition = new CompositionTimes();
    private int compositionTicks;

    // the remainder of the division to ticks, so that hours of 33.333 ms do not drift; below 0 if frames need a tick
    // that has not passed
    private long remainder;

    /**
     * Creates the timeline of one viewer.
     *
     * @param prompt true when the player is Chromium's bare element, which keeps the time that its pre-roll spans as delay for ever
     * @param squeezed true to send the backlog in steps of 1 ms
     */
    Timeline(boolean prompt, boolean squeezed) {
        this.prompt = prompt;
        this.squeezed = squeezed;
    }

    /**
     * Keeps the distances of captures from now on, because picture and sound share one clock. Called before the first frame.
     *
     * @return the place of the sound
     */
    SoundTimeline withSound(StreamConfig.Aac config) {
        SoundTimeline made = new SoundTimeline(config, this);
        sound = made;
        return made;
    }

    /** Returns whether time passes evenly at that capture time: neither in the backlog, nor in the frames that are put close together. */
    boolean settledAt(long captureNanos) {
        return settled && captureNanos >= settledNanos;
    }

    /** Returns the capture time of the last frame. */
    long lastNanos() {
        return lastNanos;
    }

    /** Sets the decode time that is shown at 0; everything else is shown earlier by the same amount. */
    void shownFrom(long nanos) {
        startNanos = nanos;
    }

    /** Returns the media time, in nanoseconds, at which a capture time is shown, judging by the last frame. */
    long nanosAt(long captureNanos) {
        long seconds = decodeTicks / InitSegment.TIMESCALE_HZ;
        long rest = decodeTicks % InitSegment.TIMESCALE_HZ;
        long nanos = seconds * NANOS_PER_SECOND + rest * NANOS_PER_SECOND / InitSegment.TIMESCALE_HZ;
        return nanos - startNanos + captureNanos - lastNanos;
    }

    /** Moves on to the frame that {@code cursor} holds. */
    void next(Cursor cursor) {
        Frame frame = cursor.frame();
        long nanos = frame.time().decodeNanos();
        Pace known = pace;
        if (known == null) {
            known = begin(cursor, frame);
        } else {
            decodeTicks += step(known, cursor, frame, Math.max(0, nanos - lastNanos));
            frames++;
        }
        boolean moreBacklog = frame.sequence() < lastOfBacklog(cursor);
        durationTicks = moreBacklog ? backlogTicks : intervalTicks(known);
        if (frame.time().reordered()) {
            known.smoothen();
            compose(cursor, known);
        } else {
            compositionTicks = 0;
        }
        lastNanos = lastSequence < 0 ? nanos : Math.max(nanos, lastNanos);
        lastSequence = frame.sequence();
        if (!settled && !moreBacklog && !prompt) {
            settled = true;
            settledNanos = lastNanos;
        }
    }

    private Pace begin(Cursor cursor, Frame first) {
        long nominal = first.config() instanceof StreamConfig.H264 config ? config.frameNanos() : 33_333_333;
        Pace begun = new Pace(nominal);
        pace = begun;
        if (prompt) {
            long behind = Math.max(PRE_ROLL_FRAMES - 1, lastOfBacklog(cursor) + 1 - first.sequence());
            backlogTicks = (int) Math.max(1, Math.min(BACKLOG_TICKS, preRollTicks(begun) / behind));
        }
        return begun;
    }

    /** Repeats the frame a millisecond later. The frames after it keep their distance from the repetition. */
    void again() {
        decodeTicks += BACKLOG_TICKS;
    }

    private int step(Pace known, Cursor cursor, Frame frame, long elapsed) {
        if (lastSequence < lastOfBacklog(cursor)) {
            known.note(elapsed);
            return backlogTicks;
        }
        if (cursor.jumped() || frame.afterGap()) {
            return ticks(known.cut());
        }
        if (prompt) {
            known.note(elapsed);
            return preRoll(known);
        }
        SoundTimeline heard = sound;
        if (heard == null) {
            return ticks(known.step(elapsed));
        }
        if (elapsed > SoundTimeline.NEAR_NANOS
                && !heard.heardBefore(frame.time().decodeNanos())) {
            return ticks(known.cut()); // neither was there
        }
        known.note(elapsed);
        return ticks(elapsed);
    }

    private long lastOfBacklog(Cursor cursor) {
        return squeezed ? cursor.firstLive() - 1 : -1;
    }

    private int ticks(long nanos) {
        long scaled = nanos * InitSegment.TIMESCALE_HZ + remainder;
        long ticks = Math.max(1, scaled / NANOS_PER_SECOND);
        remainder = scaled - ticks * NANOS_PER_SECOND;
        return (int) ticks;
    }

    private static int intervalTicks(Pace pace) {
        return (int) Math.max(1, pace.likelyNanos() * InitSegment.TIMESCALE_HZ / NANOS_PER_SECOND);
    }

    private static int preRollTicks(Pace pace) {
        return (int) (PRE_ROLL_INTERVALS * intervalTicks(pace));
    }

    private int preRoll(Pace pace) {
        int left = (int) Math.max(backlogTicks, preRollTicks(pace) - decodeTicks);
        int steps = PRE_ROLL_FRAMES - 1 - frames;
        prompt = steps > 1;
        return left / Math.max(1, steps);
    }

    /** Returns the time from decoding to showing of the frame that {@code cursor} holds. */
    int compositionTicks() {
        return compositionTicks;
    }

    private void compose(Cursor cursor, Pace known) {
        Frame frame = cursor.frame();
        if (cursor.jumped() || frame.afterGap()) {
            composition.clear();
        }
        double later = frame.config() instanceof StreamConfig.H264 config
                ? (double) frame.time().presentationOffsetNanos() / config.frameNanos()
                : 0;
        double laterInBacklog = Math.min(later, (double) Math.max(0, lastOfBacklog(cursor) - frame.sequence()));
        long ahead = Math.round(laterInBacklog * backlogTicks + (later - laterInBacklog) * meanTicks(known));
        compositionTicks = composition.offsetTicks(frame.time(), decodeTicks, frames == 0 && prompt ? 0 : ahead);
    }

    private static double meanTicks(Pace pace) {
        return (double) pace.meanNanos() * InitSegment.TIMESCALE_HZ / NANOS_PER_SECOND;
    }

    long decodeTicks() {
        return decodeTicks;
    }

    int durationTicks() {
        return durationTicks;
    }
}
