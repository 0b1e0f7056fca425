package dev.perch.feed;

import dev.perch.media.Encoding;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place in the arena for the next frame. Frames lie one behind the other, each contiguous; the oldest give way. The producer never waits: a
 * place that is being read now is jumped over. Guarded by the feed.
 */
final class RingSpace {
    /** The most places jumped over before the frame is dropped instead: more would mean that nearly the whole ring is being read. */
    private static final int JUMPS = 16;

    /**
     * The frames between two attempts to grow, two seconds at 30 fps: each attempt costs a search, and half a second where direct memory is full.
     */
    private static final int CLAIMS_BETWEEN_TRIES = 64;

    private final ArenaPool pool;
    private final String holder;
    private final Encoding encoding;
    private final RingSize size;
    private final FrameTable table;
    private final Predicate<FrameEntry> makeRoom;
    private final Consumer<FrameEntry> keyGoes;
    private final List<FrameEntry> leftBehind = new ArrayList<>(); // out of the table, but still being read
    private Ring ring;
    private int largestSeenBytes;
    private int largestClaimBytes;
    private int claimsUntilGrowth; // after a refusal
    private boolean saving; // whether the machine is short of memory, so that only the necessary is taken

    /**
     * Creates the space without an arena.
     *
     * @param keyGoes called with the last key frame before it leaves the ring while frames after it stay
     */
    @SuppressWarnings("NullAway.Init") // open() comes before everything else
    RingSpace(
            ArenaPool pool,
            String holder,
            Encoding encoding,
            RingSize size,
            FrameTable table,
            Predicate<FrameEntry> makeRoom,
            Consumer<FrameEntry> keyGoes) {
        this.encoding = encoding;
        this.pool = pool;
        this.holder = holder;
        this.size = size;
        this.table = table;
        this.makeRoom = makeRoom;
        this.keyGoes = keyGoes;
    }

    /**
     * Takes the arena for a stream whose first frame has at most {@code claimedBytes}; a smaller arena if the budget has no more.
     *
     * @throws BudgetExceededException if it has not even the least
     */
    void open(int claimedBytes) throws BudgetExceededException {
        if (claimedBytes > size.most()) {
            throw pool.budget().refuseFrame(holder, claimedBytes, size.most(), size.fixedBy(), size.pictureSetting());
        }
        int least = size.least(encoding, claimedBytes);
        int wanted = saving ? least : size.first(encoding, claimedBytes);
        try {
            ring = take(wanted);
        } catch (BudgetExceededException full) {
            if (least >= wanted) {
                throw full;
            }
            ring = take(least);
        }
    }

    private Ring take(int sizeBytes) throws BudgetExceededException {
        return new Ring(pool.take(holder, sizeBytes, size.setting()));
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

    void published(int offset, int sizeBytes) {
        ring.head = offset + sizeBytes;
        largestSeenBytes = Math.max(largestSeenBytes, sizeBytes);
    }

    /**
     * Grows to {@code wanted}, or to {@code least} if the budget refuses more and that would help. After a refusal it waits before it tries again.
     */
    private void growTo(int wanted, int least) {
        if (wanted <= ring.sizeBytes() || claimsUntilGrowth > 0) {
            return;
        }
        try {
            grow(wanted);
        } catch (BudgetExceededException full) {
            claimsUntilGrowth = CLAIMS_BETWEEN_TRIES; // counted by the budget; a smaller ring serves too
            if (least < wanted && least > ring.sizeBytes()) {
                growToLeast(least);
            }
        }
    }

    private void growToLeast(int least) {
        try {
            grow(least);
        } catch (BudgetExceededException full) {
            claimsUntilGrowth =
                    CLAIMS_BETWEEN_TRIES; // counted by the budget; a frame that does not fit is dropped and counted
        }
    }

    private void grow(int sizeBytes) throws BudgetExceededException {
        moveTo(take(sizeBytes));
    }

    /** Moves the frames to another arena; frames being written stay in the old one until they are released. */
    private void moveTo(Ring other) {
        for (long i = table.tail(); i < table.next(); i++) {
            FrameEntry old = table.at(i);
            FrameEntry moved = new FrameEntry(other, other.head, old.frame);
            other.memory.put(other.head, old.ring.memory, old.offset, old.frame.sizeBytes());
            other.head = moved.end();
            table.replace(moved);
        }
        leftBehind.clear();
        ring.retire();
        ring = other;
    }

    /** Sets whether to take no more than necessary from now on. */
    void saving(boolean on) {
        saving = on;
    }

    /**
     * Moves to an arena for the last GOP alone, while nothing is claimed. Returns the bytes given back; 0 if the budget has no room for both arenas.
     */
    int shrink() {
        int before = ring.sizeBytes();
        int least = size.saving(encoding, largestClaimBytes, largestSeenBytes, table.largestGopBytes());
        if (least >= before) {
            return 0;
        }
        try {
            Ring smaller = take(least);
            while (table.bytesFrom(table.tail()) > least) {
                table.removeTail();
            }
            moveTo(smaller);
        } catch (BudgetExceededException full) {
            return 0; // counted by the budget; the next shortage tries again
        }
        return before - least;
    }

    void close() {
        leftBehind.clear();
        ring.retire();
    }

    /** Returns the offset of {@code sizeBytes} free bytes; -1 if the frame is too large or no place is free now. */
    int place(int sizeBytes) {
        if (table.isFull()) {
            evict();
        }
        claimsUntilGrowth = Math.max(0, claimsUntilGrowth - 1);
        largestClaimBytes = Math.max(largestClaimBytes, sizeBytes);
        int least = size.least(encoding, sizeBytes);
        if (!saving || sizeBytes > ring.sizeBytes()) {
            growTo(saving ? least : size.atLeast(encoding, sizeBytes, largestSeenBytes), least);
        }
        if (sizeBytes > ring.sizeBytes()) {
            return -1;
        }
        growForTheGop(sizeBytes);
        int start = ring.head;
        for (int jumps = 0; jumps < JUMPS; jumps++) {
            if (sizeBytes > ring.sizeBytes() - start) {
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

    /** Evicts the frames between the head and the arena's end, which are the oldest, because the next frame wraps. */
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
        if (!encoding.everyFrameStarts() && !saving && table.newestKey() == table.tail()) {
            keyGoes.accept(table.at(table.tail()));
        }
        FrameEntry entry = table.removeTail();
        if (!makeRoom.test(entry)) {
            leftBehind.add(entry);
        }
    }

    private @Nullable FrameEntry obstacle(int start, int sizeBytes) {
        if (leftBehind.isEmpty()) {
            return null;
        }
        leftBehind.removeIf(entry -> entry.pins == 0);
        for (FrameEntry entry : leftBehind) {
            if (entry.overlaps(start, sizeBytes) && !makeRoom.test(entry)) {
                return entry;
            }
        }
        return null;
    }

    /** Grows a ring that is too small: the next frame would push out the current GOP's key frame while that is young. */
    private void growForTheGop(int sizeBytes) {
        if (saving || size.fixedBytes().isPresent() || table.newestKey() < 0 || sizeBytes <= freeBytes()) {
            return;
        }
        FrameEntry key = table.at(table.newestKey());
        FrameEntry newest = table.at(table.next() - 1);
        long age = newest.frame.time().decodeNanos() - key.frame.time().decodeNanos();
        if (!encoding.everyFrameStarts() && age < RingSize.GOP_NANOS) {
            int larger = size.larger(ring.sizeBytes());
            growTo(larger, larger); // refused: new viewers wait for the next key frame
        }
    }

    /** Returns the bytes that fit at least before the current GOP's key frame would have to go. */
    private int freeBytes() {
        FrameEntry key = table.at(table.newestKey());
        int head = ring.head;
        if (key.offset >= head) {
            return key.offset - head;
        }
        // the space at the end may be too short for the next frame, so only the larger of the two places counts
        return Math.max(ring.sizeBytes() - head, key.offset);
    }
}
