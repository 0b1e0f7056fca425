package dev.perch.feed;

/**
 * The counts of a feed at one moment.
 *
 * @param frames frames published since the start of the program
 * @param bytes the sum of their payloads
 * @param dropped frames that were damaged, empty or too large and were not published
 * @param skipped frames that readers missed by falling off the ring's tail, summed over readers
 * @param relocated frames whose unwritten rest was moved to a spare slot for a slow reader
 * @param ringBytes size of the arena; 0 while there is none
 * @param framesInRing frames that a reader could still get
 * @param framesPerSecond over the last seconds; 0 while nothing comes
 */
public record FeedStats(
        long frames,
        long bytes,
        long dropped,
        long skipped,
        long relocated,
        int ringBytes,
        int framesInRing,
        double framesPerSecond) {}
