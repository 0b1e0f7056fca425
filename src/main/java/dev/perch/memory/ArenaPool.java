package dev.perch.memory;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Allocates arenas. Each is leased first, and its memory is freed when it is closed, not when the collector comes by: on a small machine a lease
 * given back must be memory given back.
 */
public final class ArenaPool {
    private static final System.Logger LOG = System.getLogger(ArenaPool.class.getName());

    private final MemoryBudget budget;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean erasing; // any thread writes and reads

    public ArenaPool(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Returns the budget that the leases come from. */
    public MemoryBudget budget() {
        return budget;
    }

    /**
     * Leases and allocates an arena.
     *
     * @param holder the owner's name, as in {@link MemoryBudget#lease}
     * @param setting the setting that makes the arena smaller
     * @throws BudgetExceededException when the budget, or the JVM's own limit on direct memory, has no room
     */
    public Arena take(String holder, int sizeBytes, String setting) throws BudgetExceededException {
        Lease lease = budget.lease(holder, sizeBytes, setting);
        try {
            Arena arena = new Arena(this, lease, DirectMemory.allocate(sizeBytes));
            open.incrementAndGet();
            return arena;
        } catch (OutOfMemoryError full) {
            // others in this JVM (Tomcat's socket buffers, another Perch) use direct memory too
            lease.close();
            BudgetExceededException refusal = budget.refuseByJvm(holder, sizeBytes, setting);
            refusal.initCause(full);
            if (told.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, String.valueOf(refusal.getMessage()));
            }
            throw refusal;
        }
    }

    /** Makes each arena be overwritten before it is freed, from now on: freed memory may otherwise keep its contents for a while. */
    public void eraseFreed() {
        erasing = true;
    }

    boolean erasesFreed() {
        return erasing;
    }

    /** Returns the number of arenas in use. */
    public int openArenas() {
        return open.get();
    }

    void free(DirectMemory memory) {
        open.decrementAndGet();
        memory.free();
    }
}
