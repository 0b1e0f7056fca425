package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.ProducerTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a camera's sound into segments beside those of its pictures: with the same numbers and discontinuities, each beginning within a frame of the
 * picture's. Pictures never wait for it; sound waits for the pictures that it accompanies, which determine the segment.
 *
 * <p>Players want sound wherever there are pictures, so each segment has some: silence replaces sound that does not come in time, and sound that
 * comes later is left out. Used by one thread.
 */
public final class SoundSegmenter {
    /** How late sound may come at first: it comes a little later than its pictures, because a frame of it has more samples. */
    private static final long PATIENCE_TICKS = Ticks.HZ / 2;

    /** How late sound may come at most; players at the live edge of the pictures stand still for as long. */
    private static final long MOST_PATIENCE_TICKS = 2L * Ticks.HZ;

    private final SegmentTaker taker;
    private final TrackCutter cutter;
    private final FrameTime origin;
    private final long partTicks; // the approximate duration of parts
    private final ByteBuffer head = ByteBuffer.allocate(ProducerTime.BYTES + Fragment.MOST_HEAD_BYTES);

    private List<? extends SegmentSpan> pictures = List.of();
    private @Nullable Geometry limits; // of the pictures
    private boolean picturesFull;
    private long patienceTicks = PATIENCE_TICKS;
    private @Nullable Init init;
    private int inits;
    private boolean open;
    private long number = -1; // of the newest segment, whether it is open or not
    private int frames; // in that segment
    private int partFrames; // in the open part
    private boolean parts; // whether it has parts: its limits were known when it began
    private long partTargetTicks; // 0 until it is known
    private int sequenceNumber;
    private long dropped;
    private String refusal = "";

    /**
     * Creates a segmenter.
     *
     * @param origin the capture that has decode time 0, for the pictures too
     * @param config of the first frames, which must {@link #fits fit}
     */
    public SoundSegmenter(SegmentSettings settings, SegmentTaker taker, FrameTime origin, StreamConfig.Aac config) {
        this.taker = taker;
        this.origin = origin;
        this.cutter = new TrackCutter(origin, config);
        this.partTicks = settings.partTicks();
    }

    /** Returns whether silence of that kind exists, without which there may be pictures without sound. */
    public static boolean fits(StreamConfig.Aac config) {
        return new TrackCutter(new FrameTime(0, 0), config).fills();
    }

    /** Returns the number of frames that are in no segment. */
    public long dropped() {
        return dropped;
    }

    /** Returns why the taker had no room for the last frame, as a sentence; empty if it had. */
    public String refusal() {
        return refusal;
    }

    /**
     * Reports how far the pictures are, and adds the silence that replaces overdue sound.
     *
     * @param segments of the pictures, without gaps; the newest may be open
     * @param geometry of the pictures, once it is known
     * @param full whether the open segment probably ends here
     * @return false if the pictures are too far ahead to be followed
     */
    public boolean beside(List<? extends SegmentSpan> segments, Optional<Geometry> geometry, boolean full) {
        pictures = segments;
        limits = geometry.orElse(null);
        picturesFull = full;
        if (segments.isEmpty()) {
            return true;
        }
        if (number >= 0 && segments.get(0).head().number() > number) {
            return false;
        }
        silenceUntil(newest().endTicks() - patienceTicks);
        settle();
        return true;
    }

    private SegmentSpan newest() {
        return pictures.get(pictures.size() - 1);
    }

    /** Returns whether the pictures have come as far as {@code frame}. */
    public boolean reached(Frame frame) {
        return !pictures.isEmpty() && cutter.trueTicks(frame.time()) < newest().endTicks();
    }

    /**
     * Returns whether {@code frame} has other parameters than those before, while the pictures have no discontinuity where these can begin.
     */
    public boolean needsBreak(Frame frame) {
        return !frame.placeholder() && changes(frame) && changesAt(frame).isEmpty();
    }

    private boolean changes(Frame frame) {
        return inits > 0 && !TrackCutter.sameParameters(cutter.config(), frame.config());
    }

    /** Returns the segment behind whose beginning {@code frame} is, and which may have other parameters. */
    private Optional<? extends SegmentSpan> changesAt(Frame frame) {
        long at = cutter.trueTicks(frame.time());
        return pictures.stream()
                .filter(span ->
                        span.head().discontinuity() && span.head().number() >= (frames > 0 ? number + 1 : number))
                .filter(span -> span.head().startTicks() <= at)
                .findFirst();
    }

    /** Takes a frame that the pictures have reached. */
    public void frame(Frame frame, FramePayload payload) {
        if (frame.placeholder() || pictures.isEmpty()) {
            return;
        }
        if (changes(frame)) {
            Optional<? extends SegmentSpan> from = changesAt(frame);
            if (from.isEmpty()) {
                dropped++;
                return;
            }
            if (!silenceUpTo(from.get())) {
                dropped++;
                return;
            }
        }
        if (cutter.accepts(frame) && silenceBefore(frame)) {
            SegmentSpan span = where(); // before the frame's end has its place
            cutter.next(frame);
            append(span, frame, payload);
            settle();
        } else {
            dropped++;
        }
    }

    /** Ends the presentation. */
    public void close() {
        if (open) {
            open = false;
            taker.close();
        }
    }

    // ---- silence

    /** Adds silence up to the place of {@code frame}. Returns false if it has none. */
    private boolean silenceBefore(Frame frame) {
        int missing = cutter.missing(frame);
        for (SegmentSpan span = where(); ; span = where()) {
            if (cutter.fresh()) {
                if (cutter.trueTicks(frame.time()) < span.head().startTicks()) {
                    return false; // captured before the pictures began, or before they came back
                }
                missing = cutter.beginBefore(frame, span.head().startTicks());
            }
            if (missing <= 0) {
                return inTime(frame);
            }
            silent(span);
            missing--;
        }
    }

    /** Returns whether the place of {@code frame} is free. Sound that comes later than expected is expected later from now on. */
    private boolean inTime(Frame frame) {
        if (!cutter.surplus(frame)) {
            return true;
        }
        long lateTicks = newest().endTicks() - cutter.trueTicks(frame.time());
        patienceTicks = Math.min(MOST_PATIENCE_TICKS, Math.max(patienceTicks, lateTicks + lateTicks / 4));
        return false;
    }

    /** Adds silence up to {@code ticks}, before which no more sound will come. */
    private void silenceUntil(long ticks) {
        while (true) {
            SegmentSpan span = where();
            if (cutter.fresh() && span.head().startTicks() < ticks) {
                cutter.beginAt(span.head().startTicks());
            }
            if (cutter.fresh() || cutter.nextTicks() + cutter.intervalTicks() > ticks) {
                return;
            }
            silent(span);
        }
    }

    /** Completes all segments before {@code later}. Returns false if the taker has no room for that now. */
    private boolean silenceUpTo(SegmentSpan later) {
        for (SegmentSpan span = where(); span.head().number() < later.head().number(); span = where()) {
            cutter.beginAt(span.head().startTicks());
            if (!silent(span)) {
                return false; // an empty segment never ends
            }
        }
        return true;
    }

    /** Adds a silent frame. Returns whether it was accepted. */
    private boolean silent(SegmentSpan span) {
        SilentFrame silence = cutter.silentFrame();
        cutter.next(silence.frame());
        return append(span, silence.frame(), silence);
    }

    // ---- segments

    /** Ends the previous segment, and returns the pictures' segment to which the next frame belongs. */
    private SegmentSpan where() {
        int index = number < 0
                ? 0
                : (int) Math.max(0, number - pictures.get(0).head().number());
        SegmentSpan span = pictures.get(index);
        while (index + 1 < pictures.size() && over(span)) {
            end();
            index++;
            span = pictures.get(index);
            frames = 0;
            if (span.head().discontinuity()) {
                cutter.restart();
            }
            number = span.head().number();
        }
        number = span.head().number();
        return span;
    }

    /**
     * Returns whether the sound beside the current segment of the pictures is complete. Each must have some, or the numbers would have gaps.
     */
    private boolean over(SegmentSpan span) {
        return frames > 0 && span.complete() && cutter.nextTicks() >= span.endTicks();
    }

    /** Ends the open segment once its sound is complete. */
    private void settle() {
        if (open
                && over(pictures.get(
                        (int) Math.max(0, number - pictures.get(0).head().number())))) {
            end();
        }
    }

    /** Returns whether the frame was accepted. */
    private boolean append(SegmentSpan span, Frame frame, FramePayload payload) {
        if (!open && frames > 0) {
            dropped++; // that segment has ended, and there is no later one yet
            return false;
        }
        if (!open) {
            begin(span);
        }
        try {
            write(frame, payload);
        } catch (BudgetExceededException | IOException full) {
            refusal = String.valueOf(full.getMessage());
            dropped++;
            return false;
        } catch (FrameLostException overtaken) {
            dropped++;
            return false;
        }
        refusal = "";
        frames++;
        partFrames++;
        boolean full = cutter.nextTicks() >= span.endTicks() && (span.complete() || picturesFull);
        taker.commit(cutter.durationTicks(), /* key= */ true, full);
        if (parts && (partFrames + 1) * cutter.intervalTicks() > partTargetTicks) {
            endPart();
        }
        return true;
    }

    private void begin(SegmentSpan span) {
        SegmentHead beside = span.head();
        long startTicks = cutter.startTicks();
        taker.open(new SegmentHead(
                beside.number(),
                init(),
                beside.discontinuity(),
                beside.discontinuities(),
                startTicks,
                beside.wallClockMicros() + (startTicks - beside.startTicks()) * 100 / 9));
        open = true;
        partFrames = 0;
        measure();
        parts = partTargetTicks > 0;
    }

    private Init init() {
        Init present = init;
        if (present != null && TrackCutter.sameParameters(present.tracks().get(0), cutter.config())) {
            return present;
        }
        Init made = new Init(inits++, List.of(cutter.config()), InitSegment.of(List.of(cutter.track())));
        init = made;
        taker.init(made);
        return made;
    }

    /** Passes on the limits, once those of the pictures are known. */
    private void measure() {
        Geometry known = limits;
        if (partTargetTicks == 0 && known != null) {
            double frameMillis = cutter.intervalTicks() * 1000 / Ticks.HZ;
            double count = Math.max(1, Math.round(partTicks / cutter.intervalTicks()));
            partTargetTicks = (long) Math.ceil(count * frameMillis) * Ticks.HZ / 1000;
            taker.measured(new Geometry(known.targetSeconds(), partTargetTicks, cutter.intervalTicks()));
        }
    }

    private void write(Frame frame, FramePayload payload)
            throws FrameLostException, BudgetExceededException, IOException {
        head.clear();
        if (frames == 0) {
            cutter.writeTime(head, origin.wallClockMicros() + cutter.startTicks() * 100 / 9);
        }
        cutter.writeHead(head, ++sequenceNumber, frame);
        Destination out = taker.fragment(head.position() + frame.sizeBytes());
        out.write(head.flip());
        payload.copy(0, frame.sizeBytes(), out);
    }

    private void endPart() {
        taker.part();
        partFrames = 0;
    }

    private void end() {
        if (!open) {
            return;
        }
        if (parts && partFrames > 0) {
            endPart();
        }
        measure();
        close();
    }
}
