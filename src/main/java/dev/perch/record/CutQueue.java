package dev.perch.record;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The fragments between a camera and its disk, in order. While nothing is recorded, it holds what a recording that begins now would begin with, and
 * drops the oldest. The pump puts, the disk's thread takes.
 */
final class CutQueue {
    private static final int HZ = 90_000;

    private final Blocks blocks;
    private final long beforeTicks;
    private final long mostTicks;
    private final Deque<Cut> cuts = new ArrayDeque<>(); // guarded by this, like all below
    private final Deque<Cut> spares = new ArrayDeque<>();
    private boolean recording; // whether fragments go to the disk
    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param beforeSeconds how far a recording reaches back
     * @param mostSeconds the most that waits for the disk besides that
     */
    CutQueue(Blocks blocks, double beforeSeconds, double mostSeconds) {
        this.blocks = blocks;
        this.beforeTicks = (long) (beforeSeconds * HZ);
        this.mostTicks = (long) ((beforeSeconds + mostSeconds) * HZ);
    }

    /** Returns an empty fragment. */
    synchronized Cut spare() {
        Cut spare = spares.poll();
        return spare == null ? new Cut(blocks) : spare;
    }

    /** Takes back a fragment that is no longer needed. */
    void giveBack(Cut cut) {
        cut.clear();
        synchronized (this) {
            if (spares.size() < 2) {
                spares.push(cut);
            }
        }
    }

    /** Returns whether a fragment that begins at {@code ticks} would wait too long for the disk. */
    synchronized boolean full(long ticks) {
        Cut oldest = cuts.peek();
        return oldest != null && recording && ticks - oldest.startTicks() > mostTicks;
    }

    synchronized void put(Cut cut) {
        cuts.add(cut);
        if (!recording && !cut.end) {
            trim(cut.endTicks());
        }
        notifyAll();
    }

    /** Drops whole GOPs older than a recording that begins at {@code ticks} needs, so that a key frame is first. */
    private void trim(long ticks) {
        while (true) {
            Cut second = null;
            boolean marked = false;
            Iterator<Cut> all = cuts.iterator();
            if (all.hasNext()) {
                marked = all.next().end;
            }
            while (!marked && second == null && all.hasNext()) {
                Cut next = all.next();
                marked = next.end;
                second = next.key ? next : null;
            }
            if (marked || second == null || ticks - second.startTicks() < beforeTicks) {
                break;
            }
            do {
                giveBack(cuts.remove());
            } while (cuts.peek() != second);
        }
        if (beforeTicks == 0 && cuts.stream().noneMatch(cut -> cut.end)) {
            clear();
        }
    }

    /** Begins to give fragments to the disk, earlier ones first. */
    synchronized void start() {
        recording = true;
        notifyAll();
    }

    /** Marks the end of a recording behind the last fragment; the disk takes everything up to it. */
    synchronized void stop() {
        if (recording) {
            Cut mark = spare();
            mark.end = true;
            cuts.add(mark);
            recording = false;
            notifyAll();
        }
    }

    /** Returns the next fragment for the disk; null if none came within {@code millis}. */
    synchronized @Nullable Cut take(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = end - System.nanoTime();
        while (!due() && !closed && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return due() ? cuts.remove() : null;
    }

    private boolean due() {
        return !cuts.isEmpty() && (recording || cuts.stream().anyMatch(cut -> cut.end));
    }

    /** Drops all fragments that wait for the disk, but keeps the end marks. Returns the number of frames dropped. */
    synchronized long drop() {
        long frames = 0;
        int count = recording || due() ? cuts.size() : 0;
        for (int i = 0; i < count; i++) {
            Cut cut = cuts.remove();
            if (cut.end) {
                cuts.add(cut);
            } else {
                frames += cut.video.count();
                giveBack(cut);
            }
        }
        return frames;
    }

    /** Returns the duration that waits, in seconds. */
    synchronized double waitingSeconds() {
        Cut oldest = cuts.peek();
        Cut newest = cuts.peekLast();
        return oldest == null || newest == null || oldest.end || newest.end
                ? 0
                : (double) (newest.endTicks() - oldest.startTicks()) / HZ;
    }

    /** Returns whether the queue is closed and nothing is left for the disk. */
    synchronized boolean over() {
        return closed && !due();
    }

    /** Overwrites and drops the fragments that no recording has begun with. Does nothing while one runs or ends. */
    synchronized void erase() {
        if (!recording && !due()) {
            cuts.forEach(Cut::erase);
            clear();
        }
    }

    private void clear() {
        cuts.forEach(this::giveBack);
        cuts.clear();
    }

    /** Ends the recording; nothing more is put. */
    synchronized void close() {
        stop();
        closed = true;
        notifyAll();
    }

    /** Gives all memory back when the disk's thread has ended. */
    synchronized void end() {
        clear();
        spares.clear();
    }
}
