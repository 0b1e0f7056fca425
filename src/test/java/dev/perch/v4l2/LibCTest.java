package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Tests the binding with files that every Linux has. */
class LibCTest {
    private final SystemCalls calls = SystemCalls.linux();

    @Test
    void errno_comesBackNegated() {
        assertEquals(-Errno.ENOENT, calls.open("/dev/no-such-device"));
        assertEquals(-9, calls.close(-1)); // EBADF
        int fd = calls.open("/dev/null");
        assertTrue(fd > 2);
        assertEquals(-Errno.ENOTTY, calls.ioctl(fd, Abi.running().querycap, ByteBuffer.allocateDirect(104)));
        assertEquals(0, calls.close(fd));
    }

    @Test
    void whatIsNoV4l2Device_isNotCalledOne() {
        CaptureException trouble = assertThrows(CaptureException.class, () -> Device.open(calls, "/dev/null"));
        assertEquals(Kind.UNSUPPORTED, trouble.kind());
    }

    @Test
    void eventfd_wakesPoll() {
        int eventfd = calls.eventfd();
        ByteBuffer pollfd = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        pollfd.putInt(0, eventfd).putShort(4, (short) 1);
        assertEquals(0, calls.poll(pollfd, 1, 0));
        assertEquals(8, calls.signal(eventfd));
        assertEquals(1, calls.poll(pollfd, 1, 10_000));
        assertEquals(1, pollfd.getShort(6));
        assertEquals(8, calls.drain(eventfd));
        assertEquals(-Errno.EAGAIN, calls.drain(eventfd));
        assertEquals(0, calls.close(eventfd));
    }

    @Test
    void mmap_givesAndTakesMemory() throws SystemCalls.Refused {
        int fd = calls.open("/dev/zero");
        ByteBuffer memory = calls.mmap(fd, 8192, 0);
        assertEquals(8192, memory.capacity());
        memory.put(8191, (byte) 7);
        assertEquals(7, memory.get(8191));
        assertEquals(0, calls.munmap(memory));
        assertEquals(0, calls.close(fd));
        assertThrows(SystemCalls.Refused.class, () -> calls.mmap(-1, 4096, 0));
    }
}
