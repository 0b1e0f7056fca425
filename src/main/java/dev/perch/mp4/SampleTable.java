package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The samples of one track, collected for an index (ISO/IEC 14496-12:2015 §8.6, §8.7). They take four bytes each, more where durations or composition
 * offsets change from one to the next. Not thread-safe.
 */
final class SampleTable {
    private final TrackDescription track;
    private final List<Bytes> entries = new ArrayList<>();
    private final Ints sizes = new Ints();
    private final Ints durations = new Ints(); // pairs of count and duration, one for samples in a row that are alike
    private final Ints offsets = new Ints(); // pairs of count and composition offset, likewise
    private final Ints keys = new Ints();
    private final Ints chunks = new Ints(); // offset high, offset low, samples, description
    private long startTicks; // of the first sample
    private long ticks; // of all samples
    private boolean composed;
    private int description = 1; // of the following samples

    SampleTable(TrackDescription track) {
        this.track = track;
        entries.add(track.entry());
    }

    TrackDescription track() {
        return track;
    }

    /** Describes the following samples by {@code entry}. */
    void describe(Bytes entry) {
        if (!entries.contains(entry)) {
            entries.add(entry);
        }
        description = entries.indexOf(entry) + 1;
    }

    int samples() {
        return sizes.count;
    }

    /** Returns the decode time behind the last sample, counted from the movie's beginning. */
    long endTicks() {
        return startTicks + ticks;
    }

    long startTicks() {
        return startTicks;
    }

    long ticks() {
        return ticks;
    }

    /** Begins a chunk at {@code offset}, whose first sample is decoded at {@code decodeTicks}; the sample before lasts until then. */
    void chunk(long offset, long decodeTicks) {
        if (sizes.count == 0) {
            startTicks = Math.max(0, decodeTicks);
        } else {
            lengthen(decodeTicks - endTicks());
        }
        chunks.add((int) (offset >> 32), (int) offset, 0, description);
    }

    /** Changes the last sample's duration by {@code moreTicks}, which may be negative. */
    void lengthen(long moreTicks) {
        int last = durations.count - 1;
        long duration = Math.max(1, durations.values[last] + moreTicks);
        long added = duration - durations.values[last];
        int samples = durations.values[last - 1];
        if (added == 0) {
            return;
        }
        if (samples > 1) {
            durations.values[last - 1]--;
            durations.add(1, (int) duration);
        } else {
            durations.values[last] = (int) duration;
        }
        ticks += added;
    }

    void sample(int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
        int duration = Math.max(1, durationTicks);
        sizes.add(sizeBytes);
        durations.run(duration);
        offsets.run(compositionTicks);
        composed |= compositionTicks != 0;
        if (key) {
            keys.add(sizes.count);
        }
        chunks.values[chunks.count - 2]++;
        ticks += duration;
    }

    /** Returns an upper bound for the bytes of {@link #stbl}. */
    long mostBytes() {
        long entryBytes = entries.stream().mapToLong(Bytes::size).sum();
        return 200L
                + entryBytes
                + 4L * sizes.count
                + 4L * durations.count
                + 4L * offsets.count
                + 4L * keys.count
                + 20L * chunks.count / 4;
    }

    /** Returns the bytes of memory held. */
    long heldBytes() {
        return 4L
                * (sizes.values.length
                        + durations.values.length
                        + offsets.values.length
                        + keys.values.length
                        + chunks.values.length);
    }

    void stbl(BoxWriter out) {
        int stbl = out.begin("stbl");
        int stsd = out.beginFull("stsd", 0, 0); // §8.5.2
        out.u32(entries.size());
        entries.forEach(out::bytes);
        out.end(stsd);
        pairs(out, "stts", 0, durations);
        if (composed) {
            pairs(out, "ctts", 1, offsets);
        }
        if (keys.count < sizes.count) { // without stss all are sync samples, §8.6.2.1
            int stss = out.beginFull("stss", 0, 0);
            out.u32(keys.count);
            keys.write(out);
            out.end(stss);
        }
        stsc(out);
        int stsz = out.beginFull("stsz", 0, 0);
        out.u32(/* sample_size */ 0).u32(sizes.count);
        sizes.write(out);
        out.end(stsz);
        offsets(out);
        out.end(stbl);
    }

    private static void pairs(BoxWriter out, String type, int version, Ints runs) {
        int box = out.beginFull(type, version, 0);
        out.u32(runs.count / 2);
        runs.write(out);
        out.end(box);
    }

    /** Writes stsc (§8.7.4): an entry where the number of samples in a chunk, or their description, changes. */
    private void stsc(BoxWriter out) {
        int stsc = out.beginFull("stsc", 0, 0);
        int countAt = out.position();
        out.u32(0);
        int count = 0;
        for (int at = 0; at < chunks.count; at += 4) {
            boolean same = at > 0
                    && chunks.values[at + 2] == chunks.values[at - 2]
                    && chunks.values[at + 3] == chunks.values[at - 1];
            if (!same) {
                out.u32(/* first_chunk */ at / 4 + 1).u32(chunks.values[at + 2]).u32(chunks.values[at + 3]);
                count++;
            }
        }
        out.overwrite(countAt, count);
        out.end(stsc);
    }

    /** Writes stco or, where an offset does not fit into 32 bits, {@code co64} (§8.7.5). */
    private void offsets(BoxWriter out) {
        boolean wide = false;
        for (int at = 0; at < chunks.count; at += 4) {
            wide |= chunks.values[at] != 0 || chunks.values[at + 1] < 0;
        }
        int box = out.beginFull(wide ? "co64" : "stco", 0, 0);
        out.u32(chunks.count / 4);
        for (int at = 0; at < chunks.count; at += 4) {
            if (wide) {
                out.u32(chunks.values[at]);
            }
            out.u32(chunks.values[at + 1]);
        }
        out.end(box);
    }

    /** Adds {@code bytes} to all offsets. */
    void move(long bytes) {
        for (int at = 0; at < chunks.count; at += 4) {
            long moved = (((long) chunks.values[at] << 32) | (chunks.values[at + 1] & 0xffff_ffffL)) + bytes;
            chunks.values[at] = (int) (moved >> 32);
            chunks.values[at + 1] = (int) moved;
        }
    }

    /** A growing list of numbers. */
    private static final class Ints {
        private int[] values = new int[64];
        private int count;

        void add(int... more) {
            if (count + more.length > values.length) {
                values = Arrays.copyOf(values, Math.max(count + more.length, values.length + values.length / 2));
            }
            for (int value : more) {
                values[count++] = value;
            }
        }

        /** Counts {@code value} in the last pair if it is the same there, else adds a pair. */
        void run(int value) {
            if (count > 0 && values[count - 1] == value) {
                values[count - 2]++;
            } else {
                add(1, value);
            }
        }

        void write(BoxWriter out) {
            for (int i = 0; i < count; i++) {
                out.u32(values[i]);
            }
        }
    }
}
