package dev.perch.source;

import dev.perch.media.KeyFrames;

/**
 * Watches whether an H.264 source keeps sending pictures that a viewer can begin with. Some encoders send one IDR picture, and then neither another
 * one nor a recovery point nor an intra picture: a later viewer would wait for ever, and only restarting the source helps. One watch serves all
 * sessions of a source, and learns its GOPs.
 */
final class KeyFrameWatch {
    /** How long an encoder that can be asked for a key frame may take to send it. */
    private static final long ANSWER_NANOS = 2_000_000_000L;

    private final long nominalFrameNanos;

    // written and read by any thread; a request lost between two threads is repeated
    private volatile KeyFrames keys = KeyFrames.NONE;
    private volatile long lastNanos;
    private volatile long requestedNanos; // 0 while nobody waits

    /**
     * Creates the watch of a source.
     *
     * @param nominalFrameNanos the frame interval; a slow source gets more time
     */
    KeyFrameWatch(long nominalFrameNanos, long nowNanos) {
        this.nominalFrameNanos = nominalFrameNanos;
        this.lastNanos = nowNanos;
    }

    /** Called when a session of the source begins. */
    void begin(long nowNanos) {
        keys = keys.interrupted();
        lastNanos = nowNanos;
        requestedNanos = 0;
    }

    /** Called with each key frame. */
    void came(long nowNanos) {
        keys = keys.next(nowNanos);
        lastNanos = nowNanos;
        requestedNanos = 0;
    }

    /** Called when somebody waits for a key frame. */
    void wanted(long nowNanos) {
        if (requestedNanos == 0) {
            requestedNanos = nowNanos | 1;
        }
    }

    /** Returns whether somebody waits for a key frame that is overdue. */
    boolean overdue(long nowNanos) {
        long requested = requestedNanos;
        return requested != 0 && nowNanos - requested >= ANSWER_NANOS && nowNanos - lastNanos >= neverNanos();
    }

    private long neverNanos() {
        return keys.neverNanos(nominalFrameNanos);
    }

    /**
     * Gives up the session. The next one gets twice the time, because this one may have been ended just before its GOP did.
     *
     * @return the sentence for the camera's state
     */
    String giveUp(String source) {
        String sentence = sentence(source);
        keys = keys.lasting(KeyFrames.NONE.neverNanos(nominalFrameNanos));
        return sentence;
    }

    /** Returns the sentence for the camera's state. */
    String sentence(String source) {
        return source + " has sent no key frame for " + neverNanos() / 1_000_000_000
                + " seconds, and who begins to watch needs one. It is started anew.";
    }
}
