package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.testing.Answer;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.DemoServer;
import dev.perch.testing.Mp4Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layout of a stream each client gets: by what its request tells of it, or by what it asks for. */
@Execution(ExecutionMode.CONCURRENT)
class StreamLayoutTest {
    private static final String CHROME =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    private static final String FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final String SAFARI =
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
    private static final String PICTURE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
    private static final int BLOCK_BYTES = 32 << 10;

    /** A thirtieth of a second at the 90 kHz of the track. */
    private static final int FRAME_TICKS = 3000;

    private static final DemoFrames DEMO = DemoFrames.all();

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    private static Answer get(String target, String agent, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(headers));
        lines.add("User-Agent: " + agent);
        return Answer.get(SERVER.port(), target, lines.toArray(String[]::new));
    }

    private static String agent(String name) {
        return switch (name) {
            case "chrome" -> CHROME;
            case "firefox" -> FIREFOX;
            case "safari" -> SAFARI;
            default -> name;
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "curl/7.88.1              | */*                       |       |                     | false",
                "Lavf/59.27.100           | */*                       |       |                     | false",
                "python-requests/2.28     | */*                       |       |                     | false",
                "HomeAssistant/2026.8     | */*                       |       |                     | false",
                "chrome                   | " + PICTURE + "           | image |                     | true",
                "chrome                   | " + PICTURE + "           |       |                     | true",
                "chrome                   | text/html,*/*             |       |                     | true",
                "chrome                   | */*                       | empty |                     | false",
                "chrome                   | */*                       |       |                     | false",
                "firefox                  | image/avif,*/*;q=0.5      |       |                     | true",
                "safari                   | image/webp,*/*            | image |                     | true",
                "chrome                   | " + PICTURE + "           | image | ?advance=0          | false",
                "chrome                   | " + PICTURE + "           | image | ?advance_headers=0  | false",
                "chrome                   | " + PICTURE + "           | image | ?duration=9         | false",
                "curl/7.88.1              | */*                       |       | ?advance=1          | true",
                "curl/7.88.1              | */*                       |       | ?advance_headers=1  | true",
                "curl/7.88.1              | */*                       |       | ?advance=1&duration=9 | true"
            })
    void mjpeg_headersInAdvance_areForBrowsersThatPaintTheParts(
            String agent, String accept, String place, String query, boolean advance) throws Exception {
        String[] headers = place == null
                ? new String[] {"Accept: " + accept}
                : new String[] {"Accept: " + accept, "Sec-Fetch-Dest: " + place};
        try (Answer answer = get("/stream.mjpg" + (query == null ? "" : query), agent(agent), headers)) {
            assertEquals("--boundarydonotcross", Answer.line(answer.body()));
            assertEquals("Content-Type: image/jpeg", Answer.line(answer.body()));
            assertEquals(advance, Answer.line(answer.body()).isEmpty());
        }
    }

    /** What Chromium waits for is there as soon as the picture is: long before the next frame, which is 167 ms away. */
    @Test
    void mjpeg_advance_nextHeaderComesWithTheJpeg() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg?advance=1")) {
            InputStream body = answer.body();
            readTo(body, "--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n");
            readTo(body, "--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n"); // the first frame may have been
            // waiting
            long quickest = Long.MAX_VALUE;
            for (int i = 0; i < 4; i++) {
                byte[] start = body.readNBytes(2);
                assertEquals("ffd8", String.format("%02x%02x", start[0], start[1]));
                long nanos = System.nanoTime();
                byte[] rest = readTo(body, "\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n");
                quickest = Math.min(quickest, System.nanoTime() - nanos);
                DEMO.number(Bytes.copyOf(ByteBuffer.allocate(2 + rest.length)
                        .put(start)
                        .put(rest)
                        .flip()));
            }
            assertTrue(quickest < 100_000_000L, "the header block waits for the next frame");
        }
    }

    /** Home Assistant's way: from the first FFD8 to the first FFD9, whatever stands around. */
    @ParameterizedTest
    @CsvSource({"/stream.mjpg?advance=1", "/stream.mjpg?advance=0", "/stream.mjpg?duration=5"})
    void mjpeg_cutByMarkers(String target) throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), target)) {
            for (int i = 0; i < 3; i++) {
                readTo(answer.body(), "\u00ff\u00d8");
                byte[] middle = readTo(answer.body(), "\u00ff\u00d9");
                DEMO.number(Bytes.copyOf(ByteBuffer.allocate(middle.length + 4)
                        .putShort((short) 0xffd8)
                        .put(middle)
                        .putShort((short) 0xffd9)
                        .flip()));
            }
        }
    }

    @Test
    void mjpeg_advance_slowRate_staysSlow() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg?advance=1&fps=0.4&duration=4.5")) {
            String text = new String(answer.body().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(3, text.split("--boundarydonotcross", -1).length - 1, "two frames, each with its header");
        }
    }

    @ParameterizedTest
    @CsvSource({"advance=maybe", "advance_headers=2"})
    void mjpeg_wordsThatMakeNoSense_areRefused(String query) throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mjpg?" + query)) {
            assertTrue(answer.statusLine().contains("400"), answer::statusLine);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "curl/7.88.1 | */*                | |       |                      | plain",
                "Lavf/59     | */*                | | bytes |                      | plain",
                "chrome      | */*                | video | bytes |                | hybrid",
                "chrome      | */*                | | bytes |                      | hybrid",
                "chrome      | text/html,*/*      | |       |                      | hybrid",
                "chrome      | */*                | empty | |                      | plain",
                "chrome      | */*                | |       |                      | plain",
                "firefox     | video/webm,*/*     | | bytes |                      | twice",
                "firefox     | */*                | |       |                      | plain",
                "safari      | */*                | video | bytes |                | plain",
                "chrome      | */*                | video | bytes | ?start=plain   | plain",
                "curl/7.88.1 | */*                | |       | ?start=hybrid        | hybrid",
                "curl/7.88.1 | */*                | |       | ?start=twice         | twice"
            })
    void mp4_startsAsThePlayerReadsIt(
            String agent, String accept, String place, String range, String query, String start) throws Exception {
        List<String> headers = new ArrayList<>(List.of("Accept: " + accept));
        if (place != null) {
            headers.add("Sec-Fetch-Dest: " + place);
        }
        if (range != null) {
            headers.add("Range: bytes=0-");
        }
        try (Answer answer =
                get("/stream.mp4" + (query == null ? "" : query), agent(agent), headers.toArray(String[]::new))) {
            assertTrue(answer.statusLine().contains(" 200"), "never seekable: " + answer.statusLine());
            assertEquals("", answer.header("Content-Range") + answer.header("Accept-Ranges"));
            Mp4Body body = new Mp4Body(answer.body());
            List<ByteBuffer> first;
            if (start.equals("hybrid")) {
                first = body.hybrid().nals();
            } else {
                body.init();
                first = body.next().orElseThrow().nals();
            }
            Mp4Body.Fragment second = body.next().orElseThrow();
            int step = DemoFrames.all()
                    .distance(DemoFrames.all().number(first), DemoFrames.all().number(second.nals()));
            assertEquals(start.equals("twice") ? 0 : 1, step);
        }
    }

    @Test
    void mp4_hybrid_goesOnWhereTheFirstSampleEnds() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mp4?start=hybrid&pad=1&duration=2")) {
            Mp4Body body = new Mp4Body(answer.body());
            Mp4Body.Fragment first = body.hybrid();
            assertEquals(0, DEMO.number(first.nals()) % 30);
            Mp4Body.Fragment last = first;
            int fragments = 1;
            int starts = 0;
            for (var next = body.next(); next.isPresent(); next = body.next()) {
                Mp4Body.Fragment fragment = next.get();
                assertEquals(fragments, fragment.sequenceNumber());
                assertEquals(1, DEMO.distance(DEMO.number(last.nals()), DEMO.number(fragment.nals())));
                long gapTicks = fragment.decodeTicks() - last.decodeTicks() - last.durationTicks();
                assertTrue(Math.abs(gapTicks) < 20_000, "no gap in time, but gapTicks=" + gapTicks);
                last = fragment;
                fragments++;
                starts += body.fragmentPosition() % BLOCK_BYTES == 0 ? 1 : 0;
            }
            assertEquals(60, fragments);
            assertTrue(starts > 2, "fragments that begin with a block: " + starts);
        }
    }

    /** Chromium starts with these decoded, and keeps as delay what they span. */
    @Test
    void mp4_hybrid_firstFiveFramesAndTheBacklog_standCloseTogether() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mp4?start=hybrid&duration=2")) {
            Mp4Body body = new Mp4Body(answer.body());
            List<Long> ticks = new ArrayList<>(List.of(body.hybrid().decodeTicks()));
            for (var next = body.next(); next.isPresent(); next = body.next()) {
                ticks.add(next.get().decodeTicks());
            }
            assertEquals(60, ticks.size());
            long close = ticks.stream().filter(at -> at <= 0.6 * FRAME_TICKS).count();
            assertTrue(close >= 5, ticks::toString);
            for (int i = (int) close; i < ticks.size(); i++) {
                long step = ticks.get(i) - ticks.get(i - 1);
                assertTrue(Math.abs(step - FRAME_TICKS) < FRAME_TICKS / 10, ticks::toString);
            }
        }
    }

    @Test
    void mp4_prft_tellsWhenEachFrameWasCaptured() throws Exception {
        try (Answer answer = Answer.get(SERVER.port(), "/stream.mp4?prft=1&duration=1")) {
            long before = System.currentTimeMillis();
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            int times = 0;
            for (var next = body.next(); next.isPresent(); next = body.next()) {
                double late = System.currentTimeMillis() - next.get().capturedMillis();
                assertTrue(late > -5 && late < System.currentTimeMillis() - before + 2500, "late=" + late);
                times++;
            }
            assertEquals(30, times);
        }
    }

    /** The bytes up to {@code mark}, which is read too. */
    private static byte[] readTo(InputStream in, String mark) throws IOException {
        byte[] wanted = mark.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < wanted.length) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the body ended before " + mark);
            }
            read.write(next);
            matched = (byte) next == wanted[matched] ? matched + 1 : (byte) next == wanted[0] ? 1 : 0;
        }
        return Arrays.copyOf(read.toByteArray(), read.size() - wanted.length);
    }
}
