package dev.perch.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/** A holder's part of the budget until it is closed. Closing twice does nothing. */
public final class Lease implements AutoCloseable {
    private final MemoryBudget budget;
    private final String holder;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable beside;

    Lease(MemoryBudget budget, String holder, long bytes) {
        this(budget, holder, bytes, () -> {});
    }

    private Lease(MemoryBudget budget, String holder, long bytes, Runnable beside) {
        this.budget = budget;
        this.holder = holder;
        this.bytes = bytes;
        this.beside = beside;
    }

    /** Returns the size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Returns a lease that replaces this one and also runs {@code atClose}, once, when it is closed. */
    public Lease with(Runnable atClose) {
        Runnable before = beside;
        return new Lease(budget, holder, bytes, () -> {
            before.run();
            atClose.run();
        });
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            budget.giveBack(holder, bytes);
            beside.run();
        }
    }
}
