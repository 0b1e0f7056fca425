package dev.perch.flv;

/** Makes of timestamps that wrap a time that rises: those of 32 bits, and ffmpeg's, which end at 31. Not thread-safe. */
final class TagClock {
    private boolean begun;
    private int last;
    private long millis;

    /** Returns the time of a timestamp that is less than 12 days from the one before. */
    long millis(int timestamp) {
        if (begun) {
            millis += (timestamp - last) << 1 >> 1; // as signed numbers of 31 bits
        } else {
            millis = Integer.toUnsignedLong(timestamp);
            begun = true;
        }
        last = timestamp;
        return millis;
    }
}
