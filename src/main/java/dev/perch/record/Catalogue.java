package dev.perch.record;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One camera's recordings, ordered by their beginning, in some fifty bytes each. Safe from any thread. */
final class Catalogue {
    private static final int KEPT = 1;
    private static final int FINISHED = 2;

    private final Path folder;
    private long[] starts = new long[16]; // guarded by this, like all below
    private long[] durations = new long[16];
    private long[] sizes = new long[16];
    private byte[] flags = new byte[16];
    private int[] names = new int[16]; // where each name begins in the text, behind its length
    private int from; // the index of the oldest
    private int to; // the index behind the newest
    private byte[] text = new byte[256];
    private int textEnd;
    private long totalBytes;

    /**
     * Creates an empty catalogue.
     *
     * @param folder the folder above all files
     */
    Catalogue(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** Adds a recording, or replaces the one with the same beginning. */
    synchronized void put(Recording recording) {
        int found = place(recording.startMillis());
        boolean there = found < to && starts[found] == recording.startMillis();
        totalBytes -= there ? sizes[found] : 0;
        int at = there ? found : insert(found);
        starts[at] = recording.startMillis();
        durations[at] = recording.durationMillis();
        sizes[at] = recording.sizeBytes();
        flags[at] = (byte) ((recording.kept() ? KEPT : 0) | (recording.finished() ? FINISHED : 0));
        names[at] = remember(folder.relativize(recording.path()).toString());
        totalBytes += recording.sizeBytes();
    }

    /** Returns the first place whose recording begins at {@code startMillis} or later. */
    private int place(long startMillis) {
        int found = Arrays.binarySearch(starts, from, to, startMillis);
        return found >= 0 ? found : -found - 1;
    }

    /** Makes room in front of place {@code before}. Returns the new place's index. */
    private int insert(int before) {
        int at = before;
        if (to == starts.length) {
            int count = to - from;
            int capacity = Math.max(16, count + count / 2);
            starts = Arrays.copyOf(Arrays.copyOfRange(starts, from, to), capacity);
            durations = Arrays.copyOf(Arrays.copyOfRange(durations, from, to), capacity);
            sizes = Arrays.copyOf(Arrays.copyOfRange(sizes, from, to), capacity);
            flags = Arrays.copyOf(Arrays.copyOfRange(flags, from, to), capacity);
            names = Arrays.copyOf(Arrays.copyOfRange(names, from, to), capacity);
            at -= from;
            to = count;
            from = 0;
        }
        int behind = to - at;
        System.arraycopy(starts, at, starts, at + 1, behind);
        System.arraycopy(durations, at, durations, at + 1, behind);
        System.arraycopy(sizes, at, sizes, at + 1, behind);
        System.arraycopy(flags, at, flags, at + 1, behind);
        System.arraycopy(names, at, names, at + 1, behind);
        to++;
        return at;
    }

    private int remember(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (textEnd + bytes.length + 2 > text.length) {
            text = Arrays.copyOf(text, Math.max(textEnd + bytes.length + 2, text.length + text.length / 2));
        }
        int at = textEnd;
        text[textEnd++] = (byte) (bytes.length >> 8);
        text[textEnd++] = (byte) bytes.length;
        System.arraycopy(bytes, 0, text, textEnd, bytes.length);
        textEnd += bytes.length;
        return at;
    }

    private String name(int at) {
        int begin = names[at];
        int length = ((text[begin] & 0xff) << 8) | (text[begin + 1] & 0xff);
        return new String(text, begin + 2, length, StandardCharsets.UTF_8);
    }

    /** Sets whether an operator keeps a recording. */
    synchronized void mark(long startMillis, boolean kept) {
        int at = place(startMillis);
        if (at < to && starts[at] == startMillis) {
            flags[at] = (byte) (kept ? flags[at] | KEPT : flags[at] & ~KEPT);
        }
    }

    /** Removes the recording that begins at {@code startMillis}, if there is one. */
    synchronized void remove(long startMillis) {
        int at = place(startMillis);
        if (at >= to || starts[at] != startMillis) {
            return;
        }
        totalBytes -= sizes[at];
        if (at == from) {
            from++;
        } else {
            int behind = to - at - 1;
            System.arraycopy(starts, at + 1, starts, at, behind);
            System.arraycopy(durations, at + 1, durations, at, behind);
            System.arraycopy(sizes, at + 1, sizes, at, behind);
            System.arraycopy(flags, at + 1, flags, at, behind);
            System.arraycopy(names, at + 1, names, at, behind);
            to--;
        }
        if (from == to) {
            textEnd = 0;
        } else if (textEnd > 1 << 16 && textEnd > 128 * (to - from)) {
            compact();
        }
    }

    /** Drops the names of removed recordings. */
    private void compact() {
        byte[] before = text;
        text = new byte[textEnd];
        textEnd = 0;
        for (int at = from; at < to; at++) {
            int length = 2 + (((before[names[at]] & 0xff) << 8) | (before[names[at] + 1] & 0xff));
            System.arraycopy(before, names[at], text, textEnd, length);
            names[at] = textEnd;
            textEnd += length;
        }
        text = Arrays.copyOf(text, textEnd + 256);
    }

    private Recording at(int index) {
        return new Recording(
                folder.resolve(name(index)),
                starts[index],
                durations[index],
                sizes[index],
                (flags[index] & KEPT) != 0,
                (flags[index] & FINISHED) != 0);
    }

    /** Returns the recording that begins at {@code startMillis}. */
    synchronized Optional<Recording> at(long startMillis) {
        int found = place(startMillis);
        return found < to && starts[found] == startMillis ? Optional.of(at(found)) : Optional.empty();
    }

    /**
     * Returns the recordings that overlap a span, the oldest first.
     *
     * @param fromMillis the beginning of the span, in milliseconds since 1970
     * @param toMillis the end of the span, exclusive
     * @param most the most to return
     */
    synchronized List<Recording> span(long fromMillis, long toMillis, int most) {
        int first = place(fromMillis);
        while (first > from && starts[first - 1] + durations[first - 1] > fromMillis) {
            first--;
        }
        List<Recording> found = new ArrayList<>();
        for (int i = first; i < to && starts[i] < toMillis && found.size() < most; i++) {
            if (starts[i] + Math.max(1, durations[i]) > fromMillis) {
                found.add(at(i));
            }
        }
        return found;
    }

    /** Returns the oldest recording that is not kept and begins before {@code growingMillis}. */
    synchronized Optional<Recording> oldest(long growingMillis) {
        for (int i = from; i < to && starts[i] < growingMillis; i++) {
            if ((flags[i] & KEPT) == 0) {
                return Optional.of(at(i));
            }
        }
        return Optional.empty();
    }

    /** Returns the number of recordings. */
    synchronized int count() {
        return to - from;
    }

    /** Returns the sum of all sizes in bytes. */
    synchronized long totalBytes() {
        return totalBytes;
    }

    /** Returns when the first recording begins and the last one ends, in milliseconds since 1970; empty if there is none. */
    synchronized Optional<long[]> bounds() {
        return from == to
                ? Optional.empty()
                : Optional.of(new long[] {starts[from], starts[to - 1] + durations[to - 1]});
    }
}
