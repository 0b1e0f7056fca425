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
}
