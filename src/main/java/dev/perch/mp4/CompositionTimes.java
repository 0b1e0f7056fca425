package dev.perch.mp4;

import dev.perch.media.FrameTime;
import org.jspecify.annotations.Nullable;

/**
 * Computes the composition offsets of a track's samples (ISO/IEC 14496-12:2015 §8.6.1.3), the time from decoding to showing, such that all are shown
 * in output order whatever their decode times are. A sample that is shown between two earlier ones gets a time between theirs; one that is shown
 * after all of them keeps the offset that it comes with. Allocates memory only for a stream that is reordered. Not thread-safe.
 */
public final class CompositionTimes {
    /** The most samples that a decoder reorders: 16 frames (ITU-T H.264 §A.3.1), or their fields. */
    private static final int SAMPLES = 32;

    private long @Nullable [] orders;
    private long[] shown = {};
    private int next;

    /** Forgets all samples; the next one continues nothing. */
    public void clear() {
        orders = null;
    }

    /**
     * Returns the offset of the next sample, in ticks; negative if the sample is decoded later than it should be shown.
     *
     * @param time has the sample's place in output order
     * @param decodeTicks the sample's decode time
     * @param aheadTicks the sample's offset if no earlier sample is shown after it
     */
    public int offsetTicks(FrameTime time, long decodeTicks, long aheadTicks) {
        if (!time.reordered()) {
            return (int) aheadTicks;
        }
        long[] known = orders;
        if (known == null) {
            known = new long[SAMPLES];
            orders = known;
            shown = new long[SAMPLES];
        }
        long order = time.presentationOrder();
        int before = neighbour(known, order, /* later= */ false);
        int after = neighbour(known, order, /* later= */ true);
        long ticks = Math.max(decodeTicks, decodeTicks + aheadTicks);
        if (before >= 0 && after >= 0) {
            double share = (double) (order - known[before]) / (known[after] - known[before]);
            long between = shown[before] + Math.round(share * (shown[after] - shown[before]));
            ticks = Math.max(
                    between, Math.min(decodeTicks, (between + shown[after]) / 2)); // too late, with room for others
        }
        // a tick for each picture that may still come between
        ticks = before < 0 ? ticks : Math.max(ticks, shown[before] + order - known[before]);
        ticks = after < 0 ? ticks : Math.min(ticks, shown[after] - known[after] + order);
        known[next] = order;
        shown[next] = ticks;
        next = (next + 1) % SAMPLES;
        return (int) (ticks - decodeTicks);
    }

    /** Returns the index of the sample that is shown just before or after {@code order}, or -1. Unused elements have order 0, which no sample has. */
    private static int neighbour(long[] known, long order, boolean later) {
        int found = -1;
        for (int i = 0; i < SAMPLES; i++) {
            boolean beyond = known[i] != 0 && (later ? known[i] > order : known[i] <= order);
            if (beyond && (found < 0 || (later ? known[i] < known[found] : known[i] > known[found]))) {
                found = i;
            }
        }
        return found;
    }
}
