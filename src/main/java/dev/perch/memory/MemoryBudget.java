package dev.perch.memory;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The limit on the whole program's media memory: every holder of frames takes a lease first. A second instance limits what connections hold of the
 * Java heap.
 *
 * <p>Safe from any thread; nothing here waits.
 */
public final class MemoryBudget {
    private final String memory;
    private final long totalBytes;
    private final String limitedBy;
    private final Faults faults = new Faults();
    private final TreeMap<String, Long> leasedByHolder = new TreeMap<>(); // guarded by this
    private final Map<String, Long> keptByOwner = new TreeMap<>(); // guarded by this
    private long leasedBytes; // guarded by this
    private long refusals; // guarded by this

    /**
     * Creates a budget of media memory.
     *
     * @param totalBytes the most that may be leased at once
     * @param limitedBy the setting that holds the number down, for refusals: {@code memory.budget} or {@code -XX:MaxDirectMemorySize}
     */
    public MemoryBudget(long totalBytes, String limitedBy) {
        this("media memory", totalBytes, limitedBy);
    }

    private MemoryBudget(String memory, long totalBytes, String limitedBy) {
        if (totalBytes <= 0) {
            throw new IllegalArgumentException("a budget is positive: totalBytes=" + totalBytes);
        }
        this.memory = memory;
        this.totalBytes = totalBytes;
        this.limitedBy = limitedBy;
    }

    /** Returns a budget of the Java heap. */
    public static MemoryBudget ofHeap(long totalBytes) {
        return new MemoryBudget("heap", totalBytes, "-Xmx");
    }

    /** Returns the name of the limited memory, for people: {@code media memory}, {@code heap}. */
    String memory() {
        return memory;
    }

    /** Returns the record of the Errors that holders survive. */
    public Faults faults() {
        return faults;
    }

    /**
     * Takes {@code bytes} for {@code holder} until the lease is closed.
     *
     * @param holder the name of the memory, as pages show it: {@code front ring H264}
     * @param setting the setting that makes this holder smaller: {@code cameras.front.ring}
     * @throws BudgetExceededException when less is left
     */
    public synchronized Lease lease(String holder, long bytes, String setting) throws BudgetExceededException {
        if (bytes < 0) {
            throw new IllegalArgumentException("a lease is not negative: bytes=" + bytes);
        }
        long leftBytes = totalBytes - leasedBytes;
        if (bytes > leftBytes) {
            refusals++;
            throw new BudgetExceededException(this, holder, bytes, leftBytes, setting);
        }
        leasedBytes += bytes;
        leasedByHolder.merge(holder, bytes, Long::sum);
        return new Lease(this, holder, bytes);
    }

    /**
     * Reserves {@code bytes} for all holders of {@code owner}, whose names begin with it and a space: guests get none of it. 0 ends the reservation.
     */
    public synchronized void keep(String owner, long bytes) {
        if (bytes == 0) {
            keptByOwner.remove(owner);
        } else {
            keptByOwner.put(owner, bytes);
        }
    }

    /**
     * Leases as {@link #lease} does, for a guest, who gets nothing of what is reserved.
     *
     * @throws BudgetExceededException when less is left beside the reservations
     */
    public synchronized Lease leaseBesideKept(String holder, long bytes, String setting)
            throws BudgetExceededException {
        long leftBytes = totalBytes - leasedBytes - unclaimedBytes();
        if (bytes > leftBytes) {
            refusals++;
            throw new BudgetExceededException(this, holder, bytes, Math.max(0, leftBytes), setting);
        }
        return lease(holder, bytes, setting);
    }

    /** Returns the reserved bytes that their owners have not leased yet. */
    private long unclaimedBytes() {
        long bytes = 0;
        for (Map.Entry<String, Long> kept : keptByOwner.entrySet()) {
            long held = 0;
            // '!' is the character after the space
            for (long one : leasedByHolder
                    .subMap(kept.getKey() + " ", kept.getKey() + "!")
                    .values()) {
                held += one;
            }
            bytes += Math.max(0, kept.getValue() - held);
        }
        return bytes;
    }

    /**
     * Returns the refusal of a stream whose frames are larger than its ring may become, and counts it.
     *
     * @param ring the name that pages show: {@code front JPEG ring}
     * @param fixedBy the setting that made the ring so small; empty when it is a share of the budget
     * @param setting the setting that makes the frames smaller: {@code cameras.front.size}
     */
    public synchronized BudgetExceededException refuseFrame(
            String ring, long frameBytes, long mostBytes, String fixedBy, String setting) {
        refusals++;
        return BudgetExceededException.ofFrame(
                this, ring, frameBytes, mostBytes, fixedBy.isEmpty() ? limitedBy : fixedBy, setting);
    }

    /** Returns the refusal of memory that this budget has left but the JVM has not, and counts it. */
    synchronized BudgetExceededException refuseByJvm(String holder, long bytes, String setting) {
        refusals++;
        return BudgetExceededException.ofJvm(this, holder, bytes, totalBytes - leasedBytes, setting);
    }

    /** Leases as {@link #lease} does, for a holder that can do without; empty if less is left. */
    public Optional<Lease> tryLease(String holder, long bytes) {
        try {
            return Optional.of(lease(holder, bytes, limitedBy));
        } catch (BudgetExceededException notNow) {
            return Optional.empty(); // counted in refusals()
        }
    }

    synchronized void giveBack(String holder, long bytes) {
        leasedBytes -= bytes;
        leasedByHolder.compute(holder, (name, held) -> held == null || held == bytes ? null : held - bytes);
    }

    /** Returns the most that may be leased at once, in bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Returns the setting that holds the total down. */
    public String limitedBy() {
        return limitedBy;
    }

    /** Returns the bytes leased now. */
    public synchronized long leasedBytes() {
        return leasedBytes;
    }

    /** Returns the number of leases refused since the start. */
    public synchronized long refusals() {
        return refusals;
    }

    /** Returns a copy of the bytes leased now, by holder. */
    public synchronized Map<String, Long> leasedByHolder() {
        return new TreeMap<>(leasedByHolder);
    }
}
