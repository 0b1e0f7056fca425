package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one v4l2_buffer that a queue passes to the driver, and its v4l2_planes if the queue is multi-planar. Belongs to the queue's thread; no call
 * allocates.
 */
final class QueueBuffer {
    static final int MEMORY_MMAP = 1;
    static final int MEMORY_DMABUF = 4;

    private final Device device;
    private final Abi abi;
    private final int type;
    private final int memory;
    private final int planeCount;
    private final boolean multiPlanar;
    private final ByteBuffer buffer;
    private final ByteBuffer planes;
    private final long planesAddress;
    private final int planeBytes;
    private final int bytesUsedAt;
    private final int lengthAt;
    private final int placeAt;
    private final int dataOffsetAt;

    /**
     * Makes the structs of a queue.
     *
     * @param planeCount the pieces of memory that a frame lies in
     * @param memory V4L2_MEMORY_MMAP or V4L2_MEMORY_DMABUF
     */
    QueueBuffer(Device device, int type, int planeCount, int memory) {
        this.device = device;
        this.abi = device.abi;
        this.type = type;
        this.memory = memory;
        this.planeCount = planeCount;
        this.multiPlanar = PixFormat.multiPlanar(type);
        this.buffer = direct(abi.buffer.sizeBytes());
        StructLayout plane = abi.plane;
        this.planeBytes = plane.sizeBytes();
        this.planes = direct(planeCount * planeBytes);
        this.planesAddress = multiPlanar ? device.calls.address(planes) : 0;
        this.bytesUsedAt = plane.offset("bytesused");
        this.lengthAt = plane.offset("length");
        this.placeAt = plane.offset("m");
        this.dataOffsetAt = plane.offset("data_offset");
    }

    private static ByteBuffer direct(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    }

    /** Clears the structs and fills in the index of a buffer; any index for a call that returns one. */
    void prepare(int index) {
        zero(buffer);
        buffer.putInt(abi.buffer.offset("index"), index);
        buffer.putInt(abi.buffer.offset("type"), type);
        buffer.putInt(abi.buffer.offset("memory"), memory);
        if (multiPlanar) {
            // in a multi-planar buffer, m points to its planes and length counts them
            zero(planes);
            abi.putPointer(buffer, abi.buffer.offset("m"), planesAddress);
            buffer.putInt(abi.buffer.offset("length"), planeCount);
        }
    }

    private static void zero(ByteBuffer struct) {
        for (int i = 0; i < struct.capacity(); i += 4) {
            struct.putInt(i, 0);
        }
    }

    /**
     * Calls ioctl with the buffer.
     *
     * @return the result, or the negated errno
     */
    int ioctl(int request) {
        return device.ioctl(request, buffer);
    }

    int index() {
        return buffer.getInt(abi.buffer.offset("index"));
    }

    int flags() {
        return buffer.getInt(abi.buffer.offset("flags"));
    }

    int sequence() {
        return buffer.getInt(abi.buffer.offset("sequence"));
    }

    /** Returns the used bytes of a piece of memory, including those before {@link #dataOffset}. */
    int bytesUsed(int plane) {
        return multiPlanar
                ? planes.getInt(plane * planeBytes + bytesUsedAt)
                : buffer.getInt(abi.buffer.offset("bytesused"));
    }

    void bytesUsed(int plane, int bytes) {
        if (multiPlanar) {
            planes.putInt(plane * planeBytes + bytesUsedAt, bytes);
        } else {
            buffer.putInt(abi.buffer.offset("bytesused"), bytes);
        }
    }

    /** Returns the offset at which the frame begins in a piece of memory. */
    int dataOffset(int plane) {
        return multiPlanar ? planes.getInt(plane * planeBytes + dataOffsetAt) : 0;
    }

    /** Returns the length of a piece of memory. */
    int lengthBytes(int plane) {
        return multiPlanar ? planes.getInt(plane * planeBytes + lengthAt) : buffer.getInt(abi.buffer.offset("length"));
    }

    /** Returns the offset that mmap takes. */
    int mapOffset(int plane) {
        return multiPlanar ? planes.getInt(plane * planeBytes + placeAt) : buffer.getInt(abi.buffer.offset("m"));
    }

    /** Sets the DMA-BUF whose memory an enqueued buffer of V4L2_MEMORY_DMABUF uses. */
    void dmabuf(int plane, int fd, int lengthBytes) {
        if (multiPlanar) {
            planes.putInt(plane * planeBytes + placeAt, fd);
            planes.putInt(plane * planeBytes + lengthAt, lengthBytes);
        } else {
            buffer.putInt(abi.buffer.offset("m"), fd);
            buffer.putInt(abi.buffer.offset("length"), lengthBytes);
        }
    }

    /** Returns the timestamp in nanoseconds. */
    long timestampNanos() {
        int offset = abi.buffer.offset("timestamp");
        return abi.model.timevalBytes() == 16
                ? buffer.getLong(offset) * 1_000_000_000 + buffer.getLong(offset + 8) * 1000
                : buffer.getInt(offset) * 1_000_000_000L + buffer.getInt(offset + 4) * 1000L;
    }

    /** Sets the timestamp, in microseconds. */
    void stamp(long micros) {
        int offset = abi.buffer.offset("timestamp");
        if (abi.model.timevalBytes() == 16) {
            buffer.putLong(offset, micros / 1_000_000).putLong(offset + 8, micros % 1_000_000);
        } else {
            buffer.putInt(offset, (int) (micros / 1_000_000)).putInt(offset + 4, (int) (micros % 1_000_000));
        }
    }
}
