package dev.perch.audience;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Leases what a viewer's connection takes, before it is let in: of the budget, and of the Java heap, where the container keeps its buffers. A full heap
 * would end whichever thread asks next.
 *
 * @param media the program's budget, in which the kernel's share counts too
 * @param heap what connections may take of the heap
 * @param shares bounds those who come from one address; null for no bound
 * @param address whose share it counts in; empty for nobody's
 * @param entry counts a viewer where their number is bounded
 */
public record Admission(
        MemoryBudget media,
        MemoryBudget heap,
        @Nullable AddressShares shares,
        Optional<InetAddress> address,
        Entry entry) {
    /** Counts one more viewer. */
    public interface Entry {
        /** Whoever asks need not be counted. */
        Entry UNCOUNTED = () -> () -> {};

        /**
         * Counts it.
         *
         * @return counts it out again
         */
        Runnable enter();
    }

    /** The bytes that the kernel may keep for a viewer that does not read: twice the value that SO_SNDBUF is set to (socket(7)). */
    public static final int KERNEL_BYTES = 256 << 10;

    private static final String HOLDER = "viewers";
    private static final String SETTING = "the number of viewers";

    private static final int LEAST_PER_ADDRESS = 8;

    /** The memory of a connection whose request has left: the socket's buffers, and the viewer's position. */
    private static final int SOCKET_BYTES = 40 << 10;

    private static final int SOCKET_HEAP_BYTES = 16 << 10;

    /**
     * The memory that Tomcat holds for a connection besides its response buffer: the socket's write buffer of up to 64 KiB, request, response, read
     * buffer.
     */
    private static final int CONTAINER_BYTES = 80 << 10;

    private static final int CONTAINER_HEAP_BYTES = 64 << 10;

    /** The memory that Tomcat holds for a connection while its request waits. */
    private static final int WAITING_BYTES = 24 << 10;

    /** Admits without regard to where viewers come from. */
    public Admission(MemoryBudget media, MemoryBudget heap) {
        this(media, heap, null, Optional.empty(), Entry.UNCOUNTED);
    }

    /**
     * Returns the most viewers of one address: as configured, or a quarter of those that there is memory for, and at least {@value
     * #LEAST_PER_ADDRESS}.
     *
     * @param keptBytes of the budget that viewers do not get
     */
    public static int mostPerAddress(OptionalInt configured, MemoryBudget media, long keptBytes, MemoryBudget heap) {
        long fit = Math.min(
                (media.totalBytes() - keptBytes) / (SOCKET_BYTES + KERNEL_BYTES),
                heap.totalBytes() / SOCKET_HEAP_BYTES);
        return configured.orElse((int) Math.max(LEAST_PER_ADDRESS, Math.min(Integer.MAX_VALUE, fit / 4)));
    }

    /** Returns what to keep of the budget for each of {@code cameras}: a quarter, or an equal part of half of it, but never what the first viewer needs. */
    public static long keptForEach(MemoryBudget media, int cameras) {
        long share = media.totalBytes() / Math.max(4, 2L * cameras);
        long besideOne = (media.totalBytes() - SOCKET_BYTES - KERNEL_BYTES) / cameras;
        return Math.max(0, Math.min(share, besideOne));
    }

    /** Returns the same admission with a bound for each address. */
    public Admission boundedBy(AddressShares perAddress) {
        return new Admission(media, heap, perAddress, address, entry);
    }

    /**
     * Returns the same admission for one who comes from {@code client}. Where that address has as many viewers as it may, a lease is refused with
     * {@link AddressShares.FullException}.
     *
     * @param client empty for one who is counted in nobody's share
     */
    public Admission of(Optional<InetAddress> client) {
        return new Admission(media, heap, shares, client, entry);
    }

    /**
     * Returns the same admission for a viewer of {@code cameras}. Where as many watch as may, a lease is refused with {@link
     * ViewerBounds.FullException}.
     */
    public Admission watching(ViewerBounds bounds, List<String> cameras) {
        return new Admission(media, heap, shares, address, () -> bounds.enter(cameras));
    }

    /**
     * Leases for a viewer whose bytes go to the socket directly.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    public Lease bySocket(long ownBytes) throws BudgetExceededException {
        return lease(SOCKET_BYTES + KERNEL_BYTES + ownBytes, SOCKET_HEAP_BYTES + ownBytes);
    }

    /**
     * Leases for a viewer whose bytes go by the container's output.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    public Lease byContainer(long ownBytes) throws BudgetExceededException {
        return lease(CONTAINER_BYTES + KERNEL_BYTES + ownBytes, CONTAINER_HEAP_BYTES + ownBytes);
    }

    /** Leases for a request that waits until there is something to answer with. */
    public Lease waiting() throws BudgetExceededException {
        return lease(WAITING_BYTES, WAITING_BYTES);
    }

    private Lease lease(long bytes, long heapBytes) throws BudgetExceededException {
        Runnable leave = entry.enter();
        try {
            leave = share(leave);
            Lease ofHeap = heap.lease(HOLDER, heapBytes, SETTING).with(leave);
            leave = ofHeap::close;
            return media.leaseBesideKept(HOLDER, bytes, SETTING).with(ofHeap::close);
        } catch (BudgetExceededException | AddressShares.FullException full) {
            leave.run();
            throw full;
        }
    }

    /** Counts in the share of the address too. Returns what undoes both. */
    private Runnable share(Runnable leave) {
        if (shares == null || address.isEmpty()) {
            return leave;
        }
        Runnable ofAddress = shares.enter(address.get());
        return () -> {
            ofAddress.run();
            leave.run();
        };
    }
}
