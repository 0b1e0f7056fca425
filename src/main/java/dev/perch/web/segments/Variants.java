package dev.perch.web.segments;

import dev.perch.camera.Camera;
import dev.perch.cmaf.Geometry;
import dev.perch.codec.Target;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.hls.MediaPlaylist;
import dev.perch.hls.Variant;
import dev.perch.media.Encoding;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.picture.PictureChange;
import dev.perch.window.CameraWindow;
import dev.perch.window.WindowView;
import java.util.List;

/**
 * The other renditions of a camera as variants for a player to choose from. A rendition that nobody has watched yet is described by a forecast,
 * because players choose before it is made: size and rate follow from the configuration, the bit rate is estimated.
 */
final class Variants {
    /**
     * The profiles and levels that libx264 uses for small pictures, for larger ones and for those beyond 720p (ITU-T H.264 Table A-1: levels 3, 3.1
     * and 4).
     */
    private static final String[] CODECS = {"avc1.42C01E", "avc1.42C01F", "avc1.42C028"};

    private static final int PIXELS_OF_LEVEL_3 = 720 * 576;
    private static final int PIXELS_OF_LEVEL_3_1 = 1280 * 720;

    /** The bits of one pixel of a moving picture at the usual CRF; a CRF that is higher by six halves them. */
    private static final double BITS_OF_PIXEL = 0.15;

    private static final double USUAL_CRF = 23;
    private static final double HALVING_CRF = 6;

    /** The largest segment relative to the mean. */
    private static final double PEAK = 1.5;

    private Variants() {}

    /**
     * Returns the variants beside the main one, in the order of the configuration; none if {@code main} is the window of another rendition.
     *
     * @param view of the main window, playable
     */
    static List<Variant> of(CameraWindow main, WindowView view) {
        Camera camera = main.camera();
        List<RenditionConfig> renditions = camera.config().renditions();
        return renditions.isEmpty() || !main.track().rendition().equals(TrackId.MAIN)
                ? List.of()
                : renditions.stream()
                        .map(rendition -> variant(camera, rendition, view))
                        .toList();
    }

    private static Variant variant(Camera camera, RenditionConfig rendition, WindowView main) {
        StreamConfig.H264 source = main.newest().init().video();
        Orientation turn = source.turn().orElse(Orientation.UPRIGHT);
        PictureChange.Size sides =
                Target.of(Encoding.H264, turn, rendition.quality()).change().size(source.width(), source.height());
        double sourceRate = main.geometry().map(Geometry::framesPerSecond).orElse(0.0);
        double most = rendition.quality().fps().map(FrameRate::perSecond).orElse(sourceRate);
        double rate = Math.min(sourceRate, most);
        long mean = bits(rendition.quality(), sides.width() * sides.height() * rate);
        return new Variant(
                "../" + rendition.name() + "/" + SegmentAnswers.HLS + MediaPlaylist.PATH,
                codecs(camera, rendition, sides.width() * sides.height()),
                sides.width(),
                sides.height(),
                rate,
                Math.round(mean * PEAK),
                mean);
    }

    private static String codecs(Camera camera, RenditionConfig rendition, int pixels) {
        TrackId track = new TrackId(rendition.name(), Encoding.H264);
        int level = pixels <= PIXELS_OF_LEVEL_3 ? 0 : pixels <= PIXELS_OF_LEVEL_3_1 ? 1 : 2;
        return camera.feed(track).config().map(StreamConfig::codecs).orElse(CODECS[level]);
    }

    private static long bits(Quality quality, double pixelsPerSecond) {
        double ofPixel = BITS_OF_PIXEL * Math.pow(2, (USUAL_CRF - quality.crf().orElse(USUAL_CRF)) / HALVING_CRF);
        return quality.bitrate().orElse(Math.round(ofPixel * pixelsPerSecond));
    }
}
