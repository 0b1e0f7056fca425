package dev.perch.hls;

import dev.perch.cmaf.Geometry;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.window.WindowView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The multivariant playlist of one camera: a variant for each rendition of its picture, with the sound as a separate rendition, described from the
 * actual streams (RFC 8216bis §4.4.6).
 */
public final class MultivariantPlaylist {
    /** A stream's later segments may be somewhat larger than all earlier ones. */
    private static final double HEADROOM = 1.1;

    /** The assumed bit rate of a channel of sound, even if there is only silence so far. */
    private static final long SOUND_BITS_PER_SECOND = 96_000;

    private static final String GROUP = "sound";

    private MultivariantPlaylist() {}

    /** Returns the text for a playable window. */
    public static String text(WindowView view) {
        return text(view, Optional.empty());
    }

    /**
     * Returns the text for pictures with sound.
     *
     * @param sound with a segment at least begun; empty if there is none
     */
    public static String text(WindowView view, Optional<WindowView> sound) {
        return text(view, sound, List.of());
    }

    /**
     * Returns the text for pictures of several renditions with the same sound.
     *
     * @param view of the main pictures, playable
     * @param sound with a segment at least begun; empty if there is none
     * @param others the other renditions
     */
    public static String text(WindowView view, Optional<WindowView> sound, List<Variant> others) {
        StreamConfig.H264 config = view.newest().init().video();
        Optional<StreamConfig.Aac> heard =
                sound.flatMap(present -> present.newest().init().sound());
        double rate = view.geometry()
                .map(Geometry::framesPerSecond)
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
        Orientation turn = config.turn().orElse(Orientation.UPRIGHT);
        Variant main = new Variant(
                MediaPlaylist.PATH,
                config.codecs(),
                turn.width(config.width(), config.height()),
                turn.height(config.width(), config.height()),
                rate,
                view.peakBitsPerSecond(),
                view.meanBitsPerSecond());
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:9\n");
        heard.ifPresent(found -> text.append(media(found)));
        text.append(variant(main, sound, heard));
        others.forEach(other -> text.append(variant(other, sound, heard)));
        return text.toString();
    }

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the text has them
    private static String variant(Variant variant, Optional<WindowView> sound, Optional<StreamConfig.Aac> heard) {
        long soundPeak = Math.max(
                sound.map(WindowView::peakSoFar).orElse(0L),
                heard.map(StreamConfig.Aac::channels).orElse(0) * SOUND_BITS_PER_SECOND);
        long soundMean = sound.map(WindowView::meanBitsPerSecond).orElse(0L);
        return String.format(
                Locale.ROOT,
                "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\",RESOLUTION=%dx%d,FRAME-RATE=%.3f%s\n%s\n",
                thousands((variant.peakBitsPerSecond() + soundPeak) * HEADROOM),
                thousands((double) variant.meanBitsPerSecond() + soundMean),
                variant.codecs() + heard.map(found -> "," + found.codecs()).orElse(""),
                variant.width(),
                variant.height(),
                variant.framesPerSecond(),
                heard.isPresent() ? ",AUDIO=\"" + GROUP + "\"" : "",
                variant.path());
    }

    /** Returns the tag of the sound (§4.4.6.1). */
    private static String media(StreamConfig.Aac sound) {
        return "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"" + GROUP
                + "\",NAME=\"Sound\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"" + sound.channels() + "\",URI=\""
                + MediaPlaylist.SOUND_PATH + "\"\n";
    }

    private static long thousands(double bitsPerSecond) {
        return Math.max(1, (long) Math.ceil(bitsPerSecond / 1000)) * 1000;
    }
}
