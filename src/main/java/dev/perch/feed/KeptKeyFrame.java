package dev.perch.feed;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the last key frame of a GOP that has outgrown the ring: readers that would otherwise wait for the next key frame get this older picture.
 * A stream whose GOPs fit the ring never has one. Guarded by the feed.
 */
final class KeptKeyFrame {
    private final ArenaPool pool;
    private final String holder;
    private final String setting;
    private @Nullable Arena arena;
    private @Nullable Frame frame;

    KeptKeyFrame(ArenaPool pool, String holder, String setting) {
        this.pool = pool;
        this.holder = holder;
        this.setting = setting;
    }

    /** Copies a frame that is leaving the ring, if the budget has room. */
    void keep(FrameEntry entry) {
        forget();
        int sizeBytes = entry.frame.sizeBytes();
        try {
            Arena taken = pool.take(holder, sizeBytes, setting);
            taken.memory().put(0, entry.ring.memory, entry.offset, sizeBytes);
            arena = taken;
            frame = entry.frame;
        } catch (BudgetExceededException full) {
            forget(); // counted by the budget; readers wait for the next key frame then
        }
    }

    /** Returns the kept frame, if any. */
    Optional<Frame> frame() {
        return Optional.ofNullable(frame);
    }

    /** Copies the kept frame behind the position of {@code destination}. Returns false if {@code wanted} is no longer kept. */
    boolean copyTo(Frame wanted, ByteBuffer destination) {
        Arena present = arena;
        if (present == null || !wanted.equals(frame)) {
            return false;
        }
        destination.put(present.memory().slice(0, wanted.sizeBytes()));
        return true;
    }

    /** Overwrites the kept frame and frees its memory. */
    void erase() {
        if (arena != null) {
            arena.erase();
        }
        forget();
    }

    /** Frees the memory. */
    void forget() {
        frame = null;
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }
}
