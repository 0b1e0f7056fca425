package dev.perch.source;

/**
 * Watches whether a source of H.264 goes on sending pictures that a viewer can begin with. Some encoders send one IDR picture, and then neither another nor a recovery point nor an intra
 * picture: who comes later would wait for ever, and only starting the source anew helps.
 */
final class KeyFrameWatch {
    /** As far as key frames are apart by x264's default, 250 frames, at 8 fps; what is rarer is taken for never. */
    static final long NEVER_NANOS = 30_000_000_000L;

    /** What an encoder that can be asked for a key frame has to make it. */
    private static final long ANSWER_NANOS = 2_000_000_000L;

    private final long neverNanos;

    // any thread writes and reads; what is lost between two threads is asked for again
    private volatile long lastNanos;
    private volatile long requestedNanos; // 0: nobody waits

    /** @param nominalFrameNanos a slow source is given more time */
    KeyFrameWatch(long nominalFrameNanos, long nowNanos) {
        this.neverNanos = Math.max(NEVER_NANOS, 300 * nominalFrameNanos);
        this.lastNanos = nowNanos;
    }

    /** One came. */
    void came(long nowNanos) {
        lastNanos = nowNanos;
        requestedNanos = 0;
    }

    /** Somebody waits for one. */
    void wanted(long nowNanos) {
        if (requestedNanos == 0) {
            requestedNanos = nowNanos | 1;
        }
    }

    /** Whether somebody waits for one that does not come. */
    boolean overdue(long nowNanos) {
        long requested = requestedNanos;
        return requested != 0 && nowNanos - requested >= ANSWER_NANOS && nowNanos - lastNanos >= neverNanos;
    }

    /** What the state says. */
    String sentence(String source) {
        return source + " has sent no key frame for " + neverNanos / 1_000_000_000
                + " seconds, and who begins to watch needs one. It is started anew.";
    }
}
