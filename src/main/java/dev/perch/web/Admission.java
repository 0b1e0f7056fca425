package dev.perch.web;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.web.line.SendBuffers;
import jakarta.servlet.http.HttpServletRequest;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer's connection takes while it lasts, asked for before it is let in: of the budget, and of the Java heap, where the container
 * keeps its buffers. A heap that is full would end whatever thread asks next, whosever it is.
 *
 * @param media the program's budget, in which the kernel's share counts too
 * @param heap what connections may take of the heap
 * @param shares how many come from one address; null: no matter
 * @param request of whoever asks; null: nobody does yet
 */
public record Admission(
        MemoryBudget media,
        MemoryBudget heap,
        @Nullable AddressShares shares,
        @Nullable HttpServletRequest request) {
    private static final String HOLDER = "viewers";
    private static final String SETTING = "the number of viewers";

    private static final int LEAST_PER_ADDRESS = 8;

    /** What a connection holds whose request has left: the socket's buffers, and the viewer's position. */
    private static final int SOCKET_BYTES = 40 << 10;

    private static final int SOCKET_HEAP_BYTES = 16 << 10;

    /** What a connection holds in Tomcat beside its response buffer: the socket's write buffer of up to 64 KiB, request, response, read buffer. */
    private static final int CONTAINER_BYTES = 80 << 10;

    private static final int CONTAINER_HEAP_BYTES = 64 << 10;

    /** A connection in Tomcat while its request waits. */
    private static final int WAITING_BYTES = 24 << 10;

    /** Without regard to where viewers come from. */
    public Admission(MemoryBudget media, MemoryBudget heap) {
        this(media, heap, null, null);
    }

    /**
     * The most viewers of one address: as configured, or a quarter of those that there is memory for, and at least {@value #LEAST_PER_ADDRESS}.
     *
     * @param keptBytes of the budget that viewers do not get
     */
    static int mostPerAddress(OptionalInt configured, MemoryBudget media, long keptBytes, MemoryBudget heap) {
        long fit = Math.min(
                (media.totalBytes() - keptBytes) / (SOCKET_BYTES + SendBuffers.MOST_BYTES),
                heap.totalBytes() / SOCKET_HEAP_BYTES);
        return configured.orElse((int) Math.max(LEAST_PER_ADDRESS, Math.min(Integer.MAX_VALUE, fit / 4)));
    }

    /** What is kept of the budget for each of {@code cameras}: a quarter, or an equal part of half of it, but never what the first viewer needs. */
    static long keptForEach(MemoryBudget media, int cameras) {
        long share = media.totalBytes() / Math.max(4, 2L * cameras);
        long besideOne = (media.totalBytes() - SOCKET_BYTES - SendBuffers.MOST_BYTES) / cameras;
        return Math.max(0, Math.min(share, besideOne));
    }

    /** The same with a bound for each address. */
    Admission boundedBy(AddressShares perAddress) {
        return new Admission(media, heap, perAddress, request);
    }

    /**
     * The same for whoever sends {@code asking}. Where its address has as many viewers as it may, a lease is refused with
     * {@link AddressShares.FullException}.
     */
    public Admission of(HttpServletRequest asking) {
        return new Admission(media, heap, shares, asking);
    }

    /**
     * For a viewer whose bytes go to the socket directly.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    public Lease bySocket(long ownBytes) throws BudgetExceededException {
        return lease(SOCKET_BYTES + SendBuffers.MOST_BYTES + ownBytes, SOCKET_HEAP_BYTES + ownBytes);
    }

    /**
     * For one whose bytes go by the container's output.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    public Lease byContainer(long ownBytes) throws BudgetExceededException {
        return lease(CONTAINER_BYTES + SendBuffers.MOST_BYTES + ownBytes, CONTAINER_HEAP_BYTES + ownBytes);
    }

    /** For a request that waits until there is something to answer with. */
    public Lease waiting() throws BudgetExceededException {
        return lease(WAITING_BYTES, WAITING_BYTES);
    }

    private Lease lease(long bytes, long heapBytes) throws BudgetExceededException {
        Runnable leave = shares == null || request == null ? () -> {} : shares.enter(request);
        try {
            Lease ofHeap = heap.lease(HOLDER, heapBytes, SETTING).with(leave);
            leave = ofHeap::close;
            return media.leaseBesideKept(HOLDER, bytes, SETTING).with(ofHeap::close);
        } catch (BudgetExceededException full) {
            leave.run();
            throw full;
        }
    }
}
