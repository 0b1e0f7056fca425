package dev.perch.feed;

/** A viewer as the pump sees it, added with the feeds that it watches. */
public interface Outlet {
    /**
     * Writes as much as it can now. Called on the pump's thread when one of its feeds has a frame, and at least four times a second. Must not wait.
     *
     * @param nowNanos the monotonic clock
     */
    void deliver(long nowNanos);

    /**
     * Writes the frame that just came, on its producer's thread, which may hold locks of its own. Where a feed has few outlets this saves waking a
     * thread, which costs more than the write. Must not wait, not even for a lock.
     *
     * @param nowNanos the monotonic clock
     * @return false if the pump has to do it
     */
    default boolean deliverAtOnce(long nowNanos) {
        return false;
    }
}
