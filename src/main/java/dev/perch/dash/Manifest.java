package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.media.StreamConfig;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The media presentation description of one camera's window (ISO/IEC 23009-1:2022 §5): numbered segments that can be asked for from their first frame on and come as
 * they are made. Its times are those of the presentation's clock, which {@code UTCTiming} tells. Safe from any thread.
 */
public final class Manifest {
    /** The content type (ISO/IEC 23009-1 annex C). */
    public static final String CONTENT_TYPE = "application/dash+xml";

    /** The file name. */
    public static final String PATH = "manifest.mpd";

    /** The file that tells the presentation's clock, beside the manifest. */
    public static final String TIME_PATH = "time";

    /** The time from capture to display that players should keep: three parts of HLS and a network's delay. */
    private static final int TARGET_LATENCY_MILLIS = 600;

    private static final int MOST_LATENCY_MILLIS = 3000;

    private Periods periods = new Periods(); // of the presentation below; guarded by this, as that
    private String described = "";

    /**
     * Returns the text.
     *
     * @param clock the whole address of the presentation's clock, for players that resolve none; empty if it is not known
     * @throws IllegalArgumentException where the window is not playable yet
     */
    public String text(WindowView view, String clock) {
        Geometry geometry = view.geometry()
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
        List<Periods.Period> listed = periods(view);
        StringBuilder text = new StringBuilder(2048);
        text.append(head(view, geometry));
        for (int i = 0; i < listed.size(); i++) {
            text.append(period(listed.get(i), view, geometry));
        }
        if (!clock.isEmpty()) {
            text.append(timing(clock));
        }
        text.append(timing(TIME_PATH)); // right behind a proxy, too, of which the whole address knows nothing
        return text.append("</MPD>\n").toString();
    }

    private synchronized List<Periods.Period> periods(WindowView view) {
        if (!described.equals(view.presentation())) {
            described = view.presentation();
            periods = new Periods(); // their numbers and times are those of one presentation
        }
        return periods.of(view);
    }

    /** Players try one clock after the other (§5.8.4.11); GStreamer's dashdemux takes the first only, and resolves no relative address. */
    private static String timing(String address) {
        String escaped = address.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
        return "  <UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-xsdate:2014\" value=\"" + escaped + "\"/>\n";
    }

    /** Returns the presentation's clock as an xs:dateTime. */
    public static String dateTime(long wallMicros) {
        return Instant.EPOCH
                .plus(wallMicros, ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    private static String head(WindowView view, Geometry geometry) {
        Segment newest = view.newest();
        long published = view.originWallMicros() + newest.startTicks() * 100 / 9;
        return String.format(
                Locale.ROOT,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" \
                type="dynamic" availabilityStartTime="%s" publishTime="%s" minimumUpdatePeriod="PT%dS" minBufferTime="PT%.3fS" \
                timeShiftBufferDepth="PT%.3fS" maxSegmentDuration="PT%.3fS">
                  <ServiceDescription id="0">
                    <Latency referenceId="0" target="%d" max="%d"/>
                    <PlaybackRate min="0.95" max="1.05"/>
                  </ServiceDescription>
                """,
                dateTime(view.originWallMicros()),
                dateTime(published),
                2 * geometry.targetSeconds(),
                geometry.partSeconds(),
                Math.max(1, (double) view.listedTicks() / Ticks.HZ),
                geometry.targetSeconds() + 0.5,
                TARGET_LATENCY_MILLIS,
                MOST_LATENCY_MILLIS);
    }

    private static String period(Periods.Period period, WindowView view, Geometry geometry) {
        StreamConfig.H264 config = period.first().init().video();
        double duration = (double) period.durationTicks() / Ticks.HZ;
        double early = Math.max(0, duration - geometry.frameTicks() / Ticks.HZ);
        return String.format(
                Locale.ROOT,
                """
                  <Period id="%s-%d" start="PT%.6fS">
                    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
                      <ProducerReferenceTime id="0" type="captured" wallClockTime="%s" presentationTime="%d" inband="true">
                        <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="%s"/>
                      </ProducerReferenceTime>
                      <SegmentTemplate timescale="%d" duration="%d" startNumber="%d" presentationTimeOffset="%d" \
                availabilityTimeOffset="%.3f" availabilityTimeComplete="false" initialization="%s" media="%s/$Number$.m4s"/>
                      <Representation id="video" codecs="%s" width="%d" height="%d" frameRate="%s" bandwidth="%d"/>
                    </AdaptationSet>
                  </Period>
                """,
                view.presentation(),
                period.number(),
                (double) period.startTicks() / Ticks.HZ,
                dateTime(view.originWallMicros() + period.startTicks() * 100 / 9),
                period.startTicks(),
                TIME_PATH,
                Ticks.HZ,
                period.durationTicks(),
                period.number(),
                period.startTicks(),
                early,
                SegmentName.init(view, period.first()).path(),
                view.presentation(),
                config.codecs(),
                config.width(),
                config.height(),
                frameRate(geometry.framesPerSecond()),
                Math.max(1, view.peakBitsPerSecond()));
    }

    /** Returns a whole number or a fraction (§5.3.7.2). */
    private static String frameRate(double perSecond) {
        long thousandths = Math.max(1, Math.round(perSecond * 1000));
        long divisor =
                BigInteger.valueOf(thousandths).gcd(BigInteger.valueOf(1000)).longValue();
        return divisor == 1000 ? Long.toString(thousandths / 1000) : thousandths / divisor + "/" + 1000 / divisor;
    }
}
