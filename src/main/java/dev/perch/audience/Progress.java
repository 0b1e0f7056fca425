package dev.perch.audience;

/**
 * The times by which a silent, stalled or late viewer is recognized: when bytes were last sent, and since when its first frame is awaited. Used under
 * the viewer's lock.
 */
final class Progress {
    private final long startNanos;
    private long awaitedNanos; // since when the first frame is awaited
    private long leftNanos; // when bytes were last sent
    private long signNanos; // when bytes or a heartbeat were last sent

    Progress(long startNanos) {
        this.startNanos = startNanos;
        this.awaitedNanos = startNanos;
        this.leftNanos = startNanos;
        this.signNanos = startNanos;
    }

    /** Records that bytes were sent. */
    void left(long nowNanos) {
        leftNanos = nowNanos;
        signNanos = nowNanos;
    }

    /** Records that the line has room again. */
    void room(long nowNanos) {
        leftNanos = nowNanos;
    }

    /** Records that a heartbeat is sent. */
    void beat(long nowNanos) {
        signNanos = nowNanos;
    }

    /** Postpones {@link #late}, because the camera is loading. */
    void loads(long nowNanos) {
        awaitedNanos = nowNanos;
    }

    /** Returns whether the wait for a loading camera goes on. */
    boolean mayLoad(long nowNanos) {
        return nowNanos - startNanos <= Delivery.LOADING_NANOS;
    }

    /** Returns whether the first frame is overdue. */
    boolean late(long nowNanos) {
        return nowNanos - awaitedNanos > Delivery.FIRST_FRAME_NANOS;
    }

    /** Returns whether to check the line, although nobody reported that it has room. */
    boolean stuck(long nowNanos) {
        return nowNanos - leftNanos > Delivery.RETRY_NANOS;
    }

    /** Returns whether the viewer has stalled for so long that it is given up. */
    boolean stalled(long nowNanos) {
        return nowNanos - leftNanos > Delivery.STALL_NANOS;
    }

    /** Returns whether a heartbeat is due. */
    boolean silent(long nowNanos) {
        return nowNanos - signNanos > Delivery.HEARTBEAT_NANOS;
    }

    /** Returns how long the viewer has been there, in whole seconds. */
    long seconds(long nowNanos) {
        return (nowNanos - startNanos) / 1_000_000_000L;
    }
}
