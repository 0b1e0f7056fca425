package dev.perch.window;

import dev.perch.cmaf.Geometry;
import java.util.List;
import java.util.Optional;

/**
 * What a window holds at one moment.
 *
 * @param run names this run of the packager, unlike any other of any process
 * @param geometry what stays the same over the run; nothing is listed before the first segment is complete and has told it
 * @param listed the segments of the window without gaps, the last of them perhaps not complete
 * @param nextNumber of the segment after the last listed one
 * @param keyFrameNext whether the segment that is being made is as long as those before it: the next frame will begin another
 * @param peakBitsPerSecond of the fastest segment so far
 * @param meanBitsPerSecond over all the run
 * @param originWallMicros the run's clock at decode time 0: that of the system when the run began, which no step of it changes
 * @param originNanos the monotonic clock at decode time 0
 * @param away why there will be no frame for now; empty while they come
 * @param closed whether the run is over
 */
public record WindowView(
        String run,
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

    /** Whether a playlist can be made of it. */
    public boolean playable() {
        return geometry.isPresent() && !listed.isEmpty();
    }

    /** The last segment that is listed, complete or not. */
    public Segment newest() {
        return listed.get(listed.size() - 1);
    }

    /** The listed segment of that number. */
    public Optional<Segment> segment(long number) {
        if (listed.isEmpty()) {
            return Optional.empty();
        }
        long index = number - listed.get(0).number();
        return index >= 0 && index < listed.size() ? Optional.of(listed.get((int) index)) : Optional.empty();
    }

    /** The run's clock, in microseconds since 1970, at a moment of the monotonic one. */
    public long wallMicrosAt(long nanos) {
        return originWallMicros + (nanos - originNanos) / 1000;
    }

    /** How long the listed segments last together. */
    public long listedTicks() {
        return listed.stream().mapToLong(Segment::durationTicks).sum();
    }
}
