package dev.perch.flv;

/** Turns timestamps that wrap at 32 bits, or at 31 as ffmpeg's do, into a time that does not wrap. Not thread-safe. */
final class TagClock {
    private boolean begun;
    private int last;
    private long millis;

    /** Returns the time of a timestamp that differs by less than 12 days from the one before. */
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
