package dev.perch.process;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pipe from which a program reads its stdin. One thread writes; any thread can end it, without waiting for a write that the program does not take
 * (closing the JDK's own stream waits for that).
 */
final class InputPipe extends FilterOutputStream {
    /** Longer than a write to a program that reads. */
    private static final long PATIENCE_MILLIS = 50;

    private final ReentrantLock writing = new ReentrantLock();
    private boolean closed; // guarded by the lock

    InputPipe(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int value) throws IOException {
        writing.lock();
        try {
            out.write(value);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        writing.lock();
        try {
            out.write(bytes, offset, count);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        writing.lock();
        try {
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            closed = true;
            out.close();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Ends the program's input. Later writes fail.
     *
     * @return false if the input cannot be ended because a write hangs, if nobody reads it any more, or if it had ended before
     */
    boolean endNow() {
        try {
            if (!writing.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            if (closed) {
                return false;
            }
            closed = true;
            out.close();
            return true;
        } catch (IOException gone) {
            return false;
        } finally {
            writing.unlock();
        }
    }
}
