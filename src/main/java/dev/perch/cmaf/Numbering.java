package dev.perch.cmaf;

/**
 * Where a run of a segmenter begins to count.
 *
 * @param nextNumber the number of its first segment
 * @param discontinuities how many discontinuities there were before
 */
public record Numbering(long nextNumber, long discontinuities) {
    /** The first run's. */
    public static final Numbering START = new Numbering(0, 0);
}
