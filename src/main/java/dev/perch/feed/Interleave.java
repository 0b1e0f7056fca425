package dev.perch.feed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several cursors read as one: their frames by decode time, from a key frame on.
 *
 * <p>When one falls off its ring's tail, all jump together to a key frame at or after the latest place where one landed, so that picture and sound
 * are missed alike. A track that gives nothing holds up the others until it has been silent for the time given to the constructor; then they continue
 * without it, and its frames are included again when they come. Holds one frame at a time and allocates nothing per frame. Used by one thread at a
 * time.
 */
public final class Interleave implements AutoCloseable {
    /** A silence longer than any between two frames of a microphone, or of a camera at ten frames a second. */
    public static final long MOST_WAIT_NANOS = 300_000_000L;

    private final Cursor[] cursors;
    private final @Nullable Frame[] frames; // the next frame of each cursor
    private final long[] positions; // the position of each cursor, as last seen
    private final long[] movedNanos; // when each cursor last had a frame or moved on
    private final int[] falls; // the falls of each cursor, as last seen
    private final long mostWaitNanos;
    private final boolean eager;
    private @Nullable Cursor current;
    private boolean joining = true; // whether all are to continue together, from `start` or a key frame after it
    private boolean jump; // whether frames are missed by that
    private long start = Long.MIN_VALUE;
    private long waitNanos = Long.MAX_VALUE;

    /**
     * Creates an interleave that holds no frame yet.
     *
     * @param cursors closed by {@link #close}
     * @param mostWaitNanos the longest that a silent track holds up the others, {@link #MOST_WAIT_NANOS} for most readers
     * @param nowNanos the monotonic clock
     */
    public Interleave(List<Cursor> cursors, long mostWaitNanos, long nowNanos) {
        this(cursors, mostWaitNanos, /* eager= */ false, nowNanos);
    }

    /**
     * Returns an interleave that never holds up a frame for another track: each comes as soon as it is there, in order within its track; of several
     * that are there, the earliest comes first. It begins with a key frame, however long that takes.
     *
     * @param cursors closed by {@link #close}
     * @param nowNanos the monotonic clock
     */
    public static Interleave eager(List<Cursor> cursors, long nowNanos) {
        return new Interleave(cursors, /* mostWaitNanos= */ 0, /* eager= */ true, nowNanos);
    }

    private Interleave(List<Cursor> cursors, long mostWaitNanos, boolean eager, long nowNanos) {
        this.eager = eager;
        this.cursors = cursors.toArray(new Cursor[0]);
        this.frames = new Frame[this.cursors.length];
        this.positions = new long[this.cursors.length];
        this.movedNanos = new long[this.cursors.length];
        this.falls = new int[this.cursors.length];
        this.mostWaitNanos = mostWaitNanos;
        boolean keyed = cursors.stream().anyMatch(cursor -> !cursor.encoding().everyFrameStarts());
        for (int i = 0; i < movedNanos.length; i++) {
            movedNanos[i] = nowNanos;
            this.cursors[i].landsOldest =
                    keyed; // all continue at the key frame of this track: near the live edge, and seldom ahead of all
            // sound
        }
    }

    /** Returns the cursors in the order in which they were given. */
    public List<Cursor> cursors() {
        return List.of(cursors);
    }

    /** Returns the cursor that holds the current frame. */
    public Cursor cursor() {
        if (current == null) {
            throw new IllegalStateException("no frame is held");
        }
        return current;
    }

    /** Releases the held frame. */
    public void release() {
        if (current != null) {
            current.release();
            current = null;
        }
    }

    /** Moves on to the next frame and releases the one held. Returns false when there is none yet, or it is not known yet which is next. */
    public boolean advance(long nowNanos) {
        release();
        while (true) {
            look(nowNanos);
            if (joining && !join(nowNanos)) {
                return false;
            }
            int next = earliest(nowNanos);
            Frame frame = next < 0 ? null : frames[next];
            if (frame == null) {
                return false;
            }
            if (cursors[next].take(frame)) {
                current = cursors[next];
                return true;
            }
        }
    }

    /** Returns after how many nanoseconds {@link #advance} may find another frame even if none comes; {@link Long#MAX_VALUE} for never. */
    public long waitNanos() {
        return waitNanos;
    }

    /** Gives up the rest of the held frame, which was overtaken: all tracks continue together behind it. */
    public void skip() {
        long lost = cursor().frame().time().decodeNanos();
        release();
        jumpTo(lost + 1);
    }

    private void jumpTo(long nanos) {
        start = joining ? Math.max(start, nanos) : nanos;
        joining = true;
        jump = true;
    }

    /** Reads each track's next frame and finds the tracks that fell off their ring's tail. */
    private void look(long nowNanos) {
        waitNanos = Long.MAX_VALUE;
        for (int i = 0; i < cursors.length; i++) {
            look(i, nowNanos);
            if (cursors[i].falls != falls[i]) {
                falls[i] = cursors[i].falls;
                Frame landed = frames[i];
                jumpTo(landed == null ? start : landed.time().decodeNanos());
            }
        }
    }

    private void look(int i, long nowNanos) {
        frames[i] = cursors[i].peek();
        if (frames[i] != null || cursors[i].next != positions[i]) {
            positions[i] = cursors[i].next;
            movedNanos[i] = nowNanos;
        }
    }

    /** Returns whether a track has been silent for so long that nobody waits for it; if not, notes how long to wait. */
    private boolean silent(int i, long nowNanos) {
        long left = movedNanos[i] + mostWaitNanos - nowNanos;
        if (left > 0) {
            waitNanos = Math.min(waitNanos, left);
        }
        return left <= 0;
    }

    /** Moves all tracks to one key frame, or as near to it as each track begins. Returns false while that is yet to come. */
    private boolean join(long nowNanos) {
        boolean moved = true;
        while (moved) { // each track that needs a key frame may move the start further, for the others too
            moved = false;
            for (int i = 0; i < cursors.length; i++) {
                if (!cursors[i].encoding().everyFrameStarts()) {
                    long before = start;
                    if (!passTo(i, nowNanos)) {
                        return false;
                    }
                    moved |= start > before;
                }
            }
        }
        for (int i = 0; i < cursors.length; i++) {
            cursors[i].passTo(start, jump);
            look(i, nowNanos);
        }
        joining = false;
        jump = false;
        return true;
    }

    /**
     * Returns false while a track that gives frames has not reached a key frame. A silent track is left behind, unless only its key frame will do.
     */
    private boolean passTo(int i, long nowNanos) {
        cursors[i].passTo(start, jump);
        look(i, nowNanos);
        Frame key = frames[i];
        if (key == null) {
            return !eager && silent(i, nowNanos);
        }
        start = Math.max(start, key.time().decodeNanos());
        return true;
    }

    /** Returns the track with the earliest frame; -1 when there is none, or when a track that is not silent may yet have an earlier one. */
    private int earliest(long nowNanos) {
        int found = -1;
        boolean open = false;
        long foundNanos = 0;
        for (int i = 0; i < cursors.length; i++) {
            Frame frame = frames[i];
            if (frame == null) {
                open |= !silent(i, nowNanos);
            } else if (found < 0 || frame.time().decodeNanos() < foundNanos) {
                found = i;
                foundNanos = frame.time().decodeNanos();
            }
        }
        waitNanos = found < 0 ? Long.MAX_VALUE : waitNanos;
        return open ? -1 : found;
    }

    /** Leaves all feeds. */
    @Override
    public void close() {
        for (Cursor cursor : cursors) {
            cursor.close();
        }
    }
}
