package dev.perch.feed;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.util.Optional;

/** The few places for the unwritten rests of frames whose space is needed. Guarded by the feed. */
final class SpareSlots {
    private static final int MOST = 4;

    private final ArenaPool pool;
    private final String holder;
    private final String setting;
    private int used;
    private long relocated;

    SpareSlots(ArenaPool pool, String holder, String setting) {
        this.pool = pool;
        this.holder = holder;
        this.setting = setting;
    }

    Optional<Arena> take(int sizeBytes) {
        if (used == MOST) {
            return Optional.empty();
        }
        try {
            Arena arena = pool.take(holder, Math.max(1, sizeBytes), setting);
            used++;
            relocated++;
            return Optional.of(arena);
        } catch (BudgetExceededException full) {
            return Optional.empty(); // the budget counts its refusals; the viewer is closed
        }
    }

    void giveBack(Arena arena) {
        used--;
        arena.close();
    }

    long relocated() {
        return relocated;
    }
}
