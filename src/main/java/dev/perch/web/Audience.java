package dev.perch.web;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Everybody who watches now, so that all can be ended, and what their going told. */
final class Audience implements AutoCloseable {
    private final Set<LiveViewer> present = ConcurrentHashMap.newKeySet();
    private final Map<LiveViewer.Departure, LongAdder> departures = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Closer closer = new Closer();
    private volatile boolean closed; // set by close, read by those who enter

    Closer closer() {
        return closer;
    }

    /** Counts one in; false when the program is ending. */
    boolean enter(LiveViewer viewer) {
        present.add(viewer);
        return !closed;
    }

    void leave(LiveViewer viewer, LiveViewer.Departure how) {
        if (present.remove(viewer)) {
            departures.computeIfAbsent(how, key -> new LongAdder()).increment();
        }
    }

    void sent(int sizeBytes) {
        bytes.addAndGet(sizeBytes);
    }

    /** Bytes handed to the container since the start. */
    long sentBytes() {
        return bytes.get();
    }

    int size() {
        return present.size();
    }

    long departed(LiveViewer.Departure how) {
        LongAdder count = departures.get(how);
        return count == null ? 0 : count.sum();
    }

    /** Ends every answer. */
    @Override
    public void close() {
        closed = true;
        present.forEach(LiveViewer::shutDown);
        closer.close();
    }
}
