package dev.perch.feed;

/** A viewer as the pump sees it, added to it with the feeds that it watches. */
public interface Outlet {
    /**
     * Writes what can be written now; called on the pump's thread when a frame came to one of its feeds, and at least four times a second. Must not
     * wait.
     *
     * @param nowNanos the monotonic clock
     */
    void deliver(long nowNanos);

    /**
     * Writes the frame that just came on its producer's thread, which may hold locks of its own: where a feed has few outlets that saves a thread's waking, which costs more than the
     * write. Must not wait, not for a lock either.
     *
     * @param nowNanos the monotonic clock
     * @return false if the pump is to do it
     */
    default boolean deliverAtOnce(long nowNanos) {
        return false;
    }
}
