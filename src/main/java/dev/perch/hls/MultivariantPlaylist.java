package dev.perch.hls;

import dev.perch.cmaf.Geometry;
import dev.perch.media.StreamConfig;
import dev.perch.window.WindowView;
import java.util.Locale;
import java.util.Optional;

/** The multivariant playlist of one camera: one variant, with the sound as a rendition of its own, described from the real stream (RFC 8216bis §4.4.6). */
public final class MultivariantPlaylist {
    /** A stream's later segments may be somewhat larger than all that were seen. */
    private static final double HEADROOM = 1.1;

    /** Sound may have this much a channel, though there is silence so far. */
    private static final long SOUND_BITS_PER_SECOND = 96_000;

    private static final String GROUP = "sound";

    private MultivariantPlaylist() {}

    /** Returns the text for a window that is playable. */
    public static String text(WindowView view) {
        return text(view, Optional.empty());
    }

    /**
     * Returns the text for pictures with sound.
     *
     * @param view of the pictures, playable
     * @param sound of the sound, with a segment at least begun; empty where there is none
     */
    public static String text(WindowView view, Optional<WindowView> sound) {
        StreamConfig.H264 config = view.newest().init().video();
        Optional<StreamConfig.Aac> heard =
                sound.flatMap(present -> present.newest().init().sound());
        double rate = view.geometry()
                .map(Geometry::framesPerSecond)
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
        long soundPeak = Math.max(
                sound.map(WindowView::peakSoFar).orElse(0L),
                heard.map(StreamConfig.Aac::channels).orElse(0) * SOUND_BITS_PER_SECOND);
        long soundMean = sound.map(WindowView::meanBitsPerSecond).orElse(0L);
        return String.format(
                Locale.ROOT,
                """
                #EXTM3U
                #EXT-X-VERSION:9
                %s#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS="%s",RESOLUTION=%dx%d,FRAME-RATE=%.3f%s
                %s
                """,
                heard.map(MultivariantPlaylist::media).orElse(""),
                thousands((view.peakBitsPerSecond() + soundPeak) * HEADROOM),
                thousands((double) view.meanBitsPerSecond() + soundMean),
                config.codecs() + heard.map(found -> "," + found.codecs()).orElse(""),
                config.width(),
                config.height(),
                rate,
                heard.isPresent() ? ",AUDIO=\"" + GROUP + "\"" : "",
                MediaPlaylist.PATH);
    }

    /** The rendition of the sound (§4.4.6.1). */
    private static String media(StreamConfig.Aac sound) {
        return "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"" + GROUP
                + "\",NAME=\"Sound\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"" + sound.channels() + "\",URI=\""
                + MediaPlaylist.SOUND_PATH + "\"\n";
    }

    private static long thousands(double bitsPerSecond) {
        return Math.max(1, (long) Math.ceil(bitsPerSecond / 1000)) * 1000;
    }
}
