package dev.perch.web.line;

import dev.perch.audience.Closer;
import dev.perch.audience.Departure;
import dev.perch.audience.LineListener;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A line on a connection that the container has handed over. The container creates it, and knows nothing of the viewer. */
abstract class HandedOverLine implements MessageLine {
    private @Nullable ReentrantLock lock;
    private @Nullable Closer closer;
    private @Nullable LineListener listener; // guarded by the lock
    private volatile boolean over; // set under the lock, read by the container's threads

    /** Sets the lock and the closer, which the container does not know. */
    public final void prepare(ReentrantLock itsLock, Closer itsCloser) {
        lock = itsLock;
        closer = itsCloser;
    }

    @Override
    public final void open(LineListener owner) {
        underLock(() -> listener = owner);
    }

    @Override
    public final void end(Departure how) {
        over = true;
        if (closer != null) {
            closer.execute(this::close);
        }
    }

    @Override
    public final boolean ended(long nowNanos) {
        return true;
    }

    /** Returns whether the end was requested. */
    final boolean over() {
        return over;
    }

    /** Calls the viewer under its lock; does nothing while there is none. */
    final void tell(Consumer<LineListener> event) {
        underLock(() -> {
            if (listener != null) {
                event.accept(listener);
            }
        });
    }

    final void underLock(Runnable event) {
        ReentrantLock held = lock;
        if (held == null) {
            return;
        }
        held.lock();
        try {
            event.run();
        } finally {
            held.unlock();
        }
    }
}
