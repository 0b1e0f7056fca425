package dev.perch.feed;

import dev.perch.media.Encoding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The positions of a ring's readers: where each begins, moves on, and lands after it fell off the tail. Guarded by the feed. */
final class Cursors {
    private final Encoding encoding;
    private final FrameTable table;
    private final Relocation relocation;
    private final List<Cursor> present = new ArrayList<>();
    private long skipped;

    Cursors(Encoding encoding, FrameTable table, Relocation relocation) {
        this.encoding = encoding;
        this.table = table;
        this.relocation = relocation;
    }

    List<Cursor> all() {
        return present;
    }

    /** Returns the frames missed by falling off the tail, summed over all cursors. */
    long skipped() {
        return skipped;
    }

    /** Adds {@code cursor} at the newest key frame, or, where every frame starts, at the next frame. */
    void beginNewest(Cursor cursor) {
        cursor.next = table.next();
        if (!encoding.everyFrameStarts()) {
            beginAtKey(cursor, table.newestKey());
        }
        present.add(cursor);
    }

    /** Adds {@code cursor} at the last key frame captured at or before {@code nanos}, or else at the oldest. */
    void beginAt(Cursor cursor, long nanos) {
        beginAtKey(cursor, table.keyAt(nanos));
        present.add(cursor);
    }

    private void beginAtKey(Cursor cursor, long key) {
        if (key >= 0) {
            cursor.next = key;
            cursor.awaitingKey = false;
        } else {
            awaitKey(cursor);
        }
    }

    /** Moves {@code cursor} past everything in the ring, to the next key frame to come. */
    void awaitKey(Cursor cursor) {
        cursor.next = table.next();
        cursor.awaitingKey = true;
    }

    /**
     * Makes {@code cursor} skip the frames before {@code nanos}, and then all before the next key frame.
     *
     * @param jump whether the skipped frames count as missed
     */
    void passTo(Cursor cursor, long nanos, boolean jump) {
        cursor.awaitingKey = true;
        cursor.notBefore = nanos;
        cursor.jumpPending |= jump;
    }

    /**
     * Moves {@code cursor} back to the newest key frame. Returns the number of frames from there on; 0 if there is no key frame, and nothing changes.
     */
    int rewind(Cursor cursor) {
        long key = table.newestKey();
        if (cursor.left || key < 0) {
            return 0;
        }
        relocation.release(cursor);
        beginAtKey(cursor, key);
        cursor.jumpPending = false;
        return (int) (table.next() - key);
    }

    /** Makes {@code cursor} hold the next frame that it can use. Returns false if there is none yet. */
    boolean advance(Cursor cursor) {
        relocation.release(cursor);
        FrameEntry entry = next(cursor);
        if (entry == null) {
            return false;
        }
        cursor.next++;
        hold(cursor, entry, cursor.jumpPending);
        return true;
    }

    /** Returns the frame that {@link #advance} would make {@code cursor} hold; null when there is none yet. */
    @Nullable
    FrameEntry next(Cursor cursor) {
        if (cursor.left) {
            return null;
        }
        if (cursor.next < table.tail()) {
            long target = jumpTarget(cursor);
            skip(cursor, target - cursor.next);
            cursor.next = target;
            cursor.jumpPending = true;
            cursor.falls++;
        }
        while (cursor.next < table.next()) {
            FrameEntry entry = table.at(cursor.next);
            if (!cursor.awaitingKey || (entry.frame.key() && entry.frame.time().decodeNanos() >= cursor.notBefore)) {
                return entry;
            }
            cursor.next++;
            skip(cursor, cursor.jumpPending ? 1 : 0); // a cursor that waits for its first key frame misses nothing
        }
        return null;
    }

    /** Makes {@code cursor} hold the newest frame, once more if necessary. Returns false if the ring is empty. */
    boolean repeat(Cursor cursor) {
        if (encoding != Encoding.JPEG) {
            throw new IllegalStateException("only a JPEG can be repeated: encoding=" + encoding);
        }
        relocation.release(cursor);
        if (cursor.left || table.isEmpty()) {
            return false;
        }
        long missed = Math.max(0, table.next() - 1 - cursor.next);
        skip(cursor, missed);
        cursor.next = table.next();
        hold(cursor, table.at(table.next() - 1), cursor.jumpPending || missed > 0);
        return true;
    }

    private static void hold(Cursor cursor, FrameEntry entry, boolean afterJump) {
        cursor.awaitingKey = false;
        cursor.notBefore = Long.MIN_VALUE;
        cursor.hold(entry, afterJump);
        cursor.jumpPending = false;
    }

    /**
     * Returns where a cursor that fell off the tail continues: where every frame starts at the newest frame (or the oldest, if the cursor is then
     * moved on to a key frame of another track), else at the newest key frame or the next one to come.
     */
    private long jumpTarget(Cursor cursor) {
        if (encoding.everyFrameStarts()) {
            return cursor.landsOldest ? table.tail() : Math.max(table.tail(), table.next() - 1);
        }
        if (table.newestKey() >= cursor.next) {
            return table.newestKey();
        }
        cursor.awaitingKey = true;
        return table.next();
    }

    private void skip(Cursor cursor, long frames) {
        cursor.skippedFrames += frames;
        skipped += frames;
    }

    void leave(Cursor cursor) {
        relocation.release(cursor);
        cursor.left = true;
        present.remove(cursor);
    }
}
