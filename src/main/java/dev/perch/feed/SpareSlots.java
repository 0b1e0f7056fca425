package dev.perch.feed;

import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The few places for the unwritten rests of frames whose space is needed, each shared by all holders of that frame. Guarded by the feed.
 */
final class SpareSlots {
    /**
     * A second of frames. With 4, a thousand viewers of 40 KB frames, whose client shared its processor, lost 840 of them: each viewer that waits for
     * the processor has begun another frame.
     */
    static final int MOST = 32;

    /** The number of slots allowed whatever they hold; more are allowed only while all of them are a small part of the budget. */
    private static final int FEW = 4;

    private static final int PART_OF_BUDGET = 256;

    /** The rest of one frame, from the byte that its slowest holder wants next. */
    static final class Slot {
        final Arena arena;
        final int firstByte;
        private int holders;

        private Slot(Arena arena, int firstByte) {
            this.arena = arena;
            this.firstByte = firstByte;
        }
    }

    private final ArenaPool pool;
    private final String holder;
    private final String setting;
    private final List<Slot> used = new ArrayList<>(); // the oldest first
    private final long mostBytes;
    private long usedBytes;
    private long relocated;

    SpareSlots(ArenaPool pool, String holder, String setting) {
        this.pool = pool;
        this.holder = holder;
        this.setting = setting;
        this.mostBytes = pool.budget().totalBytes() / PART_OF_BUDGET;
    }

    /** Copies the frame from byte {@code firstByte} on; empty when all slots are used, or the budget has no room. */
    Optional<Slot> take(FrameEntry entry, int firstByte) {
        int sizeBytes = entry.frame.sizeBytes() - firstByte;
        if (used.size() == MOST || (used.size() >= FEW && usedBytes + sizeBytes > mostBytes)) {
            return Optional.empty();
        }
        try {
            Slot slot = new Slot(pool.take(holder, sizeBytes, setting), firstByte);
            slot.arena.memory().put(0, entry.ring.memory, entry.offset + firstByte, sizeBytes);
            used.add(slot);
            usedBytes += sizeBytes;
            relocated++;
            return Optional.of(slot);
        } catch (BudgetExceededException full) {
            return Optional.empty(); // the budget counts its refusals
        }
    }

    void hold(Slot slot) {
        slot.holders++;
    }

    /** Counts one holder less. The last one frees the slot. */
    void letGo(Slot slot) {
        if (--slot.holders == 0) {
            used.remove(slot);
            usedBytes -= slot.arena.memory().capacity();
            slot.arena.close();
        }
    }

    List<Slot> used() {
        return used;
    }

    long relocated() {
        return relocated;
    }
}
