package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One of the two queues of a memory-to-memory device: it owns the queue's mappings and leases, and does every enqueue. Belongs to one thread. */
final class M2mQueue implements AutoCloseable {
    private static final int MOST_BUFFERS = 32; // VIDEO_MAX_FRAME

    private final Device device;
    private final PixFormat format;
    private final int planes;
    private final int memory;
    private final QueueBuffer buffer;
    private final ByteBuffer typeArgument = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    private final List<ByteBuffer> mappings = new ArrayList<>(); // all planes of the first buffer, then of the next
    private final List<Lease> leases = new ArrayList<>();
    private int count;
    private int enqueued; // a bit for each buffer that the driver has

    /**
     * Makes a queue with buffers in the device's own memory.
     *
     * @param format the format that the device has agreed to
     */
    M2mQueue(Device device, PixFormat format) {
        this(device, format, QueueBuffer.MEMORY_MMAP);
    }

    /**
     * Makes a queue.
     *
     * @param memory V4L2_MEMORY_MMAP for the device's own, V4L2_MEMORY_DMABUF for that of the DMA-BUFs that are enqueued
     */
    M2mQueue(Device device, PixFormat format, int memory) {
        this.device = device;
        this.format = format;
        this.memory = memory;
        this.planes = format.planes().size();
        this.buffer = new QueueBuffer(device, format.type(), planes, memory);
        typeArgument.putInt(0, format.type());
    }

    PixFormat format() {
        return format;
    }

    /** Leases, requests and maps the buffers if they are the device's own, and starts the queue. */
    void start(int wanted, MemoryBudget budget, String holder, String setting) throws CaptureException {
        boolean own = memory == QueueBuffer.MEMORY_MMAP;
        lease(own ? wanted : 0, budget, holder, setting);
        int granted = request(wanted);
        if (granted <= 0 || granted > MOST_BUFFERS) {
            throw new CaptureException(Kind.FAULT, device.path() + " grants no buffers, count=" + granted);
        }
        lease(own ? granted - leases.size() : 0, budget, holder, setting); // the driver may insist on more
        for (int index = 0; own && index < granted; index++) {
            map(index);
        }
        count = granted;
        require(device.ioctl(device.abi.streamOn, typeArgument), "VIDIOC_STREAMON");
    }

    private int request(int wanted) throws CaptureException {
        ByteBuffer request = device.argument();
        request.putInt(device.abi.requestbuffers.offset("count"), wanted);
        request.putInt(device.abi.requestbuffers.offset("type"), format.type());
        request.putInt(device.abi.requestbuffers.offset("memory"), memory);
        device.require(device.abi.reqbufs, "VIDIOC_REQBUFS");
        return request.getInt(device.abi.requestbuffers.offset("count"));
    }

    private void lease(int more, MemoryBudget budget, String holder, String setting) throws CaptureException {
        try {
            for (int i = 0; i < more; i++) {
                leases.add(budget.lease(holder, format.bufferBytes(), setting));
            }
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    private void map(int index) throws CaptureException {
        buffer.prepare(index);
        require(buffer.ioctl(device.abi.querybuf), "VIDIOC_QUERYBUF");
        try {
            for (int plane = 0; plane < planes; plane++) {
                mappings.add(device.calls.mmap(device.fd(), buffer.lengthBytes(plane), buffer.mapOffset(plane)));
            }
        } catch (SystemCalls.Refused refused) {
            throw Trouble.of(device.path(), "mmap", refused.errno());
        }
    }

    /** Returns the index of a buffer that the driver does not hold; -1 if it holds all. */
    int free() {
        for (int index = 0; index < count; index++) {
            if ((enqueued & 1 << index) == 0) {
                return index;
            }
        }
        return -1;
    }

    /** Returns the number of buffers that the driver holds. */
    int enqueued() {
        return Integer.bitCount(enqueued);
    }

    /** Returns one of a buffer's pieces of memory, position 0, its whole length. */
    ByteBuffer memory(int index, int plane) {
        return mappings.get(index * planes + plane).clear();
    }

    /** Hands a buffer to the driver, either to be filled or with one coded frame in it. */
    void enqueue(int index, int bytesUsed, long stampMicros) throws CaptureException {
        buffer.prepare(index);
        buffer.bytesUsed(0, bytesUsed);
        enqueue(stampMicros);
    }

    /** Hands a buffer to the driver with a picture that fills it. */
    void enqueueFull(int index, long stampMicros) throws CaptureException {
        buffer.prepare(index);
        for (int plane = 0; plane < planes; plane++) {
            buffer.bytesUsed(plane, format.planes().get(plane).sizeImageBytes());
        }
        enqueue(stampMicros);
    }

    /**
     * Hands a buffer to the driver with a picture that lies in the memory of another device.
     *
     * @return the call's result; negative if the driver refuses the picture: the negated errno
     */
    int enqueueImported(int index, RawPicture picture, long stampMicros) {
        List<Integer> dmabufs = picture.dmabufs();
        if (dmabufs.size() != planes) {
            return -Errno.EINVAL;
        }
        buffer.prepare(index);
        for (int plane = 0; plane < planes; plane++) {
            int bytes = format.planes().get(plane).sizeImageBytes();
            buffer.bytesUsed(plane, bytes);
            buffer.dmabuf(plane, dmabufs.get(plane), bytes);
        }
        buffer.stamp(stampMicros);
        int result = buffer.ioctl(device.abi.qbuf);
        enqueued |= result >= 0 ? 1 << index : 0;
        return result;
    }

    private void enqueue(long stampMicros) throws CaptureException {
        buffer.stamp(stampMicros);
        require(buffer.ioctl(device.abi.qbuf), "VIDIOC_QBUF");
        enqueued |= 1 << buffer.index();
    }

    /**
     * Takes a buffer from the driver if there is one. {@link #index} and the like then describe it. EPIPE is the end of a drain.
     *
     * @return false if the driver has none
     */
    boolean dequeue() throws CaptureException {
        if (enqueued == 0) {
            return false;
        }
        buffer.prepare(0);
        int result = buffer.ioctl(device.abi.dqbuf);
        if (result == -Errno.EAGAIN || result == -Errno.EPIPE) {
            return false;
        }
        require(result, "VIDIOC_DQBUF");
        enqueued &= ~(1 << index());
        return true;
    }

    int index() {
        return buffer.index();
    }

    int flags() {
        return buffer.flags();
    }

    int bytesUsed(int plane) {
        int used = buffer.bytesUsed(plane);
        int capacity = mappings.get(index() * planes + plane).capacity();
        return used < 0 ? capacity : Math.min(used, capacity);
    }

    long stampMicros() {
        return buffer.timestampNanos() / 1000;
    }

    private void require(int result, String name) throws CaptureException {
        if (result < 0) {
            throw Trouble.of(device.path(), name, -result);
        }
    }

    /** Stops the queue and frees its buffers, after which its format may change. */
    @Override
    public void close() {
        device.ioctl(device.abi.streamOff, typeArgument);
        mappings.forEach(device.calls::munmap);
        mappings.clear();
        ByteBuffer none = device.argument();
        none.putInt(device.abi.requestbuffers.offset("type"), format.type());
        none.putInt(device.abi.requestbuffers.offset("memory"), memory);
        device.ioctl(device.abi.reqbufs);
        leases.forEach(Lease::close);
        leases.clear();
        count = 0;
        enqueued = 0;
    }
}
