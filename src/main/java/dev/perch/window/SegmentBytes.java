package dev.perch.window;

import dev.perch.feed.Destination;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The bytes of one segment, which grow while it is made: a chain of leased blocks, shared by all readers.
 *
 * <p>One thread writes; any number of threads read the committed bytes. The window holds the bytes once, and so does each reader; the last one to
 * close them frees the memory at once.
 */
public final class SegmentBytes implements Destination, AutoCloseable {
    private final ArenaPool pool;
    private final String holder;
    private final String setting;
    private final int blockBytes;
    private final List<Arena> blocks = new ArrayList<>(); // guarded by this, like the two below
    private int committedBytes;
    private int holds = 1;
    private int writtenBytes; // used by the writer only

    SegmentBytes(ArenaPool pool, String holder, String setting, int blockBytes) {
        this.pool = pool;
        this.holder = holder;
        this.setting = setting;
        this.blockBytes = blockBytes;
    }

    /**
     * Drops what is not committed, and makes room for {@code bytes} more.
     *
     * @throws BudgetExceededException if the budget has no room
     */
    synchronized void reserve(int bytes) throws BudgetExceededException {
        writtenBytes = committedBytes;
        while ((long) blocks.size() * blockBytes < (long) writtenBytes + bytes) {
            blocks.add(pool.take(holder, blockBytes, setting));
        }
    }

    /** Appends the remaining bytes of {@code source}, within the reserved space. Called by the writer only. */
    @Override
    public void write(ByteBuffer source) {
        while (source.hasRemaining()) {
            ByteBuffer block = block(writtenBytes / blockBytes);
            int at = writtenBytes % blockBytes;
            int size = Math.min(source.remaining(), blockBytes - at);
            block.put(at, source, source.position(), size);
            source.position(source.position() + size);
            writtenBytes += size;
        }
    }

    private synchronized ByteBuffer block(int index) {
        return blocks.get(index).memory();
    }

    /** Makes the written bytes visible to readers. */
    synchronized void commit() {
        committedBytes = writtenBytes;
    }

    /** Returns the bytes of memory held. */
    synchronized long heldBytes() {
        return (long) blocks.size() * blockBytes;
    }

    /** Overwrites all bytes, even while somebody reads them. */
    synchronized void erase() {
        blocks.forEach(Arena::erase);
    }

    /** Returns the number of readable bytes. */
    public synchronized int sizeBytes() {
        return committedBytes;
    }

    /**
     * Holds the bytes for a reader, who must close this once.
     *
     * @return false if the window and all readers have closed it already
     */
    public synchronized boolean retain() {
        if (holds == 0) {
            return false;
        }
        holds++;
        return true;
    }

    /**
     * Writes committed bytes for a reader that holds them, in one write: up to {@code mostBytes}, or fewer where a block ends.
     *
     * @param from the index of the first byte
     * @return the number of bytes that {@code destination} took
     * @throws IOException when the reader's client is gone
     */
    public int writeTo(Destination destination, int from, int mostBytes) throws IOException {
        int inBlock = from % blockBytes;
        int size = Math.min(Math.min(mostBytes, sizeBytes() - from), blockBytes - inBlock);
        Objects.checkFromIndexSize(from, size, sizeBytes());
        ByteBuffer piece = block(from / blockBytes).duplicate();
        piece.limit(inBlock + size).position(inBlock);
        destination.write(piece);
        return size - piece.remaining();
    }

    /** Ends one hold. The last one frees the memory. */
    @Override
    public synchronized void close() {
        if (holds == 0) {
            throw new IllegalStateException("let go of more often than held: holder=" + holder);
        }
        holds--;
        if (holds == 0) {
            blocks.forEach(Arena::close);
            blocks.clear();
            committedBytes = 0;
        }
    }
}
