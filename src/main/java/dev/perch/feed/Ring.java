package dev.perch.feed;

import dev.perch.memory.Arena;
import java.nio.ByteBuffer;

/** One arena and the place in it where the next frame goes. Guarded by the feed; a retired ring is freed with its last pin or claim. */
final class Ring {
    final Arena arena;
    final ByteBuffer memory;
    int head;
    private int pins;
    private boolean claimed;
    private boolean retired;
    private boolean erased;

    Ring(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
    }

    int sizeBytes() {
        return memory.capacity();
    }

    void pin(FrameEntry entry) {
        entry.pins++;
        pins++;
    }

    void unpin(FrameEntry entry) {
        entry.pins--;
        pins--;
        freeIfUnused();
    }

    /** Keeps the memory while the producer writes to it, outside the feed's lock. */
    void claim() {
        claimed = true;
    }

    void takeBackClaim() {
        claimed = false;
        freeIfUnused();
    }

    void retire() {
        retired = true;
        freeIfUnused();
    }

    /** Overwrites the whole arena, now and before it is freed, because the producer may be writing. */
    void erase() {
        erased = true;
        arena.erase();
    }

    private void freeIfUnused() {
        if (retired && pins == 0 && !claimed) {
            if (erased) {
                arena.erase();
            }
            arena.close();
        }
    }
}
