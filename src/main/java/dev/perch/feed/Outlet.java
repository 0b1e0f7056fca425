package dev.perch.feed;

/** One viewer as the pump sees it. */
public interface Outlet {
    /**
     * Writes what can be written now; called on the pump's thread whenever a frame came, and at least four times a second. Must not wait.
     *
     * @param nowNanos the monotonic clock
     */
    void deliver(long nowNanos);
}
