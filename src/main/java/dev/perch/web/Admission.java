package dev.perch.web;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;

/**
 * What a viewer's connection takes while it lasts, asked for before it is let in: of the budget, and of the Java heap, where the container
 * keeps its buffers. A heap that is full would end whatever thread asks next, whosever it is.
 *
 * @param media the program's budget, in which the kernel's share counts too
 * @param heap what connections may take of the heap
 */
record Admission(MemoryBudget media, MemoryBudget heap) {
    private static final String HOLDER = "viewers";
    private static final String SETTING = "the number of viewers";

    /** What a connection holds whose request has left: the socket's buffers, and the viewer's position. */
    private static final int SOCKET_BYTES = 40 << 10;

    private static final int SOCKET_HEAP_BYTES = 16 << 10;

    /** What a connection holds in Tomcat beside its response buffer: the socket's write buffer of up to 64 KiB, request, response, read buffer. */
    private static final int CONTAINER_BYTES = 80 << 10;

    private static final int CONTAINER_HEAP_BYTES = 64 << 10;

    /** A connection in Tomcat while its request waits. */
    private static final int WAITING_BYTES = 24 << 10;

    /**
     * For a viewer whose bytes go to the socket directly.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    Lease bySocket(long ownBytes) throws BudgetExceededException {
        return lease(SOCKET_BYTES + SendBuffers.MOST_BYTES + ownBytes, SOCKET_HEAP_BYTES + ownBytes);
    }

    /**
     * For one whose bytes go by the container's output.
     *
     * @param ownBytes held for it beside the connection, in the heap
     */
    Lease byContainer(long ownBytes) throws BudgetExceededException {
        return lease(CONTAINER_BYTES + SendBuffers.MOST_BYTES + ownBytes, CONTAINER_HEAP_BYTES + ownBytes);
    }

    /** For a request that waits until there is something to answer with. */
    Lease waiting() throws BudgetExceededException {
        return lease(WAITING_BYTES, WAITING_BYTES);
    }

    private Lease lease(long bytes, long heapBytes) throws BudgetExceededException {
        Lease ofHeap = heap.lease(HOLDER, heapBytes, SETTING);
        try {
            return media.lease(HOLDER, bytes, SETTING).with(ofHeap);
        } catch (BudgetExceededException full) {
            ofHeap.close();
            throw full;
        }
    }
}
