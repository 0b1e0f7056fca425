package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One of the two queues of a memory-to-memory device: its mappings, leases and every enqueue. Belongs to one thread. */
final class M2mQueue implements AutoCloseable {
    private static final int MEMORY_MMAP = 1;
    private static final int MOST_BUFFERS = 32; // VIDEO_MAX_FRAME
    private static final int PAGE_BYTES = 4096;

    private final Device device;
    private final M2mAbi m2m;
    private final int type;
    private final ByteBuffer buffer; // one v4l2_buffer
    private final ByteBuffer plane; // its v4l2_plane
    private final ByteBuffer typeArgument = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    private final List<ByteBuffer> mappings = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private int enqueued; // a bit for each buffer that the driver has

    M2mQueue(Device device, M2mAbi m2m, int type) {
        this.device = device;
        this.m2m = m2m;
        this.type = type;
        this.buffer = ByteBuffer.allocateDirect(device.abi.buffer.sizeBytes()).order(ByteOrder.nativeOrder());
        this.plane = ByteBuffer.allocateDirect(m2m.plane.sizeBytes()).order(ByteOrder.nativeOrder());
        typeArgument.putInt(0, type);
    }

    /** Leases, requests and maps {@code count} buffers of {@code format}, and starts the queue. */
    void start(M2mFormat format, int count, MemoryBudget budget, String holder, String setting)
            throws CaptureException {
        lease(format, count, budget, holder, setting);
        ByteBuffer request = device.argument();
        request.putInt(device.abi.requestbuffers.offset("count"), count);
        request.putInt(device.abi.requestbuffers.offset("type"), type);
        request.putInt(device.abi.requestbuffers.offset("memory"), MEMORY_MMAP);
        device.require(device.abi.reqbufs, "VIDIOC_REQBUFS");
        int granted = request.getInt(device.abi.requestbuffers.offset("count"));
        if (granted <= 0 || granted > MOST_BUFFERS) {
            throw new CaptureException(Kind.FAULT, device.path() + " grants no buffers, count=" + granted);
        }
        lease(format, granted - leases.size(), budget, holder, setting); // the driver may insist on more
        for (int index = 0; index < granted; index++) {
            map(index);
        }
        require(device.ioctl(device.abi.streamOn, typeArgument), "VIDIOC_STREAMON");
    }

    private void lease(M2mFormat format, int count, MemoryBudget budget, String holder, String setting)
            throws CaptureException {
        long bytes = ((long) format.sizeImageBytes() + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        try {
            for (int i = 0; i < count; i++) {
                leases.add(budget.lease(holder, bytes, setting));
            }
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    private void map(int index) throws CaptureException {
        prepare(index);
        require(device.ioctl(device.abi.querybuf, buffer), "VIDIOC_QUERYBUF");
        int lengthBytes = plane.getInt(m2m.plane.offset("length"));
        try {
            mappings.add(device.calls.mmap(device.fd(), lengthBytes, plane.getInt(m2m.plane.offset("m"))));
        } catch (SystemCalls.Refused refused) {
            throw Trouble.of(device.path(), "mmap", refused.errno());
        }
    }

    /** A buffer that the driver does not have; -1 when it has all. */
    int free() {
        for (int index = 0; index < mappings.size(); index++) {
            if ((enqueued & 1 << index) == 0) {
                return index;
            }
        }
        return -1;
    }

    /** How many the driver has. */
    int enqueued() {
        return Integer.bitCount(enqueued);
    }

    /** The memory of one buffer, position 0, all of its length. */
    ByteBuffer memory(int index) {
        return mappings.get(index).clear();
    }

    /** @param stampMicros comes out with what is made of it (V4L2_BUF_FLAG_TIMESTAMP_COPY) */
    void enqueue(int index, int bytesUsed, long stampMicros) throws CaptureException {
        prepare(index);
        plane.putInt(m2m.plane.offset("bytesused"), bytesUsed);
        int timestamp = device.abi.buffer.offset("timestamp");
        if (device.abi.model.timevalBytes() == 16) {
            buffer.putLong(timestamp, stampMicros / 1_000_000).putLong(timestamp + 8, stampMicros % 1_000_000);
        } else {
            buffer.putInt(timestamp, (int) (stampMicros / 1_000_000));
            buffer.putInt(timestamp + 4, (int) (stampMicros % 1_000_000));
        }
        require(device.ioctl(device.abi.qbuf, buffer), "VIDIOC_QBUF");
        enqueued |= 1 << index;
    }

    /** Whether a buffer came out of the driver: {@link #index} and the like then describe it. EPIPE is the end of a drain. */
    boolean dequeue() throws CaptureException {
        if (enqueued == 0) {
            return false;
        }
        prepare(0);
        int result = device.ioctl(device.abi.dqbuf, buffer);
        if (result == -Errno.EAGAIN || result == -Errno.EPIPE) {
            return false;
        }
        require(result, "VIDIOC_DQBUF");
        enqueued &= ~(1 << index());
        return true;
    }

    int index() {
        return buffer.getInt(device.abi.buffer.offset("index"));
    }

    int flags() {
        return buffer.getInt(device.abi.buffer.offset("flags"));
    }

    int bytesUsed() {
        int used = plane.getInt(m2m.plane.offset("bytesused"));
        int capacity = mappings.get(index()).capacity();
        return used < 0 ? capacity : Math.min(used, capacity);
    }

    long stampMicros() {
        int offset = device.abi.buffer.offset("timestamp");
        return device.abi.model.timevalBytes() == 16
                ? buffer.getLong(offset) * 1_000_000 + buffer.getLong(offset + 8)
                : buffer.getInt(offset) * 1_000_000L + buffer.getInt(offset + 4);
    }

    private void prepare(int index) {
        for (int i = 0; i < buffer.capacity(); i += 4) {
            buffer.putInt(i, 0);
        }
        for (int i = 0; i < plane.capacity(); i += 4) {
            plane.putInt(i, 0);
        }
        buffer.putInt(device.abi.buffer.offset("index"), index);
        buffer.putInt(device.abi.buffer.offset("type"), type);
        buffer.putInt(device.abi.buffer.offset("memory"), MEMORY_MMAP);
        // of a multi-planar buffer, m points to its planes and length counts them
        device.abi.putPointer(buffer, device.abi.buffer.offset("m"), device.calls.address(plane));
        buffer.putInt(device.abi.buffer.offset("length"), 1);
    }

    private void require(int result, String name) throws CaptureException {
        if (result < 0) {
            throw Trouble.of(device.path(), name, -result);
        }
    }

    /** Stops the queue; it holds nothing any more. */
    @Override
    public void close() {
        device.ioctl(device.abi.streamOff, typeArgument);
        mappings.forEach(device.calls::munmap);
        mappings.clear();
        leases.forEach(Lease::close);
        leases.clear();
        enqueued = 0;
    }
}
