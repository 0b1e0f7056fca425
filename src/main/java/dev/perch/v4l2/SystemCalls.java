package dev.perch.v4l2;

import java.nio.ByteBuffer;

/**
 * The system calls under V4L2, and the clocks that its timestamps are compared with. One implementation is the machine's, the other a
 * script for tests.
 *
 * <p>A call that fails returns the negated errno. Arguments are direct buffers in native byte order, read from index 0.
 */
public interface SystemCalls {
    /** Those of the running machine. */
    static SystemCalls linux() {
        return LibC.INSTANCE;
    }

    /** open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC). */
    int open(String path);

    /** close(fd). */
    int close(int fd);

    /** ioctl(fd, request, argument). */
    int ioctl(int fd, int request, ByteBuffer argument);

    /** Where a direct buffer lies, for structs that hold pointers; the caller keeps the buffer alive over the call. */
    long address(ByteBuffer direct);

    /**
     * mmap of a driver's buffer, shared, for reading and writing.
     *
     * @return the memory, never freed by the collector
     * @throws Refused when the kernel refuses
     */
    ByteBuffer mmap(int fd, int lengthBytes, int offset) throws Refused;

    /** munmap of what {@link #mmap} returned; whoever reads it after that takes the JVM down. */
    int munmap(ByteBuffer memory);

    /** poll(pollfds, count, timeoutMillis). */
    int poll(ByteBuffer pollfds, int count, int timeoutMillis);

    /** eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC). */
    int eventfd();

    /** Adds one to an eventfd; never waits. */
    int signal(int eventfd);

    /** Sets an eventfd back to zero; never waits. */
    int drain(int eventfd);

    /** CLOCK_MONOTONIC in nanoseconds, the clock of {@link System#nanoTime}. */
    long monotonicNanos();

    /** The wall clock: microseconds since 1970-01-01T00:00:00Z. */
    long wallClockMicros();

    /** A call that failed and has no number to say so. */
    final class Refused extends Exception {
        private final int errno;

        public Refused(int errno) {
            super("errno=" + errno);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }
}
