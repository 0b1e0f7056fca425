package dev.perch.record;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The memory between a camera and its disk: small arenas, leased when needed and given back when the disk has caught up. The pump takes blocks, the
 * disk's thread gives them back.
 */
final class Blocks implements AutoCloseable {
    static final int BLOCK_BYTES = 32 << 10;

    private final ArenaPool pool;
    private final String holder;
    private final String setting;
    private final long mostBlocks;
    private final Deque<Arena> free = new ArrayDeque<>(); // guarded by this, like all below
    private int used;
    private String refusal = "";
    private boolean closed;

    /**
     * Creates a pool without blocks.
     *
     * @param holder the name that pages show
     * @param setting the setting that makes it smaller
     */
    Blocks(ArenaPool pool, String holder, String setting) {
        this.pool = pool;
        this.holder = holder;
        this.setting = setting;
        this.mostBlocks = Math.max(8, pool.budget().totalBytes() / 4 / BLOCK_BYTES);
    }

    /** Returns a block; null when the buffer or the memory budget has no room. */
    synchronized @Nullable Arena take() {
        Arena kept = free.poll();
        if (kept != null) {
            used++;
            return kept;
        }
        if (closed || used >= mostBlocks) {
            refusal = "the buffer of " + mostBlocks * BLOCK_BYTES / 1024 + " KiB is full";
            return null;
        }
        try {
            Arena taken = pool.take(holder, BLOCK_BYTES, setting);
            used++;
            return taken;
        } catch (BudgetExceededException full) {
            refusal = String.valueOf(full.getMessage());
            return null;
        }
    }

    /** Takes a block back. As many are kept as are in use, so that a steady stream leases none. */
    synchronized void giveBack(Arena block) {
        used--;
        if (closed || free.size() > used + 1) {
            block.close();
        } else {
            free.push(block);
        }
    }

    /** Overwrites the blocks that are not in use. */
    synchronized void eraseFree() {
        free.forEach(Arena::erase);
    }

    /** Returns why the last block was refused, for people. */
    synchronized String refusal() {
        return refusal;
    }

    /** Gives all memory back; blocks in use follow when they come back. */
    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(Arena::close);
        free.clear();
    }
}
