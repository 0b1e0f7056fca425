package dev.perch.codec;

import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.Quality;
import dev.perch.media.Encoding;
import dev.perch.media.Orientation;
import dev.perch.picture.PictureChange;

/**
 * What a derivation makes.
 *
 * @param change what is done to the pictures before they are encoded
 * @param quality how good they are, and how many a second at most
 * @param anew whether JPEG images are encoded anew even if they are only turned, which takes no decoding
 */
public record Target(Encoding encoding, PictureChange change, Quality quality, boolean anew) {
    /** Returns a target whose pictures are as they come, and as good as Perch makes them by itself. */
    public static Target of(Encoding encoding) {
        return of(encoding, Orientation.UPRIGHT, Quality.DEFAULT);
    }

    /** Returns a target whose pictures have the size that {@code quality} says, and are turned. */
    public static Target of(Encoding encoding, Orientation turn, Quality quality) {
        PictureChange turned = PictureChange.turned(turn).scaled(quality.scale());
        PictureChange change = quality.size().map(size -> sized(turned, size)).orElse(turned);
        return new Target(encoding, change, quality, !change.keepsSize());
    }

    private static PictureChange sized(PictureChange turned, PictureSize size) {
        return size.exact() ? turned.exactly(size.width(), size.height()) : turned.within(size.width(), size.height());
    }

    /** Returns this target, turned otherwise. */
    public Target with(Orientation turn) {
        return new Target(encoding, change.with(turn), quality, anew);
    }

    /** Returns this target with pictures of at most {@code width}, of their own aspect. */
    public Target within(int width) {
        PictureChange narrowed = change.within(Math.min(width, change.mostWidth()), change.mostHeight());
        return new Target(encoding, narrowed, quality, anew);
    }

    /** Returns this target with JPEG images that are encoded anew. */
    public Target encodedAnew() {
        return new Target(encoding, change, quality, /* anew= */ true);
    }

    /** Returns whether JPEG images are turned and nothing else. */
    boolean turnsOnly() {
        return change.keepsSize() && !anew;
    }

    /** Returns the quality for pictures of {@code width} and {@code height} before the change, in which their size after it stands. */
    Quality quality(int width, int height) {
        Quality sameSize = quality.sameSize();
        if (change.keepsSize()) {
            return sameSize;
        }
        PictureChange.Size size = change.size(width, height);
        return sameSize.sized(new PictureSize(size.width(), size.height(), /* exact= */ true));
    }
}
