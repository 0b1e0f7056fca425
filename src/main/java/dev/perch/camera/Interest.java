package dev.perch.camera;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The demand of one watch.
 *
 * @param trouble says why the demand cannot be met now, as a sentence; empty if it can
 */
record Interest(Runnable join, Runnable leave, Supplier<Optional<String>> trouble) {
    /** Returns the demand for all frames of a track. */
    static Interest stream(Track track) {
        Demand demand = track.demand();
        return new Interest(demand::joined, demand::left, () -> track.derived().flatMap(DerivedFeed::trouble));
    }

    /**
     * Returns the demand for one picture.
     *
     * @param oldestNanos the earliest acceptable time of capture, on the monotonic clock
     */
    static Interest picture(Track track, long oldestNanos) {
        Demand demand = track.demand();
        return new Interest(
                () -> demand.joinedForPicture(oldestNanos),
                () -> demand.leftWithPicture(oldestNanos),
                () -> track.derived().flatMap(DerivedFeed::troubleOfPictures));
    }

    /** Returns the same interest, which also runs {@code end} at its end. */
    Interest ending(Runnable end) {
        return new Interest(
                join,
                () -> {
                    leave.run();
                    end.run();
                },
                trouble);
    }
}
