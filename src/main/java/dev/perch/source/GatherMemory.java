package dev.perch.source;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Leased memory for gathering an access unit; it grows to the largest size requested. For one thread. */
final class GatherMemory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GatherMemory.class.getName());
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    private static final int STEP_BYTES = 64 << 10; // the most bytes of an APP4 segment

    private final ArenaPool arenas;
    private final String cameraId;
    private @Nullable Arena arena;
    private final GrowingLease heap;
    private boolean refused;

    GatherMemory(ArenaPool arenas, String cameraId) {
        this.arenas = arenas;
        this.cameraId = cameraId;
        this.heap = new GrowingLease(arenas.budget(), cameraId + " split frames", "cameras." + cameraId + ".size");
    }

    /** Returns memory of at least {@code sizeBytes}, whose former contents are lost; empty memory if the budget has no room. */
    ByteBuffer atLeast(int sizeBytes) {
        Arena present = arena;
        if (present != null && present.sizeBytes() >= sizeBytes) {
            return present.memory();
        }
        letGo();
        try {
            int rounded = (sizeBytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
            Arena larger = arenas.take(cameraId + " H264 in JPEG", rounded, "cameras." + cameraId + ".size");
            arena = larger;
            return larger.memory();
        } catch (BudgetExceededException full) {
            tell(full);
            return NONE;
        }
    }

    /**
     * Leases the heap that a splitter holds by now.
     *
     * @return false if there is no room for it
     */
    boolean covers(int heapBytes) {
        try {
            heap.cover(heapBytes);
            return true;
        } catch (BudgetExceededException full) {
            tell(full);
            return false;
        }
    }

    private void tell(BudgetExceededException full) {
        if (!refused) {
            refused = true;
            LOG.log(Level.WARNING, String.valueOf(full.getMessage()));
        }
    }

    @Override
    public void close() {
        heap.close();
        letGo();
    }

    private void letGo() {
        Arena present = arena;
        arena = null;
        if (present != null) {
            present.close();
        }
    }
}
