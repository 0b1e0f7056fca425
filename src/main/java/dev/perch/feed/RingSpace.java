package dev.perch.feed;

import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where in the arena the next frame goes. Frames lie one behind the other, each whole; the oldest give way. The producer never waits: a
 * place that is being read at this moment is jumped over. Guarded by the feed.
 */
final class RingSpace {
    /** Places jumped over for one frame before it is dropped instead: more would mean that nearly the whole ring is being read. */
    private static final int JUMPS = 16;

    private final ArenaPool pool;
    private final String holder;
    private final RingSize size;
    private final FrameTable table;
    private final Predicate<FrameEntry> makeRoom;
    private final List<FrameEntry> leftBehind = new ArrayList<>(); // out of the table, still being read
    private Ring ring;

    @SuppressWarnings("NullAway.Init") // open() comes before everything else
    RingSpace(ArenaPool pool, String holder, RingSize size, FrameTable table, Predicate<FrameEntry> makeRoom) {
        this.pool = pool;
        this.holder = holder;
        this.size = size;
        this.table = table;
        this.makeRoom = makeRoom;
    }

    void open(int sizeBytes) throws BudgetExceededException {
        ring = new Ring(pool.take(holder, sizeBytes, size.setting()));
    }

    Ring ring() {
        return ring;
    }

    int sizeBytes() {
        return ring.sizeBytes();
    }

    ByteBuffer slice(int offset, int sizeBytes) {
        return ring.memory.slice(offset, sizeBytes);
    }

    void published(int end) {
        ring.head = end;
    }

    /** Takes a larger arena and moves the frames there; those being written stay in the old one until they are let go. */
    void grow(int sizeBytes) throws BudgetExceededException {
        if (sizeBytes <= ring.sizeBytes()) {
            return;
        }
        Ring larger = new Ring(pool.take(holder, sizeBytes, size.setting()));
        for (long i = table.tail(); i < table.next(); i++) {
            FrameEntry old = table.at(i);
            FrameEntry moved = new FrameEntry(larger, larger.head, old.frame);
            larger.memory.put(larger.head, old.ring.memory, old.offset, old.frame.sizeBytes());
            larger.head = moved.end();
            table.replace(moved);
        }
        leftBehind.clear();
        ring.retire();
        ring = larger;
    }

    void close() {
        leftBehind.clear();
        ring.retire();
    }

    /** Finds a place: the offset of {@code sizeBytes} free bytes; -1 when the frame is too large or no place can be had now */
    int place(int sizeBytes) {
        if (table.isFull()) {
            evict();
        }
        if (sizeBytes > ring.sizeBytes()) {
            return -1;
        }
        growForTheGop(sizeBytes);
        int start = ring.head;
        for (int jumps = 0; jumps < JUMPS; jumps++) {
            if (start + sizeBytes > ring.sizeBytes()) {
                evictUpToTheEnd(start);
                start = 0;
            }
            evictOverlapping(start, sizeBytes);
            FrameEntry obstacle = obstacle(start, sizeBytes);
            if (obstacle == null) {
                return start;
            }
            start = obstacle.end();
        }
        return -1;
    }

    /** A wrap goes past the frames between the head and the arena's end: they are the oldest ones. */
    private void evictUpToTheEnd(int head) {
        while (!table.isEmpty() && table.at(table.tail()).offset >= head && table.at(table.tail()).ring == ring) {
            evict();
        }
    }

    private void evictOverlapping(int start, int sizeBytes) {
        while (!table.isEmpty() && table.at(table.tail()).overlaps(start, sizeBytes)) {
            evict();
        }
    }

    private void evict() {
        FrameEntry entry = table.removeTail();
        if (!makeRoom.test(entry)) {
            leftBehind.add(entry);
        }
    }

    private @Nullable FrameEntry obstacle(int start, int sizeBytes) {
        leftBehind.removeIf(entry -> entry.pins == 0);
        for (FrameEntry entry : leftBehind) {
            if (entry.overlaps(start, sizeBytes) && !makeRoom.test(entry)) {
                return entry;
            }
        }
        return null;
    }

    /** When the next frame would push out the current GOP's key frame while that is young, the ring is too small. */
    private void growForTheGop(int sizeBytes) {
        if (size.fixedBytes().isPresent() || table.newestKey() < 0 || sizeBytes <= freeBytes()) {
            return;
        }
        FrameEntry key = table.at(table.newestKey());
        FrameEntry newest = table.at(table.next() - 1);
        boolean video = key.frame.config() instanceof StreamConfig.H264;
        long age = newest.frame.time().monotonicNanos() - key.frame.time().monotonicNanos();
        if (video && age < RingSize.GOP_NANOS) {
            try {
                grow(size.larger(ring.sizeBytes()));
            } catch (BudgetExceededException full) {
                // counted by the budget; new viewers wait for the next key frame, as the design says
                return;
            }
        }
    }

    /** How much fits before the current GOP's key frame would have to go, at least. */
    private int freeBytes() {
        FrameEntry key = table.at(table.newestKey());
        int head = ring.head;
        if (key.offset >= head) {
            return key.offset - head;
        }
        // what is left at the end may be too short for the next frame, so only one of both places counts
        return Math.max(ring.sizeBytes() - head, key.offset);
    }
}
