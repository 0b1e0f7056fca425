package dev.perch.codec;

import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.Quality;
import dev.perch.media.Encoding;
import dev.perch.media.Orientation;
import dev.perch.picture.PictureChange;

/**
 * The result of a derivation.
 *
 * @param change applied to the pictures before they are encoded
 * @param quality of the frames, with the most frames a second
 * @param anew whether JPEG images are encoded again even if they are only turned, which needs no decoding
 */
public record Target(Encoding encoding, PictureChange change, Quality quality, boolean anew) {
    /** Returns a target with unchanged pictures, in Perch's default quality. */
    public static Target of(Encoding encoding) {
        return of(encoding, Orientation.UPRIGHT, Quality.DEFAULT);
    }

    /** Returns a target whose pictures have the size in {@code quality} and are turned. */
    public static Target of(Encoding encoding, Orientation turn, Quality quality) {
        PictureChange turned = PictureChange.turned(turn).scaled(quality.scale());
        PictureChange change = quality.size().map(size -> sized(turned, size)).orElse(turned);
        return new Target(encoding, change, quality, !change.keepsSize());
    }

    private static PictureChange sized(PictureChange turned, PictureSize size) {
        return size.exact() ? turned.exactly(size.width(), size.height()) : turned.within(size.width(), size.height());
    }

    /** Returns this target with another turn. */
    public Target with(Orientation turn) {
        return new Target(encoding, change.with(turn), quality, anew);
    }

    /** Returns this target with pictures of at most {@code width}, keeping their aspect ratio. */
    public Target within(int width) {
        PictureChange narrowed = change.within(Math.min(width, change.mostWidth()), change.mostHeight());
        return new Target(encoding, narrowed, quality, anew);
    }

    /** Returns this target with JPEG images that are always encoded again. */
    public Target encodedAnew() {
        return new Target(encoding, change, quality, /* anew= */ true);
    }

    /** Returns whether JPEG images are turned and otherwise unchanged. */
    boolean turnsOnly() {
        return change.keepsSize() && !anew;
    }

    /** Returns the quality for pictures of {@code width} and {@code height} before the change, with their size after it. */
    Quality quality(int width, int height) {
        Quality sameSize = quality.sameSize();
        if (change.keepsSize()) {
            return sameSize;
        }
        PictureChange.Size size = change.size(width, height);
        return sameSize.sized(new PictureSize(size.width(), size.height(), /* exact= */ true));
    }
}
