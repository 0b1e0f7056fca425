package dev.perch.audience;

/** When bytes of a stream last left, and since when its first frame is awaited: by these times a viewer is found to be silent, stalled or late. Used under the viewer's lock. */
final class Progress {
    private final long startNanos;
    private long awaitedNanos; // since when the first frame is due
    private long leftNanos; // when the last bytes left
    private long signNanos; // when the last sign of life left: bytes, or a heartbeat

    Progress(long startNanos) {
        this.startNanos = startNanos;
        this.awaitedNanos = startNanos;
        this.leftNanos = startNanos;
        this.signNanos = startNanos;
    }

    /** Notes that bytes left. */
    void left(long nowNanos) {
        leftNanos = nowNanos;
        signNanos = nowNanos;
    }

    /** Notes that the line has room again. */
    void room(long nowNanos) {
        leftNanos = nowNanos;
    }

    /** Notes that a heartbeat leaves. */
    void beat(long nowNanos) {
        signNanos = nowNanos;
    }

    /** Puts off what is {@link #late}, as the camera is loading. */
    void loads(long nowNanos) {
        awaitedNanos = nowNanos;
    }

    /** Returns whether a camera that is loading is still waited for. */
    boolean mayLoad(long nowNanos) {
        return nowNanos - startNanos <= Delivery.LOADING_NANOS;
    }

    /** Returns whether the first frame should have come. */
    boolean late(long nowNanos) {
        return nowNanos - awaitedNanos > Delivery.FIRST_FRAME_NANOS;
    }

    /** Returns whether the line is to be tried, though nobody said that it has room. */
    boolean stuck(long nowNanos) {
        return nowNanos - leftNanos > Delivery.RETRY_NANOS;
    }

    /** Returns whether the viewer is given up. */
    boolean stalled(long nowNanos) {
        return nowNanos - leftNanos > Delivery.STALL_NANOS;
    }

    /** Returns whether a sign of life is due. */
    boolean silent(long nowNanos) {
        return nowNanos - signNanos > Delivery.HEARTBEAT_NANOS;
    }

    /** Returns for how long the viewer has been there, in whole seconds. */
    long seconds(long nowNanos) {
        return (nowNanos - startNanos) / 1_000_000_000L;
    }
}
