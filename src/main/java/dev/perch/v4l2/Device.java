package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One open V4L2 device. It belongs to the thread that opened it; each call may block as long as the driver does. No call ever returns EINTR. */
public final class Device implements AutoCloseable {
    // linux/videodev2.h
    private static final int CAP_VIDEO_CAPTURE = 0x0000_0001;
    private static final int CAP_VIDEO_M2M = 0x0000_8000;
    private static final int CAP_STREAMING = 0x0400_0000;
    private static final int CAP_DEVICE_CAPS = 0x8000_0000;

    final SystemCalls calls;
    final Abi abi;
    private final String path;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    private final Capabilities capabilities;
    private int fd; // -1 when closed

    /**
     * The device's description of itself (v4l2_capability).
     *
     * @param flags device_caps: what this node can do
     */
    public record Capabilities(String driver, String card, String busInfo, int flags) {
        /** Returns whether the node captures video into buffers; a memory-to-memory codec does not. */
        public boolean captures() {
            return (flags & (CAP_VIDEO_CAPTURE | CAP_VIDEO_CAPTURE_MPLANE)) != 0
                    && (flags & CAP_STREAMING) != 0
                    && (flags & (CAP_VIDEO_M2M | CAP_VIDEO_M2M_MPLANE)) == 0;
        }

        /** Returns the type of the queue that frames come out of: single-planar unless the device has only the other. */
        int captureType() {
            return (flags & (CAP_VIDEO_CAPTURE | CAP_VIDEO_M2M)) == 0 && multiPlanar()
                    ? PixFormat.CAPTURE_MPLANE
                    : PixFormat.CAPTURE;
        }

        /** Returns the type of the queue that frames go in at, of the same API. */
        int outputType() {
            return captureType() == PixFormat.CAPTURE_MPLANE ? PixFormat.OUTPUT_MPLANE : PixFormat.OUTPUT;
        }

        private boolean multiPlanar() {
            return (flags & (CAP_VIDEO_CAPTURE_MPLANE | CAP_VIDEO_M2M_MPLANE)) != 0;
        }

        /** Returns whether the device takes frames at one queue and gives others at the other. */
        boolean memoryToMemory() {
            return (flags & (CAP_VIDEO_M2M | CAP_VIDEO_M2M_MPLANE)) != 0 && (flags & CAP_STREAMING) != 0;
        }

        /** Returns why the node is no camera, for people; empty if it captures. */
        public Optional<String> noCamera() {
            if (captures()) {
                return Optional.empty();
            }
            if ((flags & (CAP_VIDEO_M2M | CAP_VIDEO_M2M_MPLANE)) != 0) {
                return Optional.of("it converts pictures from memory to memory (a codec or a scaler)");
            }
            if ((flags & CAP_META_CAPTURE) != 0) {
                return Optional.of("it delivers metadata, not pictures");
            }
            return Optional.of(
                    (flags & CAP_VIDEO_OUTPUT) != 0 ? "it takes pictures in" : "it does not capture into buffers");
        }
    }

    // linux/videodev2.h V4L2_CAP_..., of nodes that are no cameras
    private static final int CAP_VIDEO_OUTPUT = 0x0000_0002 | 0x0000_2000; // and _MPLANE
    private static final int CAP_VIDEO_CAPTURE_MPLANE = 0x0000_1000;
    private static final int CAP_VIDEO_M2M_MPLANE = 0x0000_4000;
    private static final int CAP_META_CAPTURE = 0x0080_0000;

    private Device(SystemCalls calls, Abi abi, String path, int fd) throws CaptureException {
        this.calls = calls;
        this.abi = abi;
        this.path = path;
        this.fd = fd;
        this.capabilities = queryCapabilities();
    }

    /**
     * Opens a device file.
     *
     * @throws CaptureException when it is absent, not permitted, or no V4L2 device
     */
    public static Device open(SystemCalls calls, String path) throws CaptureException {
        int fd = fd(calls, path);
        if (fd < 0) {
            throw Trouble.of(path, "open", -fd);
        }
        try {
            return new Device(calls, Abi.running(), path, fd);
        } catch (CaptureException noDevice) {
            calls.close(fd);
            throw noDevice;
        }
    }

    private static int fd(SystemCalls calls, String path) throws CaptureException {
        try {
            int fd;
            do {
                fd = calls.open(path);
            } while (fd == -Errno.EINTR);
            return fd;
        } catch (LinkageError noCalls) {
            throw NativeBindings.unusable(path, noCalls);
        }
    }

    /** Returns the path that it was opened by. */
    public String path() {
        return path;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            calls.close(fd);
            fd = -1;
        }
    }

    int fd() {
        return fd;
    }

    /** Returns the argument that all calls except those for buffers share, zeroed. {@link #ioctl(int)} passes it. */
    ByteBuffer argument() {
        for (int i = 0; i < memory.capacity(); i += 8) {
            memory.putLong(i, 0);
        }
        return memory;
    }

    /** Returns the same argument, as the last call left it. */
    ByteBuffer present() {
        return memory;
    }

    /** Calls {@link #ioctl(int, ByteBuffer)} with {@link #argument}. */
    int ioctl(int request) {
        return ioctl(request, memory);
    }

    /**
     * Calls ioctl, again after each EINTR.
     *
     * @return the call's result, or the negated errno, never EINTR
     */
    int ioctl(int request, ByteBuffer argument) {
        int result;
        do {
            result = calls.ioctl(fd, request, argument);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Calls {@link #ioctl(int)} and turns every error into an exception. */
    void require(int request, String name) throws CaptureException {
        int result = ioctl(request);
        if (result < 0) {
            throw Trouble.of(path, name, -result);
        }
    }

    /** Returns whether the device was unplugged. Some drivers hide that: the waiting VIDIOC_DQBUF of uvcvideo answers EINVAL. */
    boolean gone() {
        argument();
        return ioctl(abi.querycap) == -Errno.ENODEV;
    }

    private Capabilities queryCapabilities() throws CaptureException {
        ByteBuffer capability = argument();
        require(abi.querycap, "VIDIOC_QUERYCAP");
        int all = capability.getInt(abi.capability.offset("capabilities"));
        return new Capabilities(
                text(capability, abi.capability.offset("driver"), 16),
                text(capability, abi.capability.offset("card"), 32),
                text(capability, abi.capability.offset("bus_info"), 32),
                (all & CAP_DEVICE_CAPS) != 0 ? capability.getInt(abi.capability.offset("device_caps")) : all);
    }

    /** Reads a C string, up to its zero or the end of its field. */
    static String text(ByteBuffer from, int offset, int lengthBytes) {
        byte[] text = new byte[lengthBytes];
        from.get(offset, text);
        int end = 0;
        while (end < lengthBytes && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
