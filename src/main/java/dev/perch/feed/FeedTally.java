package dev.perch.feed;

import dev.perch.media.FrameTime;

/** The counts of a feed. Guarded by the feed. */
final class FeedTally {
    private final FrameRate rate = new FrameRate();
    private long bytes;
    private long dropped;
    private long placeholders;

    void published(int sizeBytes, FrameTime time) {
        rate.add(time.decodeNanos());
        bytes += sizeBytes;
    }

    void dropped() {
        dropped++;
    }

    void placeholder() {
        placeholders++;
    }

    /** Notes that the next frame follows a gap, across which there is no rate. */
    void gap() {
        rate.clear();
    }

    /**
     * Returns the counts.
     *
     * @param frames the frames in the table since the start, placeholders included
     */
    FeedStats stats(long frames, long skipped, long relocated, int ringBytes, int framesInRing) {
        return new FeedStats(
                frames - placeholders,
                bytes,
                dropped,
                skipped,
                relocated,
                ringBytes,
                framesInRing,
                rate.perSecond(System.nanoTime()));
    }
}
