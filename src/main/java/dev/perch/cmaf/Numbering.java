package dev.perch.cmaf;

/**
 * The numbers with which a presentation begins.
 *
 * @param nextNumber the number of its first segment
 * @param discontinuities the number of earlier discontinuities
 */
public record Numbering(long nextNumber, long discontinuities) {
    /** The numbers of a camera's first presentation. */
    public static final Numbering START = new Numbering(0, 0);
}
