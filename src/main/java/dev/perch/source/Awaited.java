package dev.perch.source;

import java.time.Duration;

/** A source that begins by itself: somebody publishes, or nobody does. Safe from any thread. */
public interface Awaited {
    /** Returns whether somebody publishes, so that a session can be started. */
    boolean present();

    /** Returns why there is no picture while nobody publishes, as a sentence. */
    String absence();

    /** Returns how long viewers stay without a publisher. */
    Duration linger();

    /** Ends a publication that gives no pictures. Called every second or so; does not wait. */
    void tend(long nowNanos);

    /** Sets the call to run, on any thread, whenever {@link #present} may have changed. */
    void onChange(Runnable called);
}
