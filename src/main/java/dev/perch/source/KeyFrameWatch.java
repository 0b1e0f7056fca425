package dev.perch.source;

import dev.perch.media.KeyFrames;

/**
 * Watches whether a source of H.264 goes on sending pictures that a viewer can begin with. Some encoders send one IDR picture, and then neither another nor a recovery point nor an intra
 * picture: who comes later would wait for ever, and only starting the source anew helps. One for all sessions of a source, whose GOPs it comes to know.
 */
final class KeyFrameWatch {
    /** What an encoder that can be asked for a key frame has to make it. */
    private static final long ANSWER_NANOS = 2_000_000_000L;

    private final long nominalFrameNanos;

    // any thread writes and reads; what is lost between two threads is asked for again
    private volatile KeyFrames keys = KeyFrames.NONE;
    private volatile long lastNanos;
    private volatile long requestedNanos; // 0: nobody waits

    /** @param nominalFrameNanos a slow source is given more time */
    KeyFrameWatch(long nominalFrameNanos, long nowNanos) {
        this.nominalFrameNanos = nominalFrameNanos;
        this.lastNanos = nowNanos;
    }

    /** A session of the source begins. */
    void begin(long nowNanos) {
        keys = keys.interrupted();
        lastNanos = nowNanos;
        requestedNanos = 0;
    }

    /** One came. */
    void came(long nowNanos) {
        keys = keys.next(nowNanos);
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
        return requested != 0 && nowNanos - requested >= ANSWER_NANOS && nowNanos - lastNanos >= neverNanos();
    }

    private long neverNanos() {
        return keys.neverNanos(nominalFrameNanos);
    }

    /**
     * Gives the session up. The next one is given twice the time, for this one's GOP may just not have been seen to its end.
     *
     * @return what the state says
     */
    String giveUp(String source) {
        String sentence = sentence(source);
        keys = keys.lasting(KeyFrames.NONE.neverNanos(/* frameNanos= */ 0));
        return sentence;
    }

    /** What the state says. */
    String sentence(String source) {
        return source + " has sent no key frame for " + neverNanos() / 1_000_000_000
                + " seconds, and who begins to watch needs one. It is started anew.";
    }
}
