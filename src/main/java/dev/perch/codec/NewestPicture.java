package dev.perch.codec;

import dev.perch.media.RawPicture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one place between a capture thread and the workers: the newest picture wins, the one that it replaces goes back to the driver at once.
 * Safe from any thread.
 */
final class NewestPicture {
    private final AtomicLong superseded = new AtomicLong();
    private @Nullable RawPicture waiting; // guarded by this
    private boolean stopped; // guarded by this, as the next
    private long taken;

    /** Takes over a picture; never waits. */
    void give(RawPicture picture) {
        RawPicture old = picture;
        synchronized (this) {
            if (!stopped) {
                old = waiting;
                waiting = picture;
                notifyAll();
            }
        }
        handBack(old);
    }

    /** Returns the newest, the caller's from then on, after waiting for it; null once it is stopped. */
    synchronized @Nullable RawPicture take() {
        while (waiting == null && !stopped) {
            try {
                wait();
            } catch (InterruptedException asked) {
                stopped = true;
            }
        }
        RawPicture picture = stopped ? null : waiting;
        if (picture != null) {
            waiting = null;
            taken++;
        }
        return picture;
    }

    /** Returns how many were taken: to be asked under this object's lock, by whoever takes. */
    synchronized long taken() {
        return taken;
    }

    /** Takes no more, and hands back the one that waits. Idempotent. */
    void stop() {
        RawPicture old;
        synchronized (this) {
            stopped = true;
            old = waiting;
            waiting = null;
            notifyAll();
        }
        handBack(old);
    }

    /** Returns how many were handed back without being taken. */
    long superseded() {
        return superseded.get();
    }

    private void handBack(@Nullable RawPicture old) {
        if (old != null) {
            superseded.incrementAndGet();
            old.close();
        }
    }
}
