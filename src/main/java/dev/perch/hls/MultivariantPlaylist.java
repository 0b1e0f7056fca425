package dev.perch.hls;

import dev.perch.cmaf.Geometry;
import dev.perch.media.StreamConfig;
import dev.perch.window.WindowView;
import java.util.Locale;

/** The multivariant playlist of one camera: one variant, described from the real stream (RFC 8216bis §4.4.6). */
public final class MultivariantPlaylist {
    /** A stream's later segments may be somewhat larger than all that were seen. */
    private static final double HEADROOM = 1.1;

    private MultivariantPlaylist() {}

    /** Returns the text for a window that is playable. */
    public static String text(WindowView view) {
        StreamConfig.H264 config = view.newest().init().video();
        double rate = view.geometry()
                .map(Geometry::framesPerSecond)
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
        return String.format(
                Locale.ROOT,
                """
                #EXTM3U
                #EXT-X-VERSION:9
                #EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS="%s",RESOLUTION=%dx%d,FRAME-RATE=%.3f
                %s
                """,
                thousands(view.peakBitsPerSecond() * HEADROOM),
                thousands((double) view.meanBitsPerSecond()),
                config.codecs(),
                config.width(),
                config.height(),
                rate,
                MediaPlaylist.PATH);
    }

    private static long thousands(double bitsPerSecond) {
        return Math.max(1, (long) Math.ceil(bitsPerSecond / 1000)) * 1000;
    }
}
