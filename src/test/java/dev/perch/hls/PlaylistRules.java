package dev.perch.hls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What RFC 8216bis asks of a live media playlist and of each next version of it; fails with the clause. */
final class PlaylistRules {
    /** A segment as a playlist tells it. */
    record Listed(String uri, double seconds, boolean discontinuity, String map, Instant date, List<String> parts) {}

    private static final Pattern PART =
            Pattern.compile("#EXT-X-PART:DURATION=([\\d.]+),URI=\"([^\"]+)\"(,INDEPENDENT=YES)?");

    final Map<Long, Listed> segments = new HashMap<>();
    private final Map<Long, Listed> latest = new HashMap<>();
    private final Map<String, Instant> dates = new HashMap<>();
    private final Set<String> constant = new HashSet<>();
    private long first = -1;
    private long next;
    private long discontinuities = -1;
    private boolean firstHasDiscontinuity;

    int target;
    double partTarget;
    double longest;

    /** Whether the last one that was read lists the segment of this number. */
    boolean lists(long number) {
        return number >= first && number < next;
    }

    Listed segment(long number) {
        Listed segment = segments.get(number);
        assertTrue(segment != null, () -> "never seen: " + number);
        return Objects.requireNonNull(segment);
    }

    long first() {
        return first;
    }

    /** Reads the next version. */
    void accept(String text) {
        List<String> lines = text.lines().toList();
        assertEquals("#EXTM3U", lines.get(0), "§4.4.1.1");
        Map<String, String> tags = new HashMap<>();
        List<Listed> listed = new ArrayList<>();
        List<String> openParts = new ArrayList<>();
        String map = "";
        String date = "";
        String newHint = "";
        boolean discontinuity = false;
        double seconds = -1;
        for (String line : lines) {
            if (line.startsWith("#EXT-X-PART:")) {
                openParts.add(line);
            } else if (line.startsWith("#EXT-X-MAP:")) {
                map = line;
            } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
                date = line.substring(line.indexOf(':') + 1);
            } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                discontinuity = true;
            } else if (line.startsWith("#EXTINF:")) {
                seconds = Double.parseDouble(line.substring(8, line.length() - 1));
            } else if (line.startsWith("#EXT-X-PRELOAD-HINT:")) {
                assertEquals("", newHint, "§4.4.5.3: one hint of each type");
                newHint = line;
            } else if (line.startsWith("#")) {
                int colon = line.indexOf(':');
                String tag = colon < 0 ? line : line.substring(0, colon);
                assertTrue(tags.put(tag, line.substring(colon + 1)) == null, "§4.1: once only: " + line);
            } else {
                assertTrue(seconds > 0, "§4.4.4.1: EXTINF before each segment");
                Instant begins = dates.computeIfAbsent(date, Instant::parse);
                listed.add(new Listed(line, seconds, discontinuity, map, begins, List.copyOf(openParts)));
                openParts.clear();
                discontinuity = false;
                seconds = -1;
            }
        }
        head(tags);
        follow(Long.parseLong(tags.get("#EXT-X-MEDIA-SEQUENCE")), listed, tags);
        openParts.forEach(this::part);
        checkHint(newHint, text);
    }

    private void head(Map<String, String> tags) {
        assertTrue(Integer.parseInt(tags.get("#EXT-X-VERSION")) >= 9, "§8: EXT-X-SKIP");
        target = Integer.parseInt(tags.get("#EXT-X-TARGETDURATION"));
        partTarget = attribute(tags.getOrDefault("#EXT-X-PART-INF", ""), "PART-TARGET");
        String control = tags.getOrDefault("#EXT-X-SERVER-CONTROL", "");
        assertTrue(control.contains("CAN-BLOCK-RELOAD=YES"), "§B.1");
        assertTrue(attribute(control, "HOLD-BACK") >= 3 * target, "§4.4.3.8");
        assertTrue(attribute(control, "PART-HOLD-BACK") >= 3 * partTarget - 1e-3, "§4.4.3.8");
        assertTrue(attribute(control, "CAN-SKIP-UNTIL") >= 6 * target, "§4.4.3.8");
        constant.add(target + " " + tags.get("#EXT-X-PART-INF") + control);
        assertEquals(1, constant.size(), () -> "§6.2.1: these never change: " + constant);
    }

    static double attribute(String list, String name) {
        String wanted = name + "=";
        int at = list.startsWith(wanted) ? 0 : list.indexOf("," + wanted) + 1;
        assertTrue(list.startsWith(wanted, at), () -> name + " in " + list);
        int comma = list.indexOf(',', at);
        return Double.parseDouble(list.substring(at + wanted.length(), comma < 0 ? list.length() : comma));
    }

    private void follow(long sequence, List<Listed> listed, Map<String, String> tags) {
        assertTrue(sequence >= first, "§6.2.2: EXT-X-MEDIA-SEQUENCE never falls");
        double total = listed.stream().mapToDouble(Listed::seconds).sum();
        assertTrue(sequence == 0 || total >= 3 * target, () -> "§6.2.2: three target durations are left: " + total);
        longest = Math.max(longest, total);
        long counted = Long.parseLong(tags.get("#EXT-X-DISCONTINUITY-SEQUENCE"));
        checkDiscontinuities(sequence, counted);
        for (int i = 0; i < listed.size(); i++) {
            segment(sequence + i, listed.get(i));
        }
        assertTrue(sequence + listed.size() >= next, "§6.2.1: nothing is taken from the end");
        if (first >= 0 && sequence < next) {
            assertTrue(sequence <= next, "§6.2.2");
        }
        first = sequence;
        next = sequence + listed.size();
        discontinuities = counted;
        firstHasDiscontinuity = !listed.isEmpty() && listed.get(0).discontinuity();
    }

    /** It counts the EXT-X-DISCONTINUITY tags that went with the segments behind them. */
    private void checkDiscontinuities(long sequence, long counted) {
        if (first < 0) {
            return;
        }
        long gone = 0;
        for (long number = first; number < sequence; number++) {
            gone += segment(number).discontinuity() ? 1 : 0;
        }
        assertEquals(
                discontinuities + gone, counted, () -> "§6.2.2 EXT-X-DISCONTINUITY-SEQUENCE " + firstHasDiscontinuity);
    }

    private void segment(long number, Listed now) {
        if (now.equals(latest.put(number, now))) {
            return; // looked at in the version before, and these rules know no time
        }
        assertTrue(Math.round(now.seconds()) <= target, () -> "§4.4.3.1: EXTINF " + now);
        assertTrue(now.map().contains("URI="), "§4.4.4.5: fragmented MP4 needs EXT-X-MAP");
        now.parts().forEach(this::part);
        durations(now);
        Listed before = segments.putIfAbsent(number, now);
        if (before != null) {
            assertEquals(before.uri(), now.uri(), "§6.2.1: a segment's URI never changes");
            assertEquals(before.seconds(), now.seconds(), "§6.2.1");
            assertEquals(before.map(), now.map(), "§6.2.1");
            assertEquals(before.date(), now.date(), "§6.2.1");
            assertEquals(before.discontinuity(), now.discontinuity(), "§6.2.1");
            return;
        }
        Listed previous = segments.get(number - 1);
        if (previous != null && !now.discontinuity()) {
            assertEquals(previous.map(), now.map(), "§4.4.4.3: other parameters need EXT-X-DISCONTINUITY");
            double gap = (now.date().toEpochMilli() - previous.date().toEpochMilli()) / 1000.0 - previous.seconds();
            assertEquals(0, gap, 0.1, () -> "§4.4.4.6: dates go with durations: " + previous + now);
        }
    }

    private void durations(Listed segment) {
        if (segment.parts().isEmpty()) {
            return;
        }
        double sum = segment.parts().stream()
                .mapToDouble(line -> attribute(line.substring(12), "DURATION"))
                .sum();
        assertEquals(segment.seconds(), sum, 0.001, "§4.4.4.9: the parts are the segment");
        for (String line : segment.parts().subList(0, segment.parts().size() - 1)) {
            double seconds = attribute(line.substring(12), "DURATION");
            boolean free = line.contains("INDEPENDENT=YES");
            assertTrue(free || seconds >= 0.85 * partTarget, () -> "§4.4.4.9: 85 % of " + partTarget + ": " + line);
        }
    }

    private void part(String line) {
        Matcher matcher = PART.matcher(line);
        assertTrue(matcher.matches(), line);
        assertTrue(Double.parseDouble(matcher.group(1)) <= partTarget + 1e-4, () -> "§4.4.4.9: " + line);
        String name = matcher.group(2);
        assertTrue(
                !name.contains(".0.m4s") || matcher.group(3) != null,
                () -> "a segment begins with a key frame: " + line);
    }

    private static void checkHint(String newHint, String text) {
        assertTrue(newHint.startsWith("#EXT-X-PRELOAD-HINT:TYPE=PART,URI="), "§4.4.5.3, §B.1");
        String uri = newHint.substring(newHint.indexOf('"') + 1, newHint.length() - 1);
        assertTrue(
                !text.replace(newHint, "").contains("\"" + uri + "\""), "§4.4.5.3: what is hinted at is not there yet");
    }
}
