package dev.perch.picture;

import dev.perch.media.Orientation;

/**
 * The change of a picture between its source and its viewers: it is turned, and reduced if it is too large. It is never enlarged.
 *
 * @param turn of the result
 * @param scale the share of the source's sides, above 0, at most 1
 * @param mostWidth of the result, in pixels
 * @param mostHeight of the result, in pixels
 * @param exact whether the result has the aspect ratio of {@code mostWidth} and {@code mostHeight}; otherwise it keeps its own
 */
public record PictureChange(Orientation turn, double scale, int mostWidth, int mostHeight, boolean exact) {
    private static final int ANY = Integer.MAX_VALUE;

    /** Leaves pictures unchanged. */
    public static final PictureChange NONE = turned(Orientation.UPRIGHT);

    public PictureChange {
        if (!(scale > 0 && scale <= 1) || mostWidth < 2 || mostHeight < 2) {
            throw new IllegalArgumentException("pictures are made smaller, but not to nothing: scale=" + scale
                    + " mostWidth=" + mostWidth + " mostHeight=" + mostHeight);
        }
    }

    /** Returns a change that only turns. */
    public static PictureChange turned(Orientation turn) {
        return new PictureChange(turn, 1, ANY, ANY, /* exact= */ false);
    }

    /** A width and a height, in pixels. */
    public record Size(int width, int height) {}

    /** Returns whether nothing changes. */
    public boolean none() {
        return turn.upright() && keepsSize();
    }

    /** Returns whether pictures of any size keep it. */
    public boolean keepsSize() {
        return scale == 1 && mostWidth == ANY && mostHeight == ANY;
    }

    /** Returns this change with another turn. */
    public PictureChange with(Orientation other) {
        return new PictureChange(other, scale, mostWidth, mostHeight, exact);
    }

    /** Returns this change scaled to {@code share} of the source's sides. */
    public PictureChange scaled(double share) {
        return new PictureChange(turn, share, mostWidth, mostHeight, exact);
    }

    /** Returns this change with a result of at most {@code width} and {@code height}, keeping its aspect ratio. */
    public PictureChange within(int width, int height) {
        return new PictureChange(turn, scale, width, height, /* exact= */ false);
    }

    /** Returns this change with a result of {@code width} and {@code height}, in that aspect ratio. */
    public PictureChange exactly(int width, int height) {
        return new PictureChange(turn, scale, width, height, /* exact= */ true);
    }

    /** Returns the size of the result for a picture of {@code width} and {@code height}; its sides are even, as 4:2:0 requires. */
    public Size size(int width, int height) {
        int turnedWidth = turn.width(width, height);
        int turnedHeight = turn.height(width, height);
        double fit = Math.min((double) mostWidth / turnedWidth, (double) mostHeight / turnedHeight);
        if (exact) {
            double enlarged = Math.max((double) mostWidth / turnedWidth, (double) mostHeight / turnedHeight);
            double less = Math.min(1, 1 / enlarged);
            return new Size(side(turnedWidth, mostWidth * less), side(turnedHeight, mostHeight * less));
        }
        double ratio = Math.min(scale, fit);
        return new Size(side(turnedWidth, turnedWidth * ratio), side(turnedHeight, turnedHeight * ratio));
    }

    private static int side(int pixels, double wanted) {
        int most = Math.max(2, pixels & ~1);
        return Math.min(most, Math.max(2, (int) Math.round(wanted / 2) * 2));
    }
}
