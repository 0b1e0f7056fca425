package dev.perch.window;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.media.FrameTime;
import java.util.List;
import java.util.Optional;

/**
 * The contents of a window at one moment.
 *
 * @param presentation the name, unlike any other of any process
 * @param geometry the limits of segments and parts; empty until the first segment is complete
 * @param listed the segments, whose numbers have no gaps; the last one may be incomplete
 * @param nextNumber of the segment after the last listed one
 * @param keyFrameNext whether the segment that is being made is as long as the one before it, so that the next frame probably begins another
 * @param peakBitsPerSecond the highest bit rate of a segment so far
 * @param meanBitsPerSecond the bit rate of all segments so far
 * @param originWallMicros the presentation's clock at decode time 0: the system's time when it began, which no later step of that changes
 * @param originNanos the monotonic clock at decode time 0
 * @param away why there will be no frame for now; empty while they come
 * @param closed whether the presentation is over
 */
public record WindowView(
        String presentation,
        Optional<Geometry> geometry,
        List<Segment> listed,
        long nextNumber,
        boolean keyFrameNext,
        long peakBitsPerSecond,
        long meanBitsPerSecond,
        long originWallMicros,
        long originNanos,
        String away,
        boolean closed) {
    public WindowView {
        listed = List.copyOf(listed);
    }

    /** Returns the view of an empty window. */
    static WindowView empty(String presentation, long firstNumber, FrameTime origin) {
        return new WindowView(
                presentation,
                /* geometry= */ Optional.empty(),
                List.of(),
                firstNumber,
                /* keyFrameNext= */ false,
                /* peakBitsPerSecond= */ 0,
                /* meanBitsPerSecond= */ 0,
                origin.wallClockMicros(),
                origin.decodeNanos(),
                /* away= */ "",
                /* closed= */ false);
    }

    /** Returns the view that remains when the presentation is over. */
    WindowView ended() {
        return new WindowView(
                presentation,
                geometry,
                List.of(),
                nextNumber,
                /* keyFrameNext= */ false,
                peakBitsPerSecond,
                meanBitsPerSecond,
                originWallMicros,
                originNanos,
                away,
                /* closed= */ true);
    }

    /** Returns whether this view makes a playlist: players give up on one without a whole segment, which may be a gap. */
    public boolean playable() {
        return geometry.isPresent() && !listed.isEmpty() && listed.get(0).complete();
    }

    /** Returns whether there is a whole segment to begin with that is no gap. */
    public boolean beginnable() {
        return withoutGaps().playable();
    }

    /** Returns this view without the erased segments, which stand before all others. */
    public WindowView withoutGaps() {
        if (listed.isEmpty() || !listed.get(0).gap()) {
            return this;
        }
        return new WindowView(
                presentation,
                geometry,
                listed.stream().filter(segment -> !segment.gap()).toList(),
                nextNumber,
                keyFrameNext,
                peakBitsPerSecond,
                meanBitsPerSecond,
                originWallMicros,
                originNanos,
                away,
                closed);
    }

    /** Returns the last listed segment, complete or not; there must be one. */
    public Segment newest() {
        return listed.get(listed.size() - 1);
    }

    /** Returns the listed segment of that number. */
    public Optional<Segment> segment(long number) {
        if (listed.isEmpty()) {
            return Optional.empty();
        }
        long index = number - listed.get(0).number();
        return index >= 0 && index < listed.size() ? Optional.of(listed.get((int) index)) : Optional.empty();
    }

    /** Returns the highest bit rate of a segment so far, even while the first one is incomplete. */
    public long peakSoFar() {
        Segment last = newest();
        return peakBitsPerSecond > 0 || last.durationTicks() == 0
                ? peakBitsPerSecond
                : last.sizeBytes() * 8L * Ticks.HZ / last.durationTicks();
    }

    /** Returns the presentation's clock at {@code nanos} of the monotonic one, in microseconds since 1970. */
    public long wallMicrosAt(long nanos) {
        return originWallMicros + (nanos - originNanos) / 1000;
    }

    /** Returns the duration of all listed segments. */
    public long listedTicks() {
        return listed.stream().mapToLong(Segment::durationTicks).sum();
    }
}
