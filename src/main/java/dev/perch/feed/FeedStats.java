package dev.perch.feed;

/**
 * What a feed counted; a copy.
 *
 * @param frames frames published since the start of the program
 * @param bytes their payloads together
 * @param dropped frames that came damaged, empty or too large and were not published
 * @param skipped frames that viewers missed by falling off the ring's tail, summed over viewers
 * @param relocated frames whose unwritten rest was moved to a spare slot for a slow viewer
 * @param ringBytes size of the arena; 0 while there is none
 * @param framesInRing frames that a viewer could still get
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
