package dev.perch.feed;

import dev.perch.media.Clock;
import dev.perch.memory.Faults;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that reads one cursor, or several interleaved, for a reader that may wait for a disk or another server. A slow reader is overtaken by the
 * rings, like any viewer: the capture never waits for it.
 */
public final class Follower implements AutoCloseable {
    /** Receives the frames, on the follower's thread only. */
    public interface Reader {
        /**
         * Takes the frame that {@code cursor} holds; the frame is released when this returns. May wait.
         *
         * @throws FrameLostException when the frame was overtaken before it was read: it counts as missed, and the next one is a key frame
         */
        void frame(Cursor cursor) throws FrameLostException;

        /** Called when there is nothing to read for now, at least four times a second. */
        default void idle(long nowNanos) {}

        /** Called once, last, however the follower ends; the cursors are closed then. */
        default void ended() {}
    }

    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final long TICK_NANOS = 250_000_000L;
    private static final long PATIENCE_MILLIS = 2_000;

    private final Interleave frames;
    private final Reader reader;
    private final Faults faults;
    private final Clock clock;
    private final Thread thread;
    private final Runnable wake = this::wake;
    private final AtomicBoolean woken = new AtomicBoolean(); // set by producers, cleared by the follower
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean stopped; // set by anybody, read by the follower

    /**
     * Creates a follower, which reads nothing before {@link #start}.
     *
     * @param frames closed by the follower when it ends; nobody else may use it any more
     * @param faults told of an error that the reader throws, which ends the follower
     */
    public Follower(String threadName, Interleave frames, Reader reader, Faults faults, Clock clock) {
        this.frames = frames;
        this.reader = reader;
        this.faults = faults;
        this.clock = clock;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    /** Starts the thread. Called once, when everything that the reader calls is wired. */
    public void start() {
        frames.cursors().forEach(cursor -> cursor.feed().wakes().add(wake));
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) { // the machine has no thread left
                stopped = true;
                end();
            }
        }
    }

    /** Makes the follower look for frames again. Never waits; the feeds call it with each frame. */
    public void wake() {
        if (woken.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            while (!stopped) {
                round();
            }
        } catch (Throwable fault) {
            faults.tell("a follower", fault);
            LOG.log(Level.ERROR, thread.getName() + " failed; it reads no more. This is a bug in Perch.", fault);
        } finally {
            stopped = true;
            end();
        }
    }

    private void round() {
        woken.set(false);
        while (!stopped && frames.advance(clock.nanoTime())) {
            try {
                reader.frame(frames.cursor());
                frames.release();
            } catch (FrameLostException overtaken) {
                frames.skip();
            }
        }
        if (stopped) {
            return;
        }
        reader.idle(clock.nanoTime());
        if (!woken.get() && !stopped) {
            LockSupport.parkNanos(this, Math.min(TICK_NANOS, frames.waitNanos()));
        }
        if (Thread.interrupted()) {
            LOG.log(Level.DEBUG, "an interrupt is not how a follower ends; left set, it would keep it from parking");
        }
    }

    private void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            frames.cursors().forEach(cursor -> cursor.feed().wakes().remove(wake));
            frames.close();
            reader.ended();
        } catch (RuntimeException | Error fault) {
            faults.tell("a follower's end", fault);
            LOG.log(Level.ERROR, "The end of " + thread.getName() + " failed.", fault);
        }
    }

    /** Returns whether the follower reads no more after the current frame. */
    public boolean stopped() {
        return stopped;
    }

    /** Ends the follower after the current frame. Never waits. */
    public void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Stops, and waits up to two seconds for the thread. A thread that still waits for its disk ends by itself. */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread() == thread) {
            return;
        }
        if (thread.getState() == Thread.State.NEW) {
            end(); // the thread, which otherwise does this, will never run
            return;
        }
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
