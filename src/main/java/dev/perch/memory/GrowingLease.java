package dev.perch.memory;

/** A lease that follows memory which grows and never shrinks while it is used, such as that of a splitter. Used by one thread at a time. */
public final class GrowingLease implements AutoCloseable {
    private final MemoryBudget budget;
    private final String holder;
    private final String setting;
    private Lease lease;

    /** Makes a lease of nothing yet. {@code holder} and {@code setting} are those of {@link MemoryBudget#lease}. */
    public GrowingLease(MemoryBudget budget, String holder, String setting) {
        this.budget = budget;
        this.holder = holder;
        this.setting = setting;
        this.lease = new Lease(budget, holder, 0);
    }

    /**
     * The memory has {@code bytes} by now.
     *
     * @throws BudgetExceededException when there is no room for what it has grown by: the holder lets go of it
     */
    public void cover(long bytes) throws BudgetExceededException {
        if (bytes > lease.bytes()) {
            budget.lease(holder, bytes - lease.bytes(), setting); // joined with the one that is held
            lease = new Lease(budget, holder, bytes);
        }
    }

    @Override
    public void close() {
        lease.close();
        lease = new Lease(budget, holder, 0);
    }
}
