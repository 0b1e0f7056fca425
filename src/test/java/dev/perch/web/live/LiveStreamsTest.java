package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.testing.Answer;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.DemoServer;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three streams of the demo camera, frame by frame, from the program as it runs. */
@Execution(ExecutionMode.CONCURRENT)
class LiveStreamsTest {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final int ATTEMPTS = 20;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    private static BufferedImage picture(Bytes jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg.toArray()));
    }

    @Test
    void mjpeg_partsAreTheDemosJpegsInOrder() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg")) {
            MultipartBody parts = new MultipartBody(answer.body());
            int last = -1;
            double lastTime = 0;
            for (int i = 0; i < 8; i++) {
                MultipartBody.Part part = parts.next();
                assertEquals("image/jpeg", part.header("Content-Type"));
                assertTrue(part.header("X-Timestamp").matches("\\d{10}\\.\\d{6}"), part.header("X-Timestamp"));
                double time = Double.parseDouble(part.header("X-Timestamp"));
                int number = DEMO.number(part.jpeg());
                assertEquals(number, FrameNumber.read(picture(part.jpeg())));
                assertTrue(last < 0 || DEMO.distance(last, number) == 5, last + " then " + number);
                assertTrue(last < 0 || Math.abs(time - lastTime - 5 / 30.0) < 0.05, lastTime + " then " + time);
                last = number;
                lastTime = time;
            }
        }
    }

    @Test
    void mjpeg_fps_leavesFramesOut() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg?fps=2&duration=2.4")) {
            MultipartBody parts = MultipartBody.ending(answer.body());
            List<Integer> numbers = new ArrayList<>();
            while (!parts.atEnd()) {
                numbers.add(DEMO.number(parts.next().jpeg()));
            }
            assertEquals(5, numbers.size(), numbers::toString);
            for (int i = 1; i < numbers.size(); i++) {
                assertEquals(15, DEMO.distance(numbers.get(i - 1), numbers.get(i)), numbers::toString);
            }
        }
    }

    @Test
    void mjpeg_duration_endsBehindAPart() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg?duration=1")) {
            MultipartBody parts = MultipartBody.ending(answer.body());
            int count = 0;
            for (; !parts.atEnd(); count++) {
                parts.next();
            }
            assertEquals(6, count);
        }
    }

    @Test
    void annexB_isTheDemosAccessUnitsFromAKeyFrameOn() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.h264?duration=2&filename=front.h264")) {
            assertEquals("attachment; filename=\"front.h264\"", answer.header("Content-Disposition"));
            List<ByteBuffer> nals = NalUnits.ofAnnexB(answer.body().readAllBytes());
            assertEquals(
                    List.of(NalUnits.SPS, NalUnits.PPS),
                    nals.subList(0, 2).stream().map(NalUnits::type).toList());
            assertEquals(
                    NalUnits.IDR,
                    nals.stream()
                            .map(NalUnits::type)
                            .filter(type -> type == NalUnits.IDR || type == NalUnits.SLICE)
                            .findFirst()
                            .orElseThrow());
            List<List<ByteBuffer>> units = NalUnits.accessUnits(nals);
            assertEquals(60, units.size());
            assertConsecutive(units);
        }
    }

    private static void assertConsecutive(List<List<ByteBuffer>> units) {
        for (int i = 1; i < units.size(); i++) {
            int before = DEMO.number(units.get(i - 1));
            int after = DEMO.number(units.get(i));
            assertEquals(1, DEMO.distance(before, after), before + " then " + after);
        }
    }

    @Test
    void mp4_fragmentsFollowOneAnother() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mp4?duration=2")) {
            assertTrue(
                    answer.header("Content-Type").matches("video/mp4; codecs=\"avc1\\.64001F,mp4a\\.40\\.2\""),
                    () -> answer.header("Content-Type"));
            Mp4Body body = new Mp4Body(answer.body());
            int timescaleHz = body.init().timescaleHz();
            List<Mp4Body.Fragment> fragments = all(body);
            assertEquals(60, fragments.size());
            assertEquals(0, body.freeBoxes());
            assertNumbered(fragments);
            assertConsecutive(fragments.stream().map(Mp4Body.Fragment::nals).toList());
            long backlog = backlog(fragments, timescaleHz);
            assertTimeline(fragments, (int) backlog, timescaleHz);
        }
    }

    /** The beginning of an answer: its first fragments, and when they were there. */
    private record Start(List<Mp4Body.Fragment> fragments, int timescaleHz, long readMillis) {}

    /** Reads an answer that has begun. */
    private interface Reading {
        List<Mp4Body.Fragment> fragments(Mp4Body body) throws IOException;
    }

    /**
     * Asks in the middle of a GOP, again and again until the answer begins with a key frame that was captured before. A server that had its viewers
     * wait for the next key frame would never do so; one answer alone may begin with a key frame that came meanwhile.
     */
    private static Start startInTheMiddle(String target, Reading reading, String... headers) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Answer first = Answer.get(SERVER.port(), "/stream.mp4")) {
                untilTheMiddleOfAGop(first);
                long askedMillis = System.currentTimeMillis();
                try (Answer second = Answer.get(SERVER.port(), target, headers)) {
                    Mp4Body body = new Mp4Body(second.body());
                    int timescaleHz = body.init().timescaleHz();
                    Mp4Body.Fragment key = body.next().orElseThrow();
                    long readMillis = System.currentTimeMillis();
                    assertTrue(key.key());
                    assertEquals(0, DEMO.number(key.nals()) % 30);
                    if (key.capturedMillis() < askedMillis) {
                        List<Mp4Body.Fragment> fragments = new ArrayList<>(List.of(key));
                        fragments.addAll(reading.fragments(body));
                        return new Start(fragments, timescaleHz, readMillis);
                    }
                }
            }
        }
        throw new AssertionError("no answer began with the key frame that there was");
    }

    @Test
    void mp4_laterViewer_startsAtOnceWithTheGopInStepsOf1Millisecond() throws Exception {
        Start start = startInTheMiddle("/demo/stream.mp4?duration=1.2&backlog=1&prft=1", LiveStreamsTest::all);
        List<Mp4Body.Fragment> fragments = start.fragments();
        assertEquals(36, fragments.size());
        assertNumbered(fragments);
        assertConsecutive(fragments.stream().map(Mp4Body.Fragment::nals).toList());
        int backlog = (int) backlog(fragments, start.timescaleHz());
        assertTrue(backlog >= 12, "backlog=" + backlog);
        assertTrue(
                fragments.get(backlog - 1).capturedMillis() <= start.readMillis(), "a live frame was sent as backlog");
        assertTimeline(fragments, backlog, start.timescaleHz());
    }

    private static void untilTheMiddleOfAGop(Answer answer) throws IOException {
        Mp4Body body = new Mp4Body(answer.body());
        body.init();
        Mp4Body.Fragment fragment = body.next().orElseThrow();
        while (DEMO.number(fragment.nals()) % 30 != 12) {
            fragment = body.next().orElseThrow();
        }
    }

    /** A program that looks at the first frames for the rate, or keeps them; and a browser that says how long it wants to record. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lavf/61.7.100",
                "Wget/1.25",
                "",
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
            })
    void mp4_programThatJoins_startsAtOnceWithTheGopInItsTrueTimes(String agent) throws Exception {
        String target = "/stream.mp4?prft=1" + (agent.startsWith("Mozilla") ? "&start=plain&duration=1.2" : "");
        Start start = startInTheMiddle(
                target,
                body -> {
                    List<Mp4Body.Fragment> next = new ArrayList<>();
                    for (int i = 0; i < 11; i++) {
                        next.add(body.next().orElseThrow());
                    }
                    return next;
                },
                "User-Agent: " + agent);
        assertTimeline(start.fragments(), /* backlog= */ 0, start.timescaleHz());
    }

    @Test
    void mp4_withoutBacklog_beginsWithTheNextKeyFrame() throws Exception {
        try (Answer first = Answer.get(SERVER.port(), "/stream.mp4")) {
            untilTheMiddleOfAGop(first);
            long askedMillis = System.currentTimeMillis();
            try (Answer second = Answer.get(SERVER.port(), "/stream.mp4?backlog=0&prft=1&duration=0.5")) {
                Mp4Body body = new Mp4Body(second.body());
                int timescaleHz = body.init().timescaleHz();
                List<Mp4Body.Fragment> fragments = all(body);
                assertEquals(0, DEMO.number(fragments.get(0).nals()) % 30);
                assertTrue(fragments.get(0).capturedMillis() > askedMillis);
                assertTimeline(fragments, /* backlog= */ 0, timescaleHz);
            }
        }
    }

    @Test
    void mp4_backlogThatMakesNoSense_isRefused() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mp4?backlog=2")) {
            assertTrue(answer.statusLine().contains("400"), answer::statusLine);
        }
    }

    private static List<Mp4Body.Fragment> all(Mp4Body body) throws IOException {
        List<Mp4Body.Fragment> fragments = new ArrayList<>();
        for (Optional<Mp4Body.Fragment> next = body.next(); next.isPresent(); next = body.next()) {
            fragments.add(next.get());
        }
        return fragments;
    }

    private static long backlog(List<Mp4Body.Fragment> fragments, int timescaleHz) {
        return fragments.stream()
                .takeWhile(fragment -> fragment.durationTicks() == timescaleHz / 1000)
                .count();
    }

    private static void assertNumbered(List<Mp4Body.Fragment> fragments) {
        for (int i = 0; i < fragments.size(); i++) {
            assertEquals(i + 1, fragments.get(i).sequenceNumber());
            assertEquals(
                    DEMO.number(fragments.get(i).nals()) % 30 == 0,
                    fragments.get(i).key());
        }
    }

    /** The first {@code backlog} steps are 1 ms long, the others the demo's 33 ms; no fragment reaches much beyond the next one's start. */
    private static void assertTimeline(List<Mp4Body.Fragment> fragments, int backlog, int timescaleHz) {
        assertEquals(0, fragments.get(0).decodeTicks());
        int frameTicks = timescaleHz / 30;
        for (int i = 1; i < fragments.size(); i++) {
            long step = fragments.get(i).decodeTicks() - fragments.get(i - 1).decodeTicks();
            assertEquals(
                    i <= backlog ? timescaleHz / 1000 : frameTicks, (double) step, timescaleHz / 500.0, "step " + i);
            if (i > backlog) {
                assertEquals(frameTicks, fragments.get(i).durationTicks(), timescaleHz / 500.0, "duration " + i);
            }
        }
    }

    @Test
    void annexB_laterViewer_startsAtAKeyFrame() throws Exception {
        try (Answer first = Answer.get(SERVER.port(), "/stream.h264")) {
            NalUnits.LiveStream early = new NalUnits.LiveStream(first.body());
            while (DEMO.number(early.next()) % 30 != 17) {
                assertFalse(first.socket().isClosed());
            }
            try (Answer second = Answer.get(SERVER.port(), "/stream.h264")) {
                NalUnits.LiveStream late = new NalUnits.LiveStream(second.body());
                List<ByteBuffer> start = late.next();
                assertEquals(NalUnits.SPS, NalUnits.type(start.get(0)));
                assertEquals(0, DEMO.number(start) % 30);
                int reached = DEMO.number(late.next());
                assertEquals(1, reached % 30);
            }
        }
    }
}
