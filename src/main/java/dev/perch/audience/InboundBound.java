package dev.perch.audience;

/**
 * Bounds what a client sends in a second without being asked: some pings, a Close, a request behind the first. A flood would take a core of the
 * machine to be read and dropped. Used by one thread at a time.
 */
public final class InboundBound {
    /** Sixteen of the largest messages that a WebSocket's client may send. */
    public static final int MOST_BYTES = 64 << 10;

    /** A client that answers each ping, and pings with each frame of a fast camera. */
    public static final int MOST_FRAMES = 100;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int most;
    private long sinceNanos;
    private long count;

    /** @param most in a second */
    public InboundBound(int most) {
        this.most = most;
    }

    /** Counts {@code more}. Returns whether that was too much. */
    public boolean exceededBy(long more, long nowNanos) {
        if (count == 0 || nowNanos - sinceNanos > SECOND_NANOS) {
            sinceNanos = nowNanos;
            count = 0;
        }
        count += more;
        return count > most;
    }
}
