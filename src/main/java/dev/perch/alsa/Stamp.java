package dev.perch.alsa;

/** A moment, and how much the card had captured by then that nobody has read. Filled anew by each {@link Pcm#stamp}; of one thread. */
public final class Stamp {
    private int availableFrames;
    private long nanos;

    /**
     * Sets both.
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
