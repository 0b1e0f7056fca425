package dev.perch.dash;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Ticks;
import dev.perch.media.StreamConfig;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The media presentation description of all renditions of a camera (ISO/IEC 23009-1:2022 §5): a Representation for each in one AdaptationSet, between
 * which players switch. Each encoder puts its key frames where it likes, so segments are not aligned: each rendition has its own time line (§5.3.9.6)
 * of whole segments. Times and discontinuities are common to all, and a period lies between two discontinuities. Safe from any thread.
 */
public final class RenditionsManifest {
    /** The id of the sound among the tracks of a period. */
    private static final String SOUND = " sound";

    /** The number of segments of the pictures after which a period is published without the tracks that have nothing of it yet. */
    private static final int PATIENT_SEGMENTS = 3;

    /** The target durations by which players keep away from the newest segment: one being made, one under way, and one to play. */
    private static final int DELAY_TARGETS = 3;

    /**
     * What was published about a period, which remains true.
     *
     * @param startTicks where it begins
     * @param tracks that it has
     */
    private record Told(long startTicks, Set<String> tracks) {}

    private final NavigableMap<Long, Told> periods =
            new TreeMap<>(); // by number of discontinuities; guarded by this, like the next
    private String described = "";

    /** Returns whether a window has everything that a manifest needs. */
    public static boolean tellable(WindowView view) {
        return view.beginnable();
    }

    /**
     * Returns the text.
     *
     * @param pictures the renditions, each {@link #tellable}, the main one first
     * @param sound of the sound beside the main pictures, likewise; empty if there is none
     * @param clock the whole address of the presentation's clock, for players that cannot resolve a relative one; empty if unknown
     */
    public synchronized String text(List<Rendered> pictures, Optional<WindowView> sound, String clock) {
        List<Rendered> tracks = new ArrayList<>(pictures);
        sound.ifPresent(present -> tracks.add(new Rendered(SOUND, "", present)));
        String name = tracks.stream().map(each -> each.view().presentation()).collect(Collectors.joining("-"));
        if (!described.equals(name)) {
            described = name;
            periods.clear(); // the tracks belong to one set of presentations
        }
        tell(tracks);
        StringBuilder text = new StringBuilder(8192);
        text.append(head(pictures));
        periods.forEach((number, told) -> text.append(period(name, number, told, tracks)));
        return text.append(Manifest.end(clock)).toString();
    }

    /** Records the periods that can be published, and forgets those of which nothing is listed any more. */
    private void tell(List<Rendered> tracks) {
        NavigableMap<Long, Map<String, Segment>> firsts = new TreeMap<>();
        for (Rendered track : tracks) {
            for (Segment segment : complete(track.view())) {
                firsts.computeIfAbsent(segment.discontinuities(), number -> new TreeMap<>())
                        .putIfAbsent(track.id(), segment);
            }
        }
        periods.keySet().retainAll(firsts.keySet());
        firsts.forEach((number, first) -> {
            boolean whole = periods.isEmpty()
                    || first.size() == tracks.size()
                    || number < firsts.lastKey()
                    || of(tracks.get(0).view(), number).size() >= PATIENT_SEGMENTS;
            boolean shown = !first.keySet().equals(Set.of(SOUND));
            if (whole && shown && (periods.isEmpty() || number > periods.lastKey())) {
                long start = first.entrySet().stream()
                        .filter(each -> !each.getKey().equals(SOUND))
                        .mapToLong(each -> each.getValue().startTicks())
                        .min()
                        .orElseThrow();
                periods.put(number, new Told(start, Set.copyOf(first.keySet())));
            }
        });
    }

    private static List<Segment> complete(WindowView view) {
        return view.withoutGaps().listed().stream().filter(Segment::complete).toList();
    }

    private static List<Segment> of(WindowView view, long period) {
        return complete(view).stream()
                .filter(segment -> segment.discontinuities() == period)
                .toList();
    }

    private static String head(List<Rendered> pictures) {
        WindowView main = pictures.get(0).view();
        int target = pictures.stream()
                .mapToInt(each -> geometry(each.view()).targetSeconds())
                .max()
                .orElseThrow();
        return String.format(
                Locale.ROOT,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-main:2011" \
                type="dynamic" availabilityStartTime="%s" publishTime="%s" minimumUpdatePeriod="PT%dS" minBufferTime="PT%dS" \
                timeShiftBufferDepth="PT%.3fS" suggestedPresentationDelay="PT%dS" maxSegmentDuration="PT%.3fS">
                """,
                Manifest.dateTime(main.originWallMicros()),
                Manifest.dateTime(main.originWallMicros() + main.newest().startTicks() * 100 / 9),
                target,
                target,
                Math.max(1, (double) main.listedTicks() / Ticks.HZ),
                DELAY_TARGETS * target,
                target + 0.5);
    }

    private static Geometry geometry(WindowView view) {
        return view.geometry()
                .orElseThrow(() -> new IllegalArgumentException("not playable yet: view=" + view.presentation()));
    }

    private static String period(String name, long number, Told told, List<Rendered> tracks) {
        StringBuilder pictures = new StringBuilder();
        StringBuilder sound = new StringBuilder();
        for (Rendered track : tracks) {
            List<Segment> segments = told.tracks().contains(track.id()) ? of(track.view(), number) : List.of();
            if (!segments.isEmpty()) {
                String template = template(track, segments, told.startTicks());
                if (track.id().equals(SOUND)) {
                    StreamConfig.Aac config = segments.get(0).init().sound().orElseThrow();
                    sound.append(Representation.sound(config, track.view(), template));
                } else {
                    StreamConfig.H264 config = segments.get(0).init().video();
                    pictures.append(Representation.pictures(
                            track.id(), config, geometry(track.view()), track.view(), template));
                }
            }
        }
        return String.format(
                        Locale.ROOT,
                        "  <Period id=\"%s-%d\" start=\"PT%.6fS\">\n",
                        name,
                        number,
                        (double) told.startTicks() / Ticks.HZ)
                + set(0, "video", pictures.toString())
                + set(1, "audio", sound.toString())
                + "  </Period>\n";
    }

    private static String set(int id, String medium, String representations) {
        return representations.isEmpty() ? "" : String.format(Locale.ROOT, """
                    <AdaptationSet id="%d" contentType="%s" mimeType="%s/mp4" segmentAlignment="false" startWithSAP="1">
                %s    </AdaptationSet>
                """, id, medium, medium, representations);
    }

    private static String template(Rendered track, List<Segment> segments, long periodTicks) {
        StringBuilder line = new StringBuilder();
        segments.forEach(segment -> line.append("            <S t=\"")
                .append(segment.startTicks())
                .append("\" d=\"")
                .append(segment.durationTicks())
                .append("\"/>\n"));
        return String.format(
                Locale.ROOT,
                """
                        <SegmentTemplate timescale="%d" startNumber="%d" presentationTimeOffset="%d" initialization="%s%s" media="%s%s/$Number$.m4s">
                          <SegmentTimeline>
                %s          </SegmentTimeline>
                        </SegmentTemplate>
                """,
                Ticks.HZ,
                segments.get(0).number(),
                periodTicks,
                track.folder(),
                SegmentName.init(track.view(), segments.get(0)).path(),
                track.folder(),
                track.view().presentation(),
                line);
    }
}
