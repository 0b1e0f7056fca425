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
 * Leases a viewer's connection before it is let in: from the budget, and from the Java heap, where the container keeps its buffers. A full heap would
 * end whichever thread asks next.
 *
 * @param media the program's budget, in which the kernel's share counts too
 * @param heap limits what connections take of the heap
 * @param shares limits the viewers of one address; null for no limit
 * @param address whose share counts; empty for nobody's
 * @param entry counts a viewer where their number is limited
 */
public record Admission(
        MemoryBudget media,
        MemoryBudget heap,
        @Nullable AddressShares shares,
        Optional<InetAddress> address,
        Entry entry) {
    /** Counts one more viewer. */
    public interface Entry {
        /** Counts nobody. */
        Entry UNCOUNTED = () -> () -> {};

        /**
         * Counts one more.
         *
         * @return ends the count
         */
        Runnable enter();
    }

    /** The bytes that the kernel may keep for a viewer that does not read: twice the value that SO_SNDBUF is set to (socket(7)). */
    public static final int KERNEL_BYTES = 256 << 10;

    private static final String HOLDER = "viewers";
    private static final String SETTING = "the number of viewers";

    private static final int LEAST_PER_ADDRESS = 8;

    /** The memory of a connection whose request is gone: the socket's buffers, and the viewer's position. */
    private static final int SOCKET_BYTES = 40 << 10;

    private static final int SOCKET_HEAP_BYTES = 16 << 10;

    /**
     * Tomcat's memory for a connection besides its response buffer: the socket's write buffer of up to 64 KiB, request, response, read buffer.
     */
    private static final int CONTAINER_BYTES = 80 << 10;

    private static final int CONTAINER_HEAP_BYTES = 64 << 10;

    /** Tomcat's memory for a connection while its request waits. */
    private static final int WAITING_BYTES = 24 << 10;

    /** Creates an admission that does not count addresses. */
    public Admission(MemoryBudget media, MemoryBudget heap) {
        this(media, heap, null, Optional.empty(), Entry.UNCOUNTED);
    }

    /**
     * Returns the most viewers of one address: as configured, or a quarter of those that memory allows, at least {@value #LEAST_PER_ADDRESS}.
     *
     * @param keptBytes the part of the budget that viewers do not get
     */
    public static int mostPerAddress(OptionalInt configured, MemoryBudget media, long keptBytes, MemoryBudget heap) {
        long fit = Math.min(
                (media.totalBytes() - keptBytes) / (SOCKET_BYTES + KERNEL_BYTES),
                heap.totalBytes() / SOCKET_HEAP_BYTES);
        return configured.orElse((int) Math.max(LEAST_PER_ADDRESS, Math.min(Integer.MAX_VALUE, fit / 4)));
    }

    /**
     * Returns how much of the budget to reserve for each of {@code cameras}: a quarter, or an equal part of half of it, but never what the first
     * viewer needs.
     */
    public static long keptForEach(MemoryBudget media, int cameras) {
        long share = media.totalBytes() / Math.max(4, 2L * cameras);
        long besideOne = (media.totalBytes() - SOCKET_BYTES - KERNEL_BYTES) / cameras;
        return Math.max(0, Math.min(share, besideOne));
    }

    /** Returns this admission with a limit for each address. */
    public Admission boundedBy(AddressShares perAddress) {
        return new Admission(media, heap, perAddress, address, entry);
    }

    /**
     * Returns this admission for a viewer from {@code client}. If that address has as many viewers as it may, a lease is refused with {@link
     * AddressShares.FullException}.
     *
     * @param client empty to count in nobody's share
     */
    public Admission of(Optional<InetAddress> client) {
        return new Admission(media, heap, shares, client, entry);
    }

    /**
     * Returns this admission for a viewer of {@code cameras}. If no more may watch, a lease is refused with {@link ViewerBounds.FullException}.
     */
    public Admission watching(ViewerBounds bounds, List<String> cameras) {
        return new Admission(media, heap, shares, address, () -> bounds.enter(cameras));
    }

    /**
     * Leases for a viewer whose bytes go directly to the socket.
     *
     * @param ownBytes heap held for the viewer beside the connection
     * @throws BudgetExceededException if there is no room
     */
    public Lease bySocket(long ownBytes) throws BudgetExceededException {
        return lease(SOCKET_BYTES + KERNEL_BYTES + ownBytes, SOCKET_HEAP_BYTES + ownBytes);
    }

    /**
     * Leases for a viewer whose bytes go through the container.
     *
     * @param ownBytes heap held for the viewer beside the connection
     * @throws BudgetExceededException if there is no room
     */
    public Lease byContainer(long ownBytes) throws BudgetExceededException {
        return lease(CONTAINER_BYTES + KERNEL_BYTES + ownBytes, CONTAINER_HEAP_BYTES + ownBytes);
    }

    /**
     * Leases for a request that waits for its answer.
     *
     * @throws BudgetExceededException if there is no room
     */
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

    /** Counts in the share of the address as well. Returns the end of both counts. */
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
