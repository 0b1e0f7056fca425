package dev.perch.rtmp;

import java.nio.ByteBuffer;

/** The bytes that the connection has not sent yet. Not thread-safe. */
final class Outbox {
    private static final int FIRST_BYTES = 4 << 10;

    private final Heap heap;
    private ByteBuffer bytes = ByteBuffer.allocate(0).limit(0); // from position to limit

    Outbox(Heap heap) {
        this.heap = heap;
    }

    /** Returns the bytes to send. The sender moves the position. */
    ByteBuffer pending() {
        return bytes;
    }

    /** Returns space for {@code sizeBytes} more, which the caller fills and then reports to {@link #added}. */
    ByteBuffer space(int sizeBytes) throws RtmpException {
        int pendingBytes = bytes.remaining();
        if (bytes.capacity() - bytes.limit() < sizeBytes) {
            ByteBuffer room = bytes;
            if (bytes.capacity() - pendingBytes < sizeBytes) {
                int grown = Math.max(FIRST_BYTES, Math.max(pendingBytes + sizeBytes, 2 * bytes.capacity()));
                room = ByteBuffer.wrap(heap.take(grown));
                room.put(bytes).flip();
                heap.giveBack(bytes.capacity());
            } else {
                room.compact().flip();
            }
            bytes = room;
        }
        return bytes.duplicate().position(bytes.limit()).limit(bytes.limit() + sizeBytes);
    }

    /** Adds the bytes that were put into the space. */
    void added(ByteBuffer space) {
        bytes.limit(space.position());
    }
}
