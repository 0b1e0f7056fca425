package dev.perch.v4l2;

import dev.perch.media.CaptureException;

/** Ends the capture thread's poll from any thread. The lock keeps a late signal away from a descriptor that was closed and is in use by others. */
public final class WakeUp implements AutoCloseable {
    private final SystemCalls calls;
    private int eventfd = -1; // guarded by this; -1 when not open

    public WakeUp(SystemCalls calls) {
        this.calls = calls;
    }

    public synchronized void open(String device) throws CaptureException {
        int fd;
        try {
            fd = calls.eventfd();
        } catch (LinkageError noCalls) {
            throw NativeBindings.unusable(device, noCalls);
        }
        if (fd < 0) {
            throw Trouble.of(device, "eventfd", -fd);
        }
        eventfd = fd;
    }

    public synchronized int eventfd() {
        return eventfd;
    }

    /** Ends the poll. Never waits, never fails. */
    public synchronized void signal() {
        if (eventfd >= 0) {
            calls.signal(eventfd);
        }
    }

    /** Clears the signals so far. */
    public synchronized void drain() {
        if (eventfd >= 0) {
            calls.drain(eventfd);
        }
    }

    @Override
    public synchronized void close() {
        if (eventfd >= 0) {
            calls.close(eventfd);
            eventfd = -1;
        }
    }
}
