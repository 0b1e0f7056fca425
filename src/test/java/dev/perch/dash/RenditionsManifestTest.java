package dev.perch.dash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.cmaf.Ticks;
import dev.perch.window.ScriptedSound;
import dev.perch.window.ScriptedStream;
import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The rules of ISO/IEC 23009-1 for a manifest of several renditions whose key frames are not aligned, over twenty minutes of a camera's life. */
class RenditionsManifestTest {
    private static final long FRAME = 33_333_333;

    private final ScriptedStream main = ScriptedStream.usual();
    private final ScriptedStream small = ScriptedStream.usual();
    private final ScriptedSound sound = new ScriptedSound(main, 48_000);
    private final RenditionsManifest manifest = new RenditionsManifest();
    private final Map<String, String> told = new HashMap<>(); // of each Representation of each period
    private final Random random = new Random(23009);
    private int several; // manifests of more than one period
    private int checked; // manifests that told of every whole segment

    @Test
    void twentyMinutes() throws Exception {
        int mainKey = 0;
        int smallKey = 13;
        for (int i = 0; i < 20 * 60 * 30; i++) {
            if (i % 9000 == 4500) {
                for (ScriptedStream each : List.of(main, small)) {
                    each.away("unplugged");
                    each.pass(7_000_000_000L);
                    each.gap();
                }
                sound.restart();
                mainKey = 0;
                smallKey = random.nextInt(20);
            } else if (i % 9000 == 6111) {
                main.parameters(i % 18_000 == 6111 ? "x264-high-slices" : "x264-baseline");
                mainKey = 0;
            } else if (i % 9000 == 8000) {
                small.parameters(i % 18_000 == 8000 ? "openh264-baseline" : "x264-baseline");
                smallKey = 0;
            }
            main.keepUpWith(small);
            small.keepUpWith(main);
            main.frame(FRAME, mainKey % 30 == 0, 60);
            small.frame(FRAME, smallKey % 41 == 0, 20);
            mainKey++;
            smallKey++;
            sound.follow();
            if (i % 20 == 0 && ready()) {
                check();
            }
        }
        assertTrue(checked > 1500, "there is something to tell: " + checked);
        assertTrue(several > 20, "outages and parameters begin periods: " + several);
        assertTrue(told.size() > 3 * 12, "of both pictures and the sound: " + told.size());
        sound.close();
        main.close();
        small.close();
    }

    private boolean ready() {
        return RenditionsManifest.tellable(main.view())
                && RenditionsManifest.tellable(small.view())
                && RenditionsManifest.tellable(sound.view());
    }

    private void check() throws Exception {
        List<Rendered> pictures =
                List.of(new Rendered("main", "", main.view()), new Rendered("small", "../small/dash/", small.view()));
        String text = manifest.text(pictures, Optional.of(sound.view()), "");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Element mpd = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertEquals("dynamic", mpd.getAttribute("type"), "§5.3.1.2");
        assertTrue(mpd.hasAttribute("minimumUpdatePeriod"), "§5.3.1.2: a time line is told anew");
        List<Element> periods = all(mpd, "Period");
        assertTrue(!periods.isEmpty(), text);
        several += periods.size() > 1 ? 1 : 0;
        Map<String, Integer> named = new HashMap<>();
        double last = -1;
        for (Element period : periods) {
            double start = Double.parseDouble(period.getAttribute("start").replaceAll("[PTS]", ""));
            assertTrue(start > last, "§5.3.2.1: starts rise");
            last = start;
            assertTrue(all(period, "AdaptationSet").size() <= 2, "renditions stand in one set");
            for (Element each : all(period, "Representation")) {
                String id = each.getAttribute("id");
                named.merge(id, segments(period, each, start), Integer::sum);
            }
        }
        int untold = complete(main.view()) - named.getOrDefault("main", 0);
        assertTrue(untold < 3, "a period waits for its other tracks, but not for long: " + untold);
        checked += untold == 0 ? 1 : 0;
    }

    private static int complete(WindowView view) {
        return (int) view.listed().stream().filter(Segment::complete).count();
    }

    /** Each segment is at the time and has the number and the init segment that it is told to have (§5.3.9.6); what was told of a period stays true (§5.4). */
    private int segments(Element period, Element representation, double start) {
        String id = representation.getAttribute("id");
        WindowView view = id.equals("main") ? main.view() : id.equals("small") ? small.view() : sound.view();
        Element template = all(representation, "SegmentTemplate").get(0);
        long offset = Long.parseLong(template.getAttribute("presentationTimeOffset"));
        assertEquals(start, (double) offset / Ticks.HZ, 1e-4, "the time lines of all begin with the period");
        long number = Long.parseLong(template.getAttribute("startNumber"));
        List<Element> line = all(template, "S");
        long expected = -1;
        for (Element each : line) {
            Segment segment = view.segment(number++).orElseThrow();
            long time = Long.parseLong(each.getAttribute("t"));
            assertEquals(segment.startTicks(), time);
            assertEquals(segment.durationTicks(), Long.parseLong(each.getAttribute("d")));
            assertTrue(expected < 0 || expected == time, "§5.3.9.6.1: without gaps within a period");
            expected = segment.endTicks();
            assertTrue(template.getAttribute("initialization")
                    .endsWith(view.presentation() + "/init" + segment.init().version() + ".mp4"));
        }
        String facts = offset + " " + template.getAttribute("initialization") + " " + template.getAttribute("media")
                + " " + representation.getAttribute("codecs");
        String before = told.putIfAbsent(period.getAttribute("id") + " " + id, facts);
        assertEquals(before == null ? facts : before, facts, "§5.4");
        return line.size();
    }

    private static List<Element> all(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        return new ArrayList<>(IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList());
    }
}
