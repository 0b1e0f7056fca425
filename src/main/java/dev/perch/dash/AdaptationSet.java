package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import java.math.BigInteger;
import java.util.Locale;

/**
 * The text of one track of a period (ISO/IEC 23009-1:2022 §5.3.3). Both tracks have one time base, that of the pictures, so that the numbers of their segments mean
 * the same times.
 */
final class AdaptationSet {
    /** Sound may have this much a channel, though there is silence so far. */
    private static final long SOUND_BITS_PER_SECOND = 96_000;

    /** ISO/IEC 23003-3 ChannelConfiguration, which for up to six channels is their number. */
    private static final String CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

    private AdaptationSet() {}

    static String video(Periods.Period period, WindowView view, Geometry geometry) {
        StreamConfig.H264 config = period.first().init().video();
        Orientation turn = config.turn().orElse(Orientation.UPRIGHT);
        String representation = String.format(
                Locale.ROOT,
                "      <Representation id=\"video\" codecs=\"%s\" width=\"%d\" height=\"%d\" frameRate=\"%s\" bandwidth=\"%d\"/>\n",
                config.codecs(),
                turn.width(config.width(), config.height()),
                turn.height(config.width(), config.height()),
                frameRate(geometry.framesPerSecond()),
                Math.max(1, view.peakBitsPerSecond()));
        String init = SegmentName.init(view, period.first()).path();
        return set(0, "video", period, view, geometry.frameTicks(), init, view.presentation(), representation);
    }

    static String audio(Periods.Period period, WindowView pictures, WindowView sound) {
        Segment first = sound.listed().stream()
                .filter(segment -> segment.number() >= period.number())
                .findFirst()
                .orElseGet(sound::newest);
        StreamConfig.Aac config = first.init()
                .sound()
                .orElseThrow(() -> new IllegalArgumentException("no sound: view=" + sound.presentation()));
        String representation = String.format(
                Locale.ROOT,
                """
                      <Representation id="sound" codecs="%s" audioSamplingRate="%d" bandwidth="%d">
                        <AudioChannelConfiguration schemeIdUri="%s" value="%d"/>
                      </Representation>
                """,
                config.codecs(),
                config.sampleRateHz(),
                Math.max(sound.peakSoFar(), SOUND_BITS_PER_SECOND * config.channels()),
                CHANNELS,
                config.channels());
        double frameTicks = sound.geometry().map(Geometry::frameTicks).orElse(0.0);
        String init = SegmentName.init(sound, first).path();
        return set(1, "audio", period, pictures, frameTicks, init, sound.presentation(), representation);
    }

    /**
     * @param pictures whose clock holds for the sound too
     * @param frameTicks the interval of frames: a segment can be asked for from the end of its first frame on
     */
    private static String set(
            int id,
            String medium,
            Periods.Period period,
            WindowView pictures,
            double frameTicks,
            String init,
            String folder,
            String representation) {
        double early = Math.max(0, (period.durationTicks() - frameTicks) / Ticks.HZ);
        return String.format(
                        Locale.ROOT,
                        """
                    <AdaptationSet id="%d" contentType="%s" mimeType="%s/mp4" segmentAlignment="true" startWithSAP="1">
                      <ProducerReferenceTime id="%d" type="captured" wallClockTime="%s" presentationTime="%d" inband="true">
                        <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="%s"/>
                      </ProducerReferenceTime>
                      <SegmentTemplate timescale="%d" duration="%d" startNumber="%d" presentationTimeOffset="%d" \
                availabilityTimeOffset="%.3f" availabilityTimeComplete="false" initialization="%s" media="%s/$Number$.m4s"/>
                """,
                        id,
                        medium,
                        medium,
                        id,
                        Manifest.dateTime(pictures.originWallMicros() + period.startTicks() * 100 / 9),
                        period.startTicks(),
                        Manifest.TIME_PATH,
                        Ticks.HZ,
                        period.durationTicks(),
                        period.number(),
                        period.startTicks(),
                        early,
                        init,
                        folder)
                + representation
                + "    </AdaptationSet>\n";
    }

    /** Returns a whole number or a fraction (§5.3.7.2). */
    private static String frameRate(double perSecond) {
        long thousandths = Math.max(1, Math.round(perSecond * 1000));
        long divisor =
                BigInteger.valueOf(thousandths).gcd(BigInteger.valueOf(1000)).longValue();
        return divisor == 1000 ? Long.toString(thousandths / 1000) : thousandths / divisor + "/" + 1000 / divisor;
    }
}
