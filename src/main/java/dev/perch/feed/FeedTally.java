package dev.perch.feed;

import dev.perch.media.FrameTime;

/** What a feed has counted. Guarded by the feed. */
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

    /** Notes that the next frame follows a gap, over which no rate is told. */
    void gap() {
        rate.clear();
    }

    /**
     * Returns the counts.
     *
     * @param frames those in the table since the start, placeholders too
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
