package dev.perch.memory;

/** A lease for memory that grows and never shrinks while in use, such as a splitter's. Used by one thread at a time. */
public final class GrowingLease implements AutoCloseable {
    private final MemoryBudget budget;
    private final String holder;
    private final String setting;
    private Lease lease;

    /** Creates an empty lease. {@code holder} and {@code setting} are those of {@link MemoryBudget#lease}. */
    public GrowingLease(MemoryBudget budget, String holder, String setting) {
        this.budget = budget;
        this.holder = holder;
        this.setting = setting;
        this.lease = new Lease(budget, holder, 0);
    }

    /**
     * Extends the lease to {@code bytes}, if it covers fewer.
     *
     * @throws BudgetExceededException when the budget has no room for the growth; the holder must then free its memory
     */
    public void cover(long bytes) throws BudgetExceededException {
        if (bytes > lease.bytes()) {
            budget.lease(holder, bytes - lease.bytes(), setting); // joined with the lease held so far
            lease = new Lease(budget, holder, bytes);
        }
    }

    @Override
    public void close() {
        lease.close();
        lease = new Lease(budget, holder, 0);
    }
}
