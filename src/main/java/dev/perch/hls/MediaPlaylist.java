package dev.perch.hls;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** The media playlist of one camera (RFC 8216bis §4.4.2 to §4.4.5). */
public final class MediaPlaylist {
    /** The content type of all playlists (RFC 8216bis §4). */
    public static final String CONTENT_TYPE = "application/vnd.apple.mpegurl";

    /** The file name of the pictures' playlist, beside the multivariant playlist. */
    public static final String PATH = "stream.m3u8";

    /** The file name of the sound's playlist. */
    public static final String SOUND_PATH = "audio.m3u8";

    /** The file name of the playlist with both in the same segments. */
    public static final String MUXED_PATH = "av.m3u8";

    /** "The value [of HOLD-BACK] MUST be at least three times the Target Duration" (§4.4.3.8). */
    private static final int HOLD_BACK_TARGETS = 3;

    /** "PART-HOLD-BACK … SHOULD be at least three times the Part Target Duration" (§4.4.3.8). */
    private static final int PART_HOLD_BACK_PARTS = 3;

    /** "The Skip Boundary MUST be at least six times the Target Duration" (§4.4.3.8). */
    private static final int SKIP_TARGETS = 6;

    /** Parts further than this from the end are not listed (§6.2.2). */
    private static final int PARTS_TARGETS = 3;

    private static final long ONE_IN_HUNDRED_THOUSANDTHS = 100_000;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * The playlist of another track of the same presentation, whose progress is reported.
     *
     * @param path relative to the reporting playlist
     */
    public record Other(String path, WindowView view) {}

    private final WindowView view;
    private final Geometry geometry;
    private final List<Segment> segments;
    private final StringBuilder text = new StringBuilder(4096);

    private MediaPlaylist(WindowView view) {
        this.view = view;
        this.segments = view.listed();
        this.geometry = view.geometry()
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
    }

    /**
     * Returns the text.
     *
     * @param view of a playable window
     * @param delta whether to leave out segments that the client has (_HLS_skip)
     */
    public static String text(WindowView view, boolean delta) {
        return text(view, delta, List.of());
    }

    /**
     * Returns the text, with reports on other tracks.
     *
     * @param view of a playable window
     * @param delta whether to leave out segments that the client has (_HLS_skip)
     */
    public static String text(WindowView view, boolean delta, List<Other> others) {
        MediaPlaylist playlist = new MediaPlaylist(view);
        playlist.head();
        playlist.segments(delta ? playlist.skipped() : 0);
        playlist.hint();
        others.forEach(playlist::report);
        return playlist.text.toString();
    }

    /** Returns the text for players that know neither parts nor delta updates: whole segments only (RFC 8216). */
    public static String classic(WindowView view) {
        MediaPlaylist playlist = new MediaPlaylist(view);
        playlist.line("#EXTM3U");
        playlist.line("#EXT-X-VERSION:6"); // EXT-X-MAP of whole segments (§7)
        playlist.line("#EXT-X-TARGETDURATION:%d", playlist.geometry.targetSeconds());
        playlist.sequence();
        for (int i = 0; i < playlist.segments.size(); i++) {
            if (playlist.segments.get(i).complete()) {
                playlist.segment(playlist.segments.get(i), playlist.maps(i), /* parts= */ false);
            }
        }
        return playlist.text.toString();
    }

    private void head() {
        int target = geometry.targetSeconds();
        line("#EXTM3U");
        line("#EXT-X-VERSION:9"); // EXT-X-SKIP (§8)
        line("#EXT-X-TARGETDURATION:%d", target);
        line(
                "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=%.3f,HOLD-BACK=%.1f,CAN-SKIP-UNTIL=%.1f",
                PART_HOLD_BACK_PARTS * geometry.partSeconds(),
                (double) HOLD_BACK_TARGETS * target,
                (double) SKIP_TARGETS * target);
        line("#EXT-X-PART-INF:PART-TARGET=%.3f", geometry.partSeconds());
        sequence();
    }

    private void sequence() {
        Segment first = segments.get(0);
        line("#EXT-X-MEDIA-SEQUENCE:%d", first.number());
        // the first segment's own tag is still listed below and counts by itself
        line("#EXT-X-DISCONTINUITY-SEQUENCE:%d", first.discontinuities() - (first.discontinuity() ? 1 : 0));
    }

    /** Returns the number of segments completely before the skip boundary. */
    private int skipped() {
        long boundary = end() - (long) SKIP_TARGETS * geometry.targetSeconds() * Ticks.HZ;
        int count = 0;
        long at = 0;
        for (Segment segment : segments) {
            at += segment.durationTicks();
            if (at > boundary) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Returns the playlist's duration, without the gaps of discontinuities. */
    private long end() {
        return segments.stream().mapToLong(MediaPlaylist::listedTicks).sum();
    }

    private static long listedTicks(Segment segment) {
        return segment.complete()
                ? segment.durationTicks()
                : segment.parts().stream()
                        .mapToLong(Segment.Part::durationTicks)
                        .sum();
    }

    private void segments(int skipped) {
        if (skipped > 0) {
            line("#EXT-X-SKIP:SKIPPED-SEGMENTS=%d", skipped);
        }
        long partsFrom = end() - (long) PARTS_TARGETS * geometry.targetSeconds() * Ticks.HZ;
        long at = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            at += segment.durationTicks();
            if (i >= skipped) {
                segment(segment, maps(i), at > partsFrom);
            }
        }
    }

    /** Returns whether an init segment is listed before that segment. */
    private boolean maps(int index) {
        return index == 0
                || segments.get(index - 1).init().version()
                        != segments.get(index).init().version();
    }

    private void segment(Segment segment, boolean map, boolean parts) {
        if (!segment.complete() && segment.parts().isEmpty()) {
            return; // nothing of it is available yet
        }
        if (segment.discontinuity()) {
            line("#EXT-X-DISCONTINUITY");
        }
        if (map) {
            line("#EXT-X-MAP:URI=\"%s\"", SegmentName.init(view, segment).path());
        }
        text.append("#EXT-X-PROGRAM-DATE-TIME:");
        DATE.formatTo(Instant.EPOCH.plus(segment.wallClockMicros(), ChronoUnit.MICROS), text);
        text.append('\n');
        if (parts) {
            for (int part = 0; part < segment.parts().size(); part++) {
                part(segment, part);
            }
        }
        if (segment.gap()) {
            line("#EXT-X-GAP"); // §4.4.4.7
        }
        if (segment.complete()) {
            text.append("#EXTINF:");
            seconds(segment.durationTicks());
            text.append(",\n");
            line(SegmentName.whole(view, segment.number()).path());
        }
    }

    private void part(Segment segment, int index) {
        Segment.Part part = segment.parts().get(index);
        text.append("#EXT-X-PART:DURATION=");
        seconds(part.durationTicks());
        text.append(",URI=\"")
                .append(SegmentName.part(view, segment.number(), index).path());
        line(part.independent() ? "\",INDEPENDENT=YES" : "\"");
    }

    /** Writes a duration with five decimals; there are dozens of them in a playlist, and many playlists a second. */
    private void seconds(long ticks) {
        long hundredThousandths = (ticks * ONE_IN_HUNDRED_THOUSANDTHS + Ticks.HZ / 2) / Ticks.HZ;
        String decimals = Long.toString(ONE_IN_HUNDRED_THOUSANDTHS + hundredThousandths % ONE_IN_HUNDRED_THOUSANDTHS);
        text.append(hundredThousandths / ONE_IN_HUNDRED_THOUSANDTHS).append('.').append(decimals, 1, decimals.length());
    }

    /** Writes a hint at the next part, as far as it is known (§4.4.5.3). */
    private void hint() {
        Segment newest = view.newest();
        boolean another = newest.complete() || view.keyFrameNext();
        SegmentName next = another
                ? SegmentName.part(view, view.nextNumber(), 0)
                : SegmentName.part(view, newest.number(), newest.parts().size());
        line("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"%s\"", next.path());
    }

    /** Writes a report on the newest segment and part of another track (§4.4.5.4). */
    private void report(Other other) {
        List<Segment> listed = other.view().listed();
        for (int i = listed.size() - 1; i >= 0; i--) {
            Segment last = listed.get(i);
            int parts = last.parts().size();
            if (last.complete() || parts > 0) {
                String part = parts > 0 ? ",LAST-PART=" + (parts - 1) : "";
                line("#EXT-X-RENDITION-REPORT:URI=\"%s\",LAST-MSN=%d%s", other.path(), last.number(), part);
                return;
            }
        }
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
