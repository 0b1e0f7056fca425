package dev.perch.window;

import dev.perch.window.CameraWindow.Waiter;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The requests that wait for something in one window. Safe from any thread. */
final class Waiters {
    private static final System.Logger LOG = System.getLogger(Waiters.class.getName());

    private final List<Waiter> waiting = new CopyOnWriteArrayList<>();

    /** Makes {@code waiter} look at once, and with each {@link #look} until it has seen enough. */
    void add(Waiter waiter, long nowNanos) {
        waiting.add(waiter);
        boolean waits = false;
        try {
            waits = !waiter.look(nowNanos);
        } finally {
            if (!waits) {
                waiting.remove(waiter);
            }
        }
    }

    int count() {
        return waiting.size();
    }

    /** Makes all waiters look, and removes those that have seen enough. */
    void look(long nowNanos) {
        waiting.removeIf(waiter -> hasSeen(waiter, nowNanos));
    }

    /** Keeps one waiter's fault away from the others. */
    private static boolean hasSeen(Waiter waiter, long nowNanos) {
        try {
            return waiter.look(nowNanos);
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "a request for a segment failed", fault);
            return true;
        }
    }
}
