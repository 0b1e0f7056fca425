package dev.perch.codec;

import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Counts the input of a derivation, and its output on the way to the sink. The worker writes, any thread reads. */
final class Count extends ForwardingSink {
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private @Nullable FrameTime newest; // guarded by this
    private volatile String by = "";
    private volatile boolean imports;
    private volatile long sinceNanos = Long.MIN_VALUE; // of capture; earlier pictures are left out

    Count(FrameSink sink) {
        super(sink);
    }

    /** Counts an input frame. */
    void in(String by, boolean imports) {
        this.by = by;
        this.imports = imports;
        in.incrementAndGet();
    }

    /** Leaves out the pictures that were captured before {@code nanos}: they are only decoded. */
    void leaveOutBefore(long nanos) {
        sinceNanos = nanos;
    }

    /** Returns whether a picture of this time is left out. Whoever makes pictures asks before one is encoded or published. */
    boolean leavesOut(FrameTime time) {
        return time.decodeNanos() < sinceNanos;
    }

    /** Returns the number of output frames. */
    long out() {
        return out.get();
    }

    Derivation.Figures figures() {
        return new Derivation.Figures(by, imports, in.get(), out.get());
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        super.publish(time, key);
        out.incrementAndGet();
        synchronized (this) {
            newest = time;
            notifyAll();
        }
    }

    /**
     * Waits briefly for an output frame whose capture time satisfies {@code captured}.
     *
     * @return whether one has come
     */
    synchronized boolean awaitOut(LongPredicate captured, long millis) {
        long endNanos = System.nanoTime() + millis * 1_000_000;
        while (newest == null || !captured.test(newest.decodeNanos())) {
            long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
