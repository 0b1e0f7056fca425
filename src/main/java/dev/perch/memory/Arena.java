package dev.perch.memory;

import java.nio.ByteBuffer;

/**
 * Direct memory of fixed size with its lease. The owner closes it once, when nobody reads it any more: the memory is unmapped at once, so a reader of
 * a buffer kept longer would touch unmapped memory.
 */
public final class Arena implements AutoCloseable {
    private final ArenaPool pool;
    private final Lease lease;
    private final DirectMemory memory;
    private boolean closed; // guarded by this

    Arena(ArenaPool pool, Lease lease, DirectMemory memory) {
        this.pool = pool;
        this.lease = lease;
        this.memory = memory;
    }

    /** Returns the memory; duplicate it before moving its position. */
    public ByteBuffer memory() {
        return memory.bytes();
    }

    /** Returns the size in bytes. */
    public int sizeBytes() {
        return memory.bytes().capacity();
    }

    /** Overwrites the whole arena, even while somebody reads it. */
    public synchronized void erase() {
        if (!closed) {
            ByteBuffer all = memory.bytes().duplicate().clear();
            while (all.remaining() >= Long.BYTES) {
                all.putLong(0);
            }
            while (all.hasRemaining()) {
                all.put((byte) 0);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            if (pool.erasesFreed()) {
                erase();
            }
            closed = true;
            pool.free(memory);
            lease.close();
        }
    }
}
