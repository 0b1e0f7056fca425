package dev.perch.alsa;

/** A moment, and the number of unread frames at that moment. Filled anew by each {@link Pcm#stamp}; used by one thread. */
public final class Stamp {
    private int availableFrames;
    private long nanos;

    /**
     * Sets both values.
     *
     * @param captured the moment on the monotonic clock; 0 if the card does not tell
     */
    public void set(int available, long captured) {
        availableFrames = available;
        nanos = captured;
    }

    int availableFrames() {
        return availableFrames;
    }

    long nanos() {
        return nanos;
    }
}
