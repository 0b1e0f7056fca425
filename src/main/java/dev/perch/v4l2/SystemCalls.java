package dev.perch.v4l2;

import java.nio.ByteBuffer;

/**
 * The system calls that V4L2 needs, and the clocks that its timestamps are compared with. One implementation calls the machine, another follows a
 * script in tests.
 *
 * <p>A call that fails returns the negated errno. Arguments are direct buffers in native byte order, read from index 0.
 */
public interface SystemCalls {
    /** Returns the system calls of the machine that this runs on. */
    static SystemCalls linux() {
        return LibC.INSTANCE;
    }

    /** Calls open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC). */
    int open(String path);

    int close(int fd);

    int ioctl(int fd, int request, ByteBuffer argument);

    /** Returns the address of a direct buffer, for structs that hold pointers. The caller keeps the buffer alive during the call. */
    long address(ByteBuffer direct);

    /**
     * Maps a driver's buffer, shared, for reading and writing.
     *
     * @return the memory, which the garbage collector never frees
     * @throws Refused when the kernel refuses
     */
    ByteBuffer mmap(int fd, int lengthBytes, int offset) throws Refused;

    /** Unmaps memory that {@link #mmap} returned. Reading it afterwards takes the JVM down. */
    int munmap(ByteBuffer memory);

    int poll(ByteBuffer pollfds, int count, int timeoutMillis);

    /** Calls eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC). */
    int eventfd();

    /** Adds one to an eventfd; never waits. */
    int signal(int eventfd);

    /** Sets an eventfd back to zero; never waits. */
    int drain(int eventfd);

    /** Returns CLOCK_MONOTONIC in nanoseconds, the clock of {@link System#nanoTime}. */
    long monotonicNanos();

    /** Returns the wall clock: microseconds since 1970-01-01T00:00:00Z. */
    long wallClockMicros();

    /** Thrown by a call that cannot return the errno of its failure. */
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
