package dev.perch.camera;

import dev.perch.codec.Target;
import dev.perch.config.CameraConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.media.Encoding;
import dev.perch.media.Orientation;
import dev.perch.media.TrackId;
import java.util.OptionalInt;

/**
 * A derived JPEG picture, made on demand from a rendition.
 *
 * @param rendition the source of the picture, {@link TrackId#MAIN} or one of the configuration's
 * @param width of the result in pixels, even; empty for the rendition's
 * @param quality on libjpeg's scale, 1 to 100; empty for the rendition's
 * @param degrees the clockwise turn, 0, 90, 180 or 270
 */
public record PictureRequest(String rendition, OptionalInt width, OptionalInt quality, int degrees) {
    /** Returns the request for the rendition's own picture. */
    public static PictureRequest plain(String rendition) {
        return new PictureRequest(rendition, OptionalInt.empty(), OptionalInt.empty(), 0);
    }

    /** Returns whether this is the rendition's own picture. */
    public boolean plain() {
        return width.isEmpty() && quality.isEmpty() && degrees == 0;
    }

    /** Returns the name of the picture's track, which equal requests share. */
    TrackId track() {
        StringBuilder name = new StringBuilder(rendition);
        width.ifPresent(pixels -> name.append(",width=").append(pixels));
        quality.ifPresent(level -> name.append(",quality=").append(level));
        if (degrees != 0) {
            name.append(",rotate=").append(degrees);
        }
        return new TrackId(name.toString(), Encoding.JPEG);
    }

    /**
     * Returns what the derivation must make.
     *
     * @param turn how the source's pictures are turned
     */
    Target target(CameraConfig camera, Orientation turn) {
        Quality own = camera.pictures()
                .flatMap(pictures -> pictures.rendition(rendition))
                .map(RenditionConfig::quality)
                .orElseGet(() -> camera.quality().sameSize());
        Quality asked = quality.isPresent() ? own.jpeg(quality.getAsInt()) : own;
        Orientation held = turn.then(new Orientation(degrees, /* mirrored= */ false));
        Target target = Target.of(Encoding.JPEG, turn, asked);
        boolean anew = quality.isPresent() || !rendition.equals(TrackId.MAIN);
        Target sized = width.isPresent() ? target.with(held).within(width.getAsInt()) : target.with(held);
        return anew ? sized.encodedAnew() : sized;
    }
}
