package dev.perch.source;

import java.time.Duration;

/** The side of a source that begins by itself: somebody publishes, or nobody does. Safe from any thread. */
public interface Awaited {
    /** Returns whether somebody publishes, so that a session can be started. */
    boolean present();

    /** Returns why there is no picture while nobody publishes, as a sentence. */
    String absence();

    /** Returns for how long those who watch stay without a publisher. */
    Duration linger();

    /** Ends a publication that gives no pictures; to be called every second or so. Does not wait. */
    void tend(long nowNanos);

    /** Has {@code called} run whenever {@link #present} may have changed, on any thread. */
    void onChange(Runnable called);
}
