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
 * Cuts a camera's sound into segments of its own beside those of its pictures: of the same numbers and discontinuities, each beginning within a frame of the
 * picture's. Pictures never wait for it; sound waits for the pictures that it goes with, which tell the segment.
 *
 * <p>Players want sound wherever there are pictures. So each segment has some: where none came in time, silence is put in, and sound that comes after that is left
 * out. Used by one thread.
 */
public final class SoundSegmenter {
    /** Sound comes a little later than its pictures, for it is made of more samples; what is later than this is missing. */
    private static final long PATIENCE_TICKS = Ticks.HZ / 2;

    /** Players that have kept up with the pictures stand still for as long. */
    private static final long MOST_PATIENCE_TICKS = 2L * Ticks.HZ;

    private final SegmentTaker taker;
    private final TrackCutter cutter;
    private final FrameTime origin;
    private final long partTicks; // what parts come near to
    private final ByteBuffer head = ByteBuffer.allocate(ProducerTime.BYTES + Fragment.MOST_HEAD_BYTES);

    private List<? extends SegmentSpan> pictures = List.of();
    private @Nullable Geometry limits; // of the pictures
    private boolean picturesFull;
    private long patienceTicks = PATIENCE_TICKS;
    private @Nullable Init init;
    private int inits;
    private boolean open;
    private long number = -1; // of the newest segment, open or not yet or no longer
    private int frames; // in it
    private int partFrames; // in the open part
    private boolean parts; // whether it has any: its limits were known when it began
    private long partTargetTicks; // 0 until it is told
    private int sequenceNumber;
    private long dropped;
    private String refusal = "";

    /**
     * @param origin the capture that has decode time 0, for the pictures too
     * @param config of the first frames, of a sound that {@link #fits}
     */
    public SoundSegmenter(SegmentSettings settings, SegmentTaker taker, FrameTime origin, StreamConfig.Aac config) {
        this.taker = taker;
        this.origin = origin;
        this.cutter = new TrackCutter(origin, config);
        this.partTicks = settings.partTicks();
    }

    /** Returns whether there is silence of that kind, without which there may be pictures without sound. */
    public static boolean fits(StreamConfig.Aac config) {
        return new TrackCutter(new FrameTime(0, 0), config).fills();
    }

    /** Returns how many frames came into no segment. */
    public long dropped() {
        return dropped;
    }

    /** Returns why the taker had no room for the last frame, a sentence; empty when it had. */
    public String refusal() {
        return refusal;
    }

    /**
     * Tells how far the pictures are; puts in the silence that their sound is for as long as none comes.
     *
     * @param segments of the pictures, without gaps; the newest may be open
     * @param geometry of the pictures, once it is known
     * @param full whether the open segment probably ends here
     * @return false when the pictures have gone on too far to be followed
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

    /** Returns whether {@code frame} has other parameters than those before, and the pictures no discontinuity where they can begin. */
    public boolean needsBreak(Frame frame) {
        return !frame.placeholder() && changes(frame) && changesAt(frame).isEmpty();
    }

    private boolean changes(Frame frame) {
        return inits > 0 && !TrackCutter.sameParameters(cutter.config(), frame.config());
    }

    /** Returns the segment that {@code frame} stands behind the begin of, and which may have other parameters. */
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
            SegmentSpan span = where(); // before the frame's end is its place
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

    /** Puts in silence up to the place of {@code frame}. Returns false if it has none. */
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

    /** Returns whether there is no other sound in the place of {@code frame}; sound that comes later than expected is expected later from now on. */
    private boolean inTime(Frame frame) {
        if (!cutter.surplus(frame)) {
            return true;
        }
        long lateTicks = newest().endTicks() - cutter.trueTicks(frame.time());
        patienceTicks = Math.min(MOST_PATIENCE_TICKS, Math.max(patienceTicks, lateTicks + lateTicks / 4));
        return false;
    }

    /** Puts in silence up to that time, before which no sound will come any more. */
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

    /** Completes all segments before that one. Returns false if the taker has no room for that now. */
    private boolean silenceUpTo(SegmentSpan later) {
        for (SegmentSpan span = where(); span.head().number() < later.head().number(); span = where()) {
            cutter.beginAt(span.head().startTicks());
            if (!silent(span)) {
                return false; // no segment is over that has nothing
            }
        }
        return true;
    }

    /** Returns whether the silence was taken. */
    private boolean silent(SegmentSpan span) {
        SilentFrame silence = cutter.silentFrame();
        cutter.next(silence.frame());
        return append(span, silence.frame(), silence);
    }

    // ---- segments

    /** Returns the segment of the pictures beside which the next frame goes, having ended the one before. */
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

    /** Returns whether the sound beside the present segment of the pictures is complete. Each has some, or the numbers would have gaps. */
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

    /** Returns whether the frame was taken. */
    private boolean append(SegmentSpan span, Frame frame, FramePayload payload) {
        if (!open && frames > 0) {
            dropped++; // it has ended, and there is none after it yet
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

    /** Tells its limits, once those of the pictures are known. */
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
