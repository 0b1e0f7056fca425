package dev.perch.feed;

import dev.perch.media.KeyFrames;
import org.jspecify.annotations.Nullable;

/** The frames in the ring by sequence number, oldest at the tail. Guarded by the feed. */
final class FrameTable {
    /** The most frames in a ring: 2 s at 120 frames a second. */
    static final int CAPACITY = 256;

    private final @Nullable FrameEntry[] entries = new FrameEntry[CAPACITY];
    private long tail;
    private long next;
    private long newestKey = -1;
    private boolean keySeen; // since the last interruption
    private long keyNanos;
    private long longestGopNanos;

    void add(FrameEntry entry) {
        if (next - tail == CAPACITY) {
            throw new IllegalStateException("the table is full: frames=" + CAPACITY);
        }
        entries[slot(next)] = entry;
        keySeen &= !entry.frame.afterGap();
        if (entry.frame.key()) {
            newestKey = next;
            noteKey(entry.frame.time().decodeNanos());
        }
        next++;
    }

    private void noteKey(long nanos) {
        longestGopNanos = keySeen ? Math.max(longestGopNanos, nanos - keyNanos) : longestGopNanos;
        keyNanos = nanos;
        keySeen = true;
    }

    /** Returns what the last key frames say about the next one. */
    KeyFrames keyFrames() {
        return new KeyFrames(keySeen, keyNanos, longestGopNanos);
    }

    FrameEntry at(long sequence) {
        FrameEntry entry = entries[slot(sequence)];
        if (sequence < tail || sequence >= next || entry == null) {
            throw new IllegalArgumentException("not in the ring: sequence=" + sequence);
        }
        return entry;
    }

    /** Moves an entry to another place in memory. */
    void replace(FrameEntry entry) {
        entries[slot(entry.frame.sequence())] = entry;
    }

    FrameEntry removeTail() {
        FrameEntry entry = at(tail);
        entries[slot(tail)] = null;
        if (newestKey == tail) {
            newestKey = -1;
        }
        tail++;
        return entry;
    }

    void clear() {
        keySeen = false;
        while (!isEmpty()) {
            removeTail();
        }
    }

    boolean isEmpty() {
        return tail == next;
    }

    boolean isFull() {
        return next - tail == CAPACITY;
    }

    /** Returns the oldest frame's number. */
    long tail() {
        return tail;
    }

    /** Returns the number that the next frame will have. */
    long next() {
        return next;
    }

    /** Returns the newest key frame's number; -1 when the ring holds none. */
    long newestKey() {
        return newestKey;
    }

    /** Returns the newest frame that is not a placeholder; null when there is none. */
    @Nullable
    Frame newestOfSource() {
        for (long i = next - 1; i >= tail; i--) {
            Frame frame = at(i).frame;
            if (!frame.placeholder()) {
                return frame;
            }
        }
        return null;
    }

    /** Returns the number of the last key frame captured at or before {@code nanos}, else of the oldest one; -1 when the ring holds none. */
    long keyAt(long nanos) {
        long found = -1;
        for (long i = next - 1; i >= tail; i--) {
            Frame frame = at(i).frame;
            if (frame.key() && !frame.placeholder()) {
                found = i;
                if (frame.time().decodeNanos() <= nanos) {
                    break;
                }
            }
        }
        return found;
    }

    /** Returns the bytes of the payloads of frame {@code from} and all after it. */
    int bytesFrom(long from) {
        int bytes = 0;
        for (long i = from; i < next; i++) {
            bytes += at(i).frame.sizeBytes();
        }
        return bytes;
    }

    /** Returns the bytes of the largest GOP that lies in the ring from its key frame on; 0 when there is none. */
    int largestGopBytes() {
        int largest = 0;
        int bytes = 0;
        boolean begun = false;
        for (long i = tail; i < next; i++) {
            Frame frame = at(i).frame;
            begun |= frame.key();
            bytes = frame.key() ? 0 : bytes;
            bytes += begun ? frame.sizeBytes() : 0;
            largest = Math.max(largest, bytes);
        }
        return largest;
    }

    static int slot(long sequence) {
        return (int) (sequence & CAPACITY - 1);
    }
}
