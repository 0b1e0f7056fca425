package dev.perch.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A holder's part of the budget, until it is closed. Closing twice does nothing. */
public final class Lease implements AutoCloseable {
    private final MemoryBudget budget;
    private final String holder;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable Lease beside;

    Lease(MemoryBudget budget, String holder, long bytes) {
        this(budget, holder, bytes, null);
    }

    private Lease(MemoryBudget budget, String holder, long bytes, @Nullable Lease beside) {
        this.budget = budget;
        this.holder = holder;
        this.bytes = bytes;
        this.beside = beside;
    }

    /** How much it is. */
    public long bytes() {
        return bytes;
    }

    /** This one and {@code other}, of another budget, which are given back together; this one alone is not to be used any more. */
    public Lease with(Lease other) {
        return new Lease(budget, holder, bytes, other);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            budget.giveBack(holder, bytes);
            if (beside != null) {
                beside.close();
            }
        }
    }
}
