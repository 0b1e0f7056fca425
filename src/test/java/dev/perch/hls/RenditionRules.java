package dev.perch.hls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What RFC 8216bis asks of the playlists of two tracks together; fails with the clause. */
final class RenditionRules {
    private static final Pattern REPORT =
            Pattern.compile("(?m)^#EXT-X-RENDITION-REPORT:URI=\"([^\"]+)\",LAST-MSN=(\\d+)(?:,LAST-PART=(\\d+))?$");

    private RenditionRules() {}

    /** All that was ever listed of both. */
    static void check(PlaylistRules pictures, PlaylistRules sound) {
        assertEquals(pictures.target, sound.target, "§6.2.4: one target duration");
        int compared = 0;
        for (Map.Entry<Long, PlaylistRules.Listed> each : sound.segments.entrySet()) {
            PlaylistRules.Listed picture = pictures.segments.get(each.getKey());
            PlaylistRules.Listed heard = each.getValue();
            if (picture != null) {
                compared++;
                assertEquals(picture.discontinuity(), heard.discontinuity(), "§6.2.4: discontinuities match");
                double late = (heard.date().toEpochMilli() - picture.date().toEpochMilli()) / 1000.0;
                assertEquals(0, late, 0.06, () -> "§6.2.4: dates map to the same times: " + picture + heard);
                assertEquals(picture.seconds(), heard.seconds(), 0.08, () -> picture + " " + heard);
            }
        }
        assertTrue(compared > 3000, "both have the same numbers: " + compared);
    }

    /** §4.4.5.4: the last segment and part of the other playlist, as it is at the same time. */
    static void report(String text, String path, WindowView other) {
        Matcher found = REPORT.matcher(text);
        assertTrue(found.find(), text);
        assertEquals(path, found.group(1));
        Segment newest = other.newest();
        boolean empty = !newest.complete() && newest.parts().isEmpty();
        assertEquals(empty ? newest.number() - 1 : newest.number(), Long.parseLong(found.group(2)));
        String parts = found.group(3);
        if (!empty && parts != null) {
            assertEquals(newest.parts().size() - 1, Integer.parseInt(parts));
        }
        assertTrue(!found.find(), "one report of each");
    }
}
