package dev.perch.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Moves the unwritten rest of a frame whose place is needed to a spare slot, from which its readers continue. Guarded by the feed. */
final class Relocation {
    private final SpareSlots spares;

    Relocation(SpareSlots spares) {
        this.spares = spares;
    }

    /**
     * Clears the place of {@code entry}: its unwritten rest goes to one slot for all its holders. Returns false if one of them is reading it now.
     */
    boolean makeRoom(FrameEntry entry, List<Cursor> cursors) {
        if (entry.pins == 0) {
            return true;
        }
        List<Cursor> holders = pausedIf(cursor -> cursor.pinned == entry, cursors);
        if (holders.isEmpty()) {
            return false;
        }
        int written = entry.frame.sizeBytes();
        for (Cursor holder : holders) {
            written = Math.min(written, holder.consumedBytes());
        }
        SpareSlots.Slot slot = written == entry.frame.sizeBytes() ? null : slotFor(entry, written, cursors);
        for (Cursor holder : holders) {
            if (holder.giveWay(slot)) {
                spares.hold(Objects.requireNonNull(slot));
            }
            holder.resume();
        }
        return entry.pins == 0;
    }

    /** Returns the {@code wanted} cursors, all paused; empty, with none paused, if one of them is reading now. */
    private static List<Cursor> pausedIf(Predicate<Cursor> wanted, List<Cursor> cursors) {
        List<Cursor> paused = new ArrayList<>();
        for (Cursor cursor : cursors) {
            if (wanted.test(cursor)) {
                if (!cursor.pause()) {
                    paused.forEach(Cursor::resume);
                    return List.of();
                }
                paused.add(cursor);
            }
        }
        return paused;
    }

    /**
     * Returns a slot with the rest of {@code entry}. If none is free, the holders of the oldest slot lose it: they are the ones that take nothing.
     */
    private SpareSlots.@Nullable Slot slotFor(FrameEntry entry, int written, List<Cursor> cursors) {
        Optional<SpareSlots.Slot> free = spares.take(entry, written);
        for (SpareSlots.Slot oldest : free.isPresent() ? List.<SpareSlots.Slot>of() : List.copyOf(spares.used())) {
            for (Cursor holder : pausedIf(cursor -> cursor.spare == oldest, cursors)) {
                holder.lose();
                spares.letGo(oldest);
                holder.resume();
            }
            free = spares.take(entry, written);
            if (free.isPresent()) {
                break;
            }
        }
        return free.orElse(null);
    }

    /** Overwrites the spare slots. */
    void erase() {
        spares.used().forEach(slot -> slot.arena.erase());
    }

    /** Releases the frame that {@code cursor} holds. */
    void release(Cursor cursor) {
        SpareSlots.Slot slot = cursor.letGo();
        if (slot != null) {
            spares.letGo(slot);
        }
    }

    /** Returns the number of frames whose rest was moved so far. */
    long count() {
        return spares.relocated();
    }
}
