package dev.perch.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What becomes of a frame that is held when its place is needed: its unwritten rest goes on from a spare slot. Guarded by the feed. */
final class Relocation {
    private final SpareSlots spares;

    Relocation(SpareSlots spares) {
        this.spares = spares;
    }

    /** The frame must leave the ring; its unwritten rest goes to one place for all who hold it. @return false if that cannot be now */
    boolean makeRoom(FrameEntry entry, List<Viewer> viewers) {
        if (entry.pins == 0) {
            return true;
        }
        List<Viewer> holders = pausedIf(viewer -> viewer.pinned == entry, viewers);
        if (holders.isEmpty()) {
            return false;
        }
        int written = entry.frame.sizeBytes();
        for (Viewer holder : holders) {
            written = Math.min(written, holder.consumedBytes());
        }
        SpareSlots.Slot slot = written == entry.frame.sizeBytes() ? null : slotFor(entry, written, viewers);
        for (Viewer holder : holders) {
            if (holder.giveWay(slot)) {
                spares.hold(Objects.requireNonNull(slot));
            }
            holder.resume();
        }
        return entry.pins == 0;
    }

    /** Those viewers, all kept from reading; none, and none is kept, when one of them reads right now. */
    private static List<Viewer> pausedIf(Predicate<Viewer> wanted, List<Viewer> viewers) {
        List<Viewer> paused = new ArrayList<>();
        for (Viewer viewer : viewers) {
            if (wanted.test(viewer)) {
                if (!viewer.pause()) {
                    paused.forEach(Viewer::resume);
                    return List.of();
                }
                paused.add(viewer);
            }
        }
        return paused;
    }

    /** Where none is free, those who have held theirs for longest lose it: they are the ones that take nothing. */
    private SpareSlots.@Nullable Slot slotFor(FrameEntry entry, int written, List<Viewer> viewers) {
        Optional<SpareSlots.Slot> free = spares.take(entry, written);
        for (SpareSlots.Slot oldest : free.isPresent() ? List.<SpareSlots.Slot>of() : List.copyOf(spares.used())) {
            for (Viewer holder : pausedIf(viewer -> viewer.spare == oldest, viewers)) {
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

    /** Lets go of what the viewer holds. */
    void release(Viewer viewer) {
        SpareSlots.Slot slot = viewer.letGo();
        if (slot != null) {
            spares.letGo(slot);
        }
    }

    /** Frames whose rest was moved so far. */
    long count() {
        return spares.relocated();
    }
}
