package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.window.WindowView;
import java.math.BigInteger;
import java.util.Locale;

/** The text of one version of a track (ISO/IEC 23009-1:2022 §5.3.5). */
final class Representation {
    /** The assumed bit rate of a channel of sound, even if there is only silence so far. */
    private static final long SOUND_BITS_PER_SECOND = 96_000;

    /** The scheme of ISO/IEC 23003-3 ChannelConfiguration, which for up to six channels is their number. */
    private static final String CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

    private Representation() {}

    /**
     * Returns the text for pictures.
     *
     * @param inner the elements inside; may be empty
     */
    static String pictures(String id, StreamConfig.H264 config, Geometry geometry, WindowView view, String inner) {
        Orientation turn = config.turn().orElse(Orientation.UPRIGHT);
        return String.format(
                Locale.ROOT,
                "      <Representation id=\"%s\" codecs=\"%s\" width=\"%d\" height=\"%d\" frameRate=\"%s\" bandwidth=\"%d\"%s\n",
                id,
                config.codecs(),
                turn.width(config.width(), config.height()),
                turn.height(config.width(), config.height()),
                frameRate(geometry.framesPerSecond()),
                Math.max(1, view.peakBitsPerSecond()),
                inner.isEmpty() ? "/>" : ">\n" + inner + "      </Representation>");
    }

    /**
     * Returns the text for sound.
     *
     * @param inner the elements after that of the channels; may be empty
     */
    static String sound(StreamConfig.Aac config, WindowView view, String inner) {
        return String.format(
                Locale.ROOT,
                """
                      <Representation id="sound" codecs="%s" audioSamplingRate="%d" bandwidth="%d">
                        <AudioChannelConfiguration schemeIdUri="%s" value="%d"/>
                %s      </Representation>
                """,
                config.codecs(),
                config.sampleRateHz(),
                Math.max(view.peakSoFar(), SOUND_BITS_PER_SECOND * config.channels()),
                CHANNELS,
                config.channels(),
                inner);
    }

    /** Returns a whole number or a fraction (§5.3.7.2). */
    private static String frameRate(double perSecond) {
        long thousandths = Math.max(1, Math.round(perSecond * 1000));
        long divisor =
                BigInteger.valueOf(thousandths).gcd(BigInteger.valueOf(1000)).longValue();
        return divisor == 1000 ? Long.toString(thousandths / 1000) : thousandths / divisor + "/" + 1000 / divisor;
    }
}
