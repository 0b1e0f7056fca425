package dev.perch.codec;

import dev.perch.media.RawPicture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The single place between a capture thread and the workers: the newest picture wins, and the one that it replaces is handed back to the driver at
 * once. Safe from any thread.
 */
final class NewestPicture {
    private final AtomicLong superseded = new AtomicLong();
    private @Nullable RawPicture waiting; // guarded by this
    private boolean stopped; // guarded by this, like the next
    private long taken;

    /** Takes a picture, and hands back the one that was waiting. Never waits. */
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

    /** Waits for the newest picture and returns it; the caller closes it. Null once stopped. */
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

    /** Returns the number of pictures taken. The caller must hold this object's lock since it took one. */
    synchronized long taken() {
        return taken;
    }

    /** Stops and hands back the waiting picture. Idempotent. */
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

    /** Returns the number of pictures handed back without being taken. */
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
