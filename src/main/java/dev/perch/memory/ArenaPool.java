package dev.perch.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where arenas come from. Each is leased first and, when closed, freed at once instead of whenever the collector looks: on a small
 * machine a lease given back has to be memory given back.
 */
public final class ArenaPool {
    private final MemoryBudget budget;
    private final AtomicInteger open = new AtomicInteger();

    public ArenaPool(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The budget that it draws from. */
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
            // others in this JVM (Tomcat's socket buffers) use direct memory too
            lease.close();
            long leftBytes = budget.totalBytes() - budget.leasedBytes();
            BudgetExceededException refusal = new BudgetExceededException(
                    holder, sizeBytes, leftBytes, budget.totalBytes(), "-XX:MaxDirectMemorySize", setting);
            refusal.initCause(full);
            throw refusal;
        }
    }

    /** How many arenas are in use. */
    public int openArenas() {
        return open.get();
    }

    void free(DirectMemory memory) {
        open.decrementAndGet();
        memory.free();
    }
}
