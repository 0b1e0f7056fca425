package dev.perch.hls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.window.ScriptedSound;
import dev.perch.window.ScriptedStream;
import dev.perch.window.Segment;
import dev.perch.window.SegmentWindow;
import dev.perch.window.WindowView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An hour of a camera's playlists in a few seconds, with everything that may happen to one. */
@Tag("long") // many seconds of the processor
class ConformanceTest {
    private static final long FRAME = 33_333_333;
    private static final int FRAMES = 3600 * 30;
    private static final Pattern REPORT = Pattern.compile("(?m)^#EXT-X-RENDITION-REPORT.*\n");

    private final ScriptedStream stream = ScriptedStream.usual();
    private final ScriptedSound sound = new ScriptedSound(stream, 48_000);
    private final PlaylistRules rules = new PlaylistRules();
    private final PlaylistRules soundRules = new PlaylistRules();
    private final Random random = new Random(8216);

    private String last = "";
    private String lastSound = "";
    private String lastOwn = ""; // without the report on the other playlist
    private @Nullable WindowView lastView; // a view never changes, so neither does what is written of it
    private @Nullable WindowView lastHeard;

    /** A segment that was taken off the list, and when it may go. */
    private record Removed(long number, double untilSeconds) {}

    private final Deque<Removed> removed = new ArrayDeque<>();

    @Test
    void anHour() {
        long jitter = 0;
        int sinceKey = 0;
        for (int i = 0; i < FRAMES; i++) {
            boolean happened = happen(i);
            long next = random.nextInt(8_000_000) - 4_000_000L;
            boolean key = happened || sinceKey >= 29;
            stream.frame(FRAME + next - jitter, key, 60);
            jitter = next;
            sinceKey = key ? 0 : sinceKey + 1;
            look();
        }
        assertTrue(rules.segments.size() > 3000, rules.segments.size() + " segments");
        assertTrue(rules.segments.values().stream()
                        .filter(PlaylistRules.Listed::discontinuity)
                        .count()
                > 10);
        RenditionRules.check(rules, soundRules);
        assertTrue(sound.taken() > FRAMES, "sound was heard");
        sound.close();
        stream.close();
        assertEquals(0, stream.pool.budget().leasedBytes());
    }

    /** A client would see the playlist as it is now. */
    @SuppressWarnings(
            "ReferenceEquality") // a new view is another object; to compare what is in it would take longer than to
    // write it
    private void look() {
        sound.follow();
        WindowView heard = sound.view();
        WindowView view = stream.view();
        if (view == lastView && heard == lastHeard) {
            return;
        }
        boolean sameView = view == lastView;
        lastView = view;
        lastHeard = heard;
        String text = view.playable() && !sameView ? MediaPlaylist.text(view, /* delta= */ false) : last;
        if (!text.equals(last)) {
            check(view, text);
            last = text;
        }
        List<MediaPlaylist.Other> pictures = List.of(new MediaPlaylist.Other(MediaPlaylist.PATH, view));
        String soundText = heard.playable() && view.playable() ? MediaPlaylist.text(heard, false, pictures) : lastSound;
        if (!soundText.equals(lastSound)) {
            RenditionRules.report(soundText, MediaPlaylist.PATH, view);
            String own = REPORT.matcher(soundText).replaceAll("");
            if (!own.equals(lastOwn)) {
                soundRules.accept(own);
                lastOwn = own;
            }
            lastSound = soundText;
        }
    }

    /** Now and then the camera goes, its parameters change, frames are lost, or the clock is set. */
    private boolean happen(int frame) {
        if (frame % 9000 == 4500) {
            stream.away("unplugged");
            look();
            stream.pass(7_000_000_000L);
            stream.gap();
            sound.restart();
            return true;
        }
        if (frame % 9000 == 6111) {
            stream.parameters(frame % 18_000 == 6111 ? "x264-high-slices" : "x264-baseline");
            return true;
        }
        if (frame % 9000 == 2000 || frame % 9000 == 2300) {
            sound.mute(frame % 9000 == 2000);
        }
        if (frame % 27_000 == 3000) {
            sound.rate(frame % 54_000 == 3000 ? 44_100 : 48_000);
        }
        if (frame % 9000 == 7000) {
            stream.stepClock(random.nextInt(10_000_000) - 5_000_000L);
        }
        if (frame % 700 == 50) {
            stream.pass(FRAME); // a frame that the camera lost by itself
        }
        return false;
    }

    private void check(WindowView view, String text) {
        long before = rules.first();
        rules.accept(text);
        kept(before, view);
        delta(view, text);
    }

    /** §6.2.2: what was taken off the list can be had for its own duration and that of the longest list. */
    private void kept(long before, WindowView view) {
        double now = stream.nanos() / 1e9;
        for (long number = Math.max(0, before); number < rules.first(); number++) {
            double seconds = rules.segment(number).seconds();
            removed.add(new Removed(number, now + seconds + rules.longest - 2));
        }
        while (!removed.isEmpty() && removed.peek().untilSeconds() < now) {
            removed.remove();
        }
        SegmentWindow window = stream.window();
        for (Removed each : removed.isEmpty() ? List.<Removed>of() : List.of(removed.peek())) {
            Segment segment =
                    window.retain(each.number()).orElseThrow(() -> new AssertionError("gone too early: " + each));
            segment.bytes().close();
        }
        assertTrue(window.heldBytes() < 8 << 20, "nothing heaps up: " + view.presentation());
    }

    /** §6.2.5.1: what a delta update leaves out is whole segments before the skip boundary, and everything else is the same. */
    private void delta(WindowView view, String full) {
        String text = MediaPlaylist.text(view, /* delta= */ true);
        int skip = text.indexOf("#EXT-X-SKIP:SKIPPED-SEGMENTS=");
        if (skip < 0) {
            assertEquals(full, text);
            return;
        }
        int end = text.indexOf('\n', skip);
        int count = Integer.parseInt(text.substring(skip + "#EXT-X-SKIP:SKIPPED-SEGMENTS=".length(), end));
        assertTrue(full.startsWith(text.substring(0, skip)));
        String rest = text.substring(end + 1);
        assertTrue(full.endsWith(rest), () -> full + "\n\n" + text);
        String left = full.substring(skip, full.length() - rest.length());
        assertEquals(count, left.lines().filter(line -> !line.startsWith("#")).count());
        double after = rest.lines()
                .filter(line -> line.startsWith("#EXTINF:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(8, line.length() - 1)))
                .sum();
        assertTrue(
                after > 6 * rules.target - 1.05,
                "the boundary is six target durations from the end, what has no EXTINF yet included: " + after);
    }
}
