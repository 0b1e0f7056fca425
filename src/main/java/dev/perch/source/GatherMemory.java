package dev.perch.source;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Leased memory that an access unit is gathered in; it grows to the largest that was asked for. For one thread. */
final class GatherMemory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GatherMemory.class.getName());
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    private static final int STEP_BYTES = 64 << 10; // APP4 segments have as much

    private final ArenaPool arenas;
    private final String cameraId;
    private @Nullable Arena arena;
    private boolean refused;

    GatherMemory(ArenaPool arenas, String cameraId) {
        this.arenas = arenas;
        this.cameraId = cameraId;
    }

    /** Memory of at least so many bytes, what was in it lost; of none when the budget has no room. */
    ByteBuffer atLeast(int sizeBytes) {
        Arena present = arena;
        if (present != null && present.sizeBytes() >= sizeBytes) {
            return present.memory();
        }
        close();
        try {
            int rounded = (sizeBytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
            Arena larger = arenas.take(cameraId + " H264 in JPEG", rounded, "cameras." + cameraId + ".size");
            arena = larger;
            return larger.memory();
        } catch (BudgetExceededException full) {
            if (!refused) {
                refused = true;
                LOG.log(Level.WARNING, String.valueOf(full.getMessage()));
            }
            return NONE;
        }
    }

    @Override
    public void close() {
        Arena present = arena;
        arena = null;
        if (present != null) {
            present.close();
        }
    }
}
