package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The media presentation description of one camera's window (ISO/IEC 23009-1:2022 §5): numbered segments that can be requested from their first frame
 * on and arrive while they are made, with sound in its own AdaptationSet. Times are those of the presentation's clock, which {@code UTCTiming} gives.
 * Safe from any thread.
 */
public final class Manifest {
    /** The content type (ISO/IEC 23009-1 annex C). */
    public static final String CONTENT_TYPE = "application/dash+xml";

    /** The file name. */
    public static final String PATH = "manifest.mpd";

    /** The file with the presentation's clock, beside the manifest. */
    public static final String TIME_PATH = "time";

    /** The recommended time from capture to display: three parts of HLS and a network's delay. */
    private static final int TARGET_LATENCY_MILLIS = 600;

    private static final int MOST_LATENCY_MILLIS = 3000;

    private Periods periods = new Periods(); // of the presentation below; guarded by this, like that
    private String described = "";

    /**
     * Returns the text for pictures alone.
     *
     * @param clock the whole address of the presentation's clock, for players that cannot resolve a relative one; empty if unknown
     * @throws IllegalArgumentException if the window is not playable yet
     */
    public String text(WindowView view, String clock) {
        return text(view, Optional.empty(), clock);
    }

    /**
     * Returns the text.
     *
     * @param pictures whose gaps are left out
     * @param sound of the sound beside them, which {@link #reaches} their newest period; empty if there is none
     * @param clock the whole address of the presentation's clock, for players that cannot resolve a relative one; empty if unknown
     * @throws IllegalArgumentException if the window is not playable yet
     */
    public String text(WindowView pictures, Optional<WindowView> sound, String clock) {
        WindowView view = pictures.withoutGaps();
        Geometry geometry = view.geometry()
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
        String name = view.presentation()
                + sound.map(present -> "-" + present.presentation()).orElse("");
        StringBuilder text = new StringBuilder(4096);
        text.append(head(view, geometry));
        for (Periods.Period period : periods(view, name)) {
            text.append(String.format(
                    Locale.ROOT,
                    "  <Period id=\"%s-%d\" start=\"PT%.6fS\">\n",
                    name,
                    period.number(),
                    (double) period.startTicks() / Ticks.HZ));
            text.append(AdaptationSet.video(period, view, geometry));
            sound.ifPresent(present -> text.append(AdaptationSet.audio(period, view, present)));
            text.append("  </Period>\n");
        }
        return text.append(end(clock)).toString();
    }

    /**
     * Returns the text behind the periods.
     *
     * @param clock the whole address of the presentation's clock; empty if unknown
     */
    static String end(String clock) {
        String whole = clock.isEmpty() ? "" : timing(clock);
        return whole + timing(TIME_PATH)
                + "</MPD>\n"; // the second is right behind a proxy, too, which the whole address ignores
    }

    /** Returns whether the sound has come as far as the last discontinuity of the pictures, so that each period can describe its sound. */
    public static boolean reaches(WindowView sound, WindowView pictures) {
        if (pictures.listed().isEmpty()) {
            return false;
        }
        long needed = pictures.listed().get(0).number();
        for (Segment segment : pictures.listed()) {
            needed = segment.discontinuity() ? segment.number() : needed;
        }
        return !sound.listed().isEmpty() && sound.nextNumber() > needed;
    }

    private synchronized List<Periods.Period> periods(WindowView view, String name) {
        if (!described.equals(name)) {
            described = name;
            periods = new Periods(); // numbers, times and tracks belong to one presentation
        }
        return periods.of(view);
    }

    /**
     * Returns the clock's element. Players try one clock after the other (§5.8.4.11); GStreamer's dashdemux uses only the first, and resolves no
     * relative address.
     */
    private static String timing(String address) {
        String escaped = address.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
        return "  <UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-xsdate:2014\" value=\"" + escaped + "\"/>\n";
    }

    /** Returns the time as an xs:dateTime, for the presentation's clock. */
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
}
