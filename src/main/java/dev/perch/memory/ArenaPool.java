package dev.perch.memory;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes arenas. Each is leased first, and freed as soon as it is closed, not when the collector comes by: on a small machine a lease given
 * back has to be memory given back.
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

    /** Returns the budget that it draws from. */
    public MemoryBudget budget() {
        return budget;
    }

    /**
     * Leases and allocates.
     *
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

    /** Has each arena overwritten from now on before it is freed: the system, and this process, would keep what stands in it for a while. */
    public void eraseFreed() {
        erasing = true;
    }

    boolean erasesFreed() {
        return erasing;
    }

    /** Returns how many arenas are in use. */
    public int openArenas() {
        return open.get();
    }

    void free(DirectMemory memory) {
        open.decrementAndGet();
        memory.free();
    }
}
