package dev.perch.dash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.cmaf.Ticks;
import dev.perch.window.ScriptedSound;
import dev.perch.window.ScriptedStream;
import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The rules of ISO/IEC 23009-1 for what the manifest has, over an hour of a camera's life in a few seconds. */
class ManifestTest {
    private static final String CLOCK = "http://pi:8080/a&b/\"front\"/dash/time";

    private static final long FRAME = 33_333_333;

    private final ScriptedStream stream = ScriptedStream.usual();
    private final ScriptedSound sound = new ScriptedSound(stream, 48_000);
    private final Manifest manifest = new Manifest();
    private final Random random = new Random(23009);
    private final Map<String, String> periods = new HashMap<>(); // what was told of each
    private String availabilityStart = "";

    @Test
    void anHour() throws Exception {
        long jitter = 0;
        int sinceKey = 0;
        int periodsSeen = 0;
        int checked = 0;
        for (int i = 0; i < 3600 * 30; i++) {
            boolean key = sinceKey >= 29;
            if (i % 9000 == 4500) {
                stream.away("unplugged");
                stream.pass(7_000_000_000L);
                stream.gap();
                sound.restart();
                key = true;
            } else if (i % 9000 == 6111) {
                stream.parameters(i % 18_000 == 6111 ? "x264-high-slices" : "x264-baseline");
                key = true;
            } else if (i % 9000 == 7000) {
                stream.stepClock(5_000_000L);
            } else if (i % 700 == 50) {
                stream.pass(FRAME);
            }
            long next = random.nextInt(8_000_000) - 4_000_000L;
            stream.frame(FRAME + next - jitter, key, 60);
            jitter = next;
            sinceKey = key ? 0 : sinceKey + 1;
            sound.follow();
            if (i % 20 == 0 && stream.view().playable() && Manifest.reaches(sound.view(), stream.view())) {
                checked++;
                periodsSeen = Math.max(periodsSeen, check(stream.view()));
            }
        }
        assertTrue(periods.size() > 24, "outages, parameters and clock steps begin periods: " + periods.size());
        assertTrue(periodsSeen >= 2);
        assertTrue(checked > 5000, "the sound is seldom behind: " + checked);
        sound.close();
        stream.close();
    }

    private int check(WindowView view) throws Exception {
        String text = manifest.text(view, Optional.of(sound.view()), CLOCK);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Element mpd = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertEquals("urn:mpeg:dash:schema:mpd:2011", mpd.getNamespaceURI());
        assertEquals("dynamic", mpd.getAttribute("type"), "§5.3.1.2");
        for (String needed :
                List.of("profiles", "minBufferTime", "availabilityStartTime", "publishTime", "minimumUpdatePeriod")) {
            assertTrue(mpd.hasAttribute(needed), () -> "§5.3.1.2, table 3: a dynamic MPD has @" + needed);
        }
        availabilityStart = availabilityStart.isEmpty() ? mpd.getAttribute("availabilityStartTime") : availabilityStart;
        assertEquals(availabilityStart, mpd.getAttribute("availabilityStartTime"), "§5.4: it never changes");
        Instant.parse(mpd.getAttribute("publishTime"));
        assertEquals(List.of("ServiceDescription", "Period", "UTCTiming"), distinct(mpd), "§5.3.1.3: in this order");
        assertEquals(
                List.of(CLOCK, Manifest.TIME_PATH),
                children(mpd, "UTCTiming").stream()
                        .map(timing -> timing.getAttribute("value"))
                        .toList());
        List<Element> all = children(mpd, "Period");
        for (Element period : all) {
            List<Element> sets = children(period, "AdaptationSet");
            assertEquals(2, sets.size(), "pictures and sound");
            for (Element set : sets) {
                set(period, set);
            }
            alike(sets.get(0), sets.get(1));
        }
        times(all, view);
        return all.size();
    }

    /** The numbers of both mean the same times. */
    private static void alike(Element pictures, Element sound) {
        Element one = children(pictures, "SegmentTemplate").get(0);
        Element other = children(sound, "SegmentTemplate").get(0);
        for (String shared : List.of("timescale", "duration", "startNumber", "presentationTimeOffset")) {
            assertEquals(one.getAttribute(shared), other.getAttribute(shared), shared);
        }
        assertNotEquals(one.getAttribute("media"), other.getAttribute("media"));
    }

    private void set(Element period, Element set) {
        assertEquals(List.of("ProducerReferenceTime", "SegmentTemplate", "Representation"), distinct(set), "§5.3.3.3");
        Element template = children(set, "SegmentTemplate").get(0);
        assertTrue(template.getAttribute("media").contains("$Number$"), "§5.3.9.4.4");
        assertEquals("false", template.getAttribute("availabilityTimeComplete"));
        double early = Double.parseDouble(template.getAttribute("availabilityTimeOffset"));
        double seconds = number(template, "duration") / number(template, "timescale");
        assertTrue(early > 0 && early < seconds, "§5.3.9.5.1: available with its first chunk");
        Element representation = children(set, "Representation").get(0);
        boolean video = set.getAttribute("contentType").equals("video");
        List<String> own = video ? List.of("width", "height", "frameRate") : List.of("audioSamplingRate");
        for (String needed : Stream.concat(Stream.of("id", "bandwidth", "codecs"), own.stream())
                .toList()) {
            assertTrue(representation.hasAttribute(needed), () -> "§5.3.5.2 @" + needed);
        }
        assertTrue(!video || representation.getAttribute("frameRate").matches("\\d+(/\\d+)?"), "§5.3.7.2");
        assertEquals(
                video ? 0 : 1,
                children(representation, "AudioChannelConfiguration").size());
        assertEquals(
                video ? "avc1" : "mp4a", representation.getAttribute("codecs").substring(0, 4));
        String told = period.getAttribute("start") + " " + template.getAttribute("duration") + " "
                + template.getAttribute("startNumber") + " " + template.getAttribute("presentationTimeOffset") + " "
                + template.getAttribute("initialization") + " " + representation.getAttribute("codecs");
        String before = periods.putIfAbsent(period.getAttribute("id") + set.getAttribute("id"), told);
        assertEquals(before == null ? told : before, told, "§5.4: what was told of a period stays true");
    }

    /** §7.2.1: each segment stands where its number says, give or take half a segment; periods follow each other. */
    private static void times(List<Element> all, WindowView view) {
        double lastStart = -1;
        for (int i = 0; i < all.size(); i++) {
            Element template = children(children(all.get(i), "AdaptationSet").get(0), "SegmentTemplate")
                    .get(0);
            double start = Double.parseDouble(all.get(i).getAttribute("start").replaceAll("[PTS]", ""));
            assertTrue(start > lastStart, "§5.3.2.1: starts rise");
            assertEquals(number(template, "presentationTimeOffset") / Ticks.HZ, start, 1e-4);
            lastStart = start;
            long first = (long) number(template, "startNumber");
            long end = i + 1 < all.size()
                    ? (long) number(
                            children(children(all.get(i + 1), "AdaptationSet").get(0), "SegmentTemplate")
                                    .get(0),
                            "startNumber")
                    : view.nextNumber();
            for (Segment segment : view.listed()) {
                if (segment.number() >= first && segment.number() < end) {
                    double nominal = start + (segment.number() - first) * number(template, "duration") / Ticks.HZ;
                    double seconds = (double) segment.startTicks() / Ticks.HZ;
                    assertEquals(nominal, seconds, 0.5, "§7.2.1");
                }
            }
        }
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element
                    && (name.isEmpty() || element.getLocalName().equals(name))) {
                found.add(element);
            }
        }
        return found;
    }

    private static List<String> distinct(Element parent) {
        return children(parent, "").stream()
                .map(Element::getLocalName)
                .distinct()
                .toList();
    }
}
