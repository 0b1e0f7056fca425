package dev.perch.v4l2;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/** Calls the machine's C library through JNA's direct mapping: a call allocates nothing, and errno is read only after a failure. */
final class LibC implements SystemCalls {
    static final LibC INSTANCE = new LibC();

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800; // asm-generic/fcntl.h, and EFD_NONBLOCK
    private static final int O_CLOEXEC = 0x80000; // and EFD_CLOEXEC
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private final ThreadLocal<ByteBuffer> counter = ThreadLocal.withInitial(
            () -> ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, 1));

    private LibC() {}

    @Override
    public int open(String path) {
        return result(Calls.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
    }

    @Override
    public int close(int fd) {
        return result(Calls.close(fd));
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        return result(Calls.ioctl(fd, request, argument));
    }

    @Override
    public long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    @Override
    public ByteBuffer mmap(int fd, int lengthBytes, int offset) throws Refused {
        Pointer memory = Calls.mmap(
                Pointer.NULL,
                new NativeLong(lengthBytes),
                PROT_READ_WRITE,
                MAP_SHARED,
                fd,
                new NativeLong(Integer.toUnsignedLong(offset), /* unsigned= */ true));
        // MAP_FAILED is (void *) -1, which a 32-bit JNA may or may not sign-extend
        if (memory == null
                || Pointer.nativeValue(memory) == MAP_FAILED
                || Pointer.nativeValue(memory) == 0xffff_ffffL) {
            throw new Refused(Native.getLastError());
        }
        return memory.getByteBuffer(0, lengthBytes);
    }

    @Override
    public int munmap(ByteBuffer memory) {
        return result(Calls.munmap(Native.getDirectBufferPointer(memory), new NativeLong(memory.capacity())));
    }

    @Override
    public int poll(ByteBuffer pollfds, int count, int timeoutMillis) {
        return result(Calls.poll(pollfds, count, timeoutMillis));
    }

    @Override
    public int eventfd() {
        return result(Calls.eventfd(0, O_NONBLOCK | O_CLOEXEC));
    }

    @Override
    public int signal(int eventfd) {
        ByteBuffer one = counter.get();
        one.putLong(0, 1);
        return result(Calls.write(eventfd, one, new NativeLong(8)));
    }

    @Override
    public int drain(int eventfd) {
        return result(Calls.read(eventfd, counter.get(), new NativeLong(8)));
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime(); // HotSpot on Linux: clock_gettime(CLOCK_MONOTONIC)
    }

    @Override
    public long wallClockMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    private static int result(int returned) {
        return returned == -1 ? -Native.getLastError() : returned;
    }

    private static int result(NativeLong returned) {
        return result(returned.intValue());
    }

    /**
     * The C functions under their own names.
     *
     * <p>{@code request} and {@code nfds} are {@code unsigned long} in glibc, but the kernel takes 32 bits of each (fs/ioctl.c, fs/select.c), and
     * every Linux ABI passes a variadic word where a named one goes: {@code int} is right on 64 and 32 bits, glibc and musl.
     */
    private static final class Calls {
        static {
            NativeBindings.bind(Calls.class, NativeLibrary.getProcess());
        }

        private Calls() {}

        static native int open(String path, int flags);

        static native int close(int fd);

        static native int ioctl(int fd, int request, Buffer argument);

        static native Pointer mmap(Pointer at, NativeLong length, int protection, int flags, int fd, NativeLong offset);

        static native int munmap(Pointer at, NativeLong length);

        static native int poll(Buffer pollfds, int nfds, int timeout);

        static native int eventfd(int initial, int flags);

        static native NativeLong write(int fd, Buffer bytes, NativeLong count);

        static native NativeLong read(int fd, Buffer bytes, NativeLong count);
    }
}
