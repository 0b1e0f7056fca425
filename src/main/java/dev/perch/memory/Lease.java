package dev.perch.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/** A holder's part of the budget, until it is closed. Closing twice does nothing. */
public final class Lease implements AutoCloseable {
    private final MemoryBudget budget;
    private final String holder;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(MemoryBudget budget, String holder, long bytes) {
        this.budget = budget;
        this.holder = holder;
        this.bytes = bytes;
    }

    /** How much it is. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            budget.giveBack(holder, bytes);
        }
    }
}
