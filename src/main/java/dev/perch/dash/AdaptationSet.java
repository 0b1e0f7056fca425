package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.media.StreamConfig;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import java.util.Locale;

/**
 * The text of one track of a period (ISO/IEC 23009-1:2022 §5.3.3). Both tracks use the time base of the pictures, so that equal segment numbers mean
 * equal times.
 */
final class AdaptationSet {
    private AdaptationSet() {}

    static String video(Periods.Period period, WindowView view, Geometry geometry) {
        StreamConfig.H264 config = period.first().init().video();
        String representation = Representation.pictures("video", config, geometry, view, /* inner= */ "");
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
        String representation = Representation.sound(config, sound, /* inner= */ "");
        double frameTicks = sound.geometry().map(Geometry::frameTicks).orElse(0.0);
        String init = SegmentName.init(sound, first).path();
        return set(1, "audio", period, pictures, frameTicks, init, sound.presentation(), representation);
    }

    /**
     * Returns the text of a set.
     *
     * @param pictures whose clock holds for the sound too
     * @param frameTicks the interval of frames: a segment can be requested from the end of its first frame on
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
}
