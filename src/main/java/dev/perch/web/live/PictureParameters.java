package dev.perch.web.live;

import dev.perch.camera.Camera;
import dev.perch.camera.PictureRequest;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.web.answer.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Parses the parameters of a JPEG picture: {@code width=}, {@code quality=} and {@code rotate=}. */
final class PictureParameters {
    private static final int LEAST_WIDTH = 16;

    /** The largest even width of a JPEG image (ITU-T T.81 §B.2.2). */
    private static final int MOST_WIDTH = 65_534;

    private static final Parameters.Range QUALITY = new Parameters.Range(1, 100, "libjpeg's quality, whole,");

    private PictureParameters() {}

    /**
     * Returns the requested picture.
     *
     * @param rendition the source of the picture
     */
    static PictureRequest of(HttpServletRequest request, Camera camera, String rendition)
            throws Parameters.RefusedException {
        double quality = Parameters.number(request, "quality", QUALITY, 0);
        if (quality != Math.rint(quality)) {
            throw new Parameters.RefusedException(
                    "quality=" + quality + " is not accepted: quality is a whole number from 1 to 100.");
        }
        int degrees = Parameters.word(request, "rotate", List.of("0", "90", "180", "270"))
                .map(Integer::parseInt)
                .orElse(0);
        return new PictureRequest(
                rendition,
                width(request, mostWidth(camera, rendition, degrees)),
                quality == 0 ? OptionalInt.empty() : OptionalInt.of((int) quality),
                degrees);
    }

    private static OptionalInt width(HttpServletRequest request, int most) throws Parameters.RefusedException {
        Parameters.Range range = new Parameters.Range(LEAST_WIDTH, most, "pixels, even,");
        double width = Parameters.number(request, "width", range, 0);
        if (width % 2 != 0) {
            throw new Parameters.RefusedException("width=" + request.getParameter("width")
                    + " is not accepted: width is an even number of pixels from " + LEAST_WIDTH + " to " + most + ".");
        }
        return width == 0 ? OptionalInt.empty() : OptionalInt.of((int) width);
    }

    /** Returns the width of the turned picture, as far as it is known: nothing is enlarged. */
    private static int mostWidth(Camera camera, String rendition, int degrees) {
        Optional<StreamConfig> known =
                camera.feed(new TrackId(rendition, Encoding.JPEG)).config();
        if (known.isPresent() && known.get() instanceof StreamConfig.Jpeg picture) {
            int side = degrees % 180 == 0 ? picture.width() : picture.height();
            return Math.max(LEAST_WIDTH, side & ~1);
        }
        return MOST_WIDTH;
    }
}
