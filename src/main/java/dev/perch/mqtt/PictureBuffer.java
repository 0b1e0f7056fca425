package dev.perch.mqtt;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;

/** The memory for the picture that is being sent. Used by one thread. */
final class PictureBuffer implements AutoCloseable {
    private static final int STEP_BYTES = 64 << 10;

    private final GrowingLease lease;
    private byte[] bytes = {};

    PictureBuffer(MemoryBudget budget) {
        lease = new GrowingLease(budget, "mqtt pictures", "mqtt.pictures");
    }

    /**
     * Returns memory for a picture of {@code count} bytes.
     *
     * @throws BudgetExceededException if the budget has none
     */
    ByteBuffer of(int count) throws BudgetExceededException {
        if (bytes.length < count) {
            int rounded = Math.addExact(count, STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
            lease.cover(rounded);
            bytes = new byte[rounded];
        }
        return ByteBuffer.wrap(bytes, 0, count);
    }

    /** Returns the memory, filled from its beginning; it belongs to this buffer. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        bytes = new byte[0];
        lease.close();
    }
}
