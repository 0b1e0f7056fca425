package dev.perch.web;

import static dev.perch.web.Originals.assertMembers;
import static dev.perch.web.Originals.header;
import static dev.perch.web.Originals.json;
import static dev.perch.web.Originals.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Perch's answers against what the originals answered, as recorded in {@code originals}: µStreamer 4.9 of Debian 12, mjpg-streamer (310b29f, 2021)
 * with pictures out of files, and go2rtc 1.9.9 and MediaMTX 1.20.1
 * with streams of ffmpeg.
 */
class OriginalsTest {
    private static final String BOUNDARY = "--boundarydonotcross";

    /**
     * Headers of µStreamer that Perch has not: nothing is encoded, and a camera's own JPEG has no time of exposure. Its later versions say
     * {@code Grab-Begin} and {@code Grab-End} for {@code Grab}, and so does Perch.
     */
    private static final String LEFT_OUT = "X-UStreamer-((Encode|Expose)-.*|Grab-Time(stamp)?)";

    private final Map<String, ScriptedSource> sources = Map.of("front", ScriptedSource.steady(PixelFormat.MJPG));

    @Test
    void state_hasEachMember_ofTheSameType() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            assertMembers(json("ustreamer-state"), answer(site, "state"), "state");
            try (InputStream watched = open(site, "stream?key=abc&extra_headers=1")) {
                assertTrue(watched.read() >= 0);
                Await.until(
                        20,
                        () -> clients(answer(site, "state")) == 1,
                        () -> answer(site, "state").toString());
                assertMembers(
                        client(json("ustreamer-state-watched")), client(answer(site, "state")), "state of a client");
            }
        }
    }

    @Test
    void programAndInput_haveEachMember() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            JsonObject original = json("mjpg-streamer-program");
            JsonObject ours = answer(site, "program.json");
            for (String list : List.of("inputs", "outputs")) {
                assertMembers(
                        original.getArray(list).getObject(0),
                        ours.getArray(list).getObject(0),
                        list);
            }
            assertMembers(json("mjpg-streamer-input"), answer(site, "input_0.json"), "input_0.json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ustreamer-stream, stream",
        "ustreamer-stream-zero, stream?zero_data=1",
        "ustreamer-stream-extra, stream?key=abc&extra_headers=1",
        "mjpg-streamer-stream, ?action=stream",
    })
    void parts_haveTheHeadersOfTheOriginal_inItsOrder(String original, String address) throws Exception {
        List<String> recorded = lines(original);
        try (PerchServer site = PerchServer.site(sources);
                InputStream stream = open(site, address)) {
            String text = new String(stream.readNBytes(1500), StandardCharsets.ISO_8859_1);
            List<String> wanted = new ArrayList<>();
            for (String name : part(recorded)) {
                if (!name.matches(LEFT_OUT)) {
                    wanted.add(name);
                }
            }
            List<String> ours = new ArrayList<>(part(text.lines().toList()));
            ours.removeAll(Set.of("X-UStreamer-Grab-Begin-Time", "X-UStreamer-Grab-End-Time"));
            assertEquals(wanted, ours, text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ustreamer-snapshot, snapshot",
        "mjpg-streamer-snapshot, ?action=snapshot",
    })
    void snapshot_hasTheHeadersThatAClientReads(String original, String address) throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            HttpResponse<String> answer = site.get(address);
            assertEquals(200, answer.statusCode());
            for (String line : lines(original)) {
                String name = line.replaceFirst(":.*", "");
                boolean read = name.matches("X-.*|(?i)content-type|Pragma|Cache-Control");
                if (read && !name.matches(LEFT_OUT) && !name.equals("X-UStreamer-Dropped")) {
                    assertTrue(answer.headers().firstValue(name).isPresent(), () -> name + " in " + answer.headers());
                }
            }
            assertEquals(
                    "image/jpeg", answer.headers().firstValue("Content-Type").orElse(""));
            assertEquals("320", answer.headers().firstValue("X-UStreamer-Width").orElse(""));
            assertEquals(
                    "true", answer.headers().firstValue("X-UStreamer-Online").orElse(""));
            double grabbed = seconds(answer, "X-UStreamer-Grab-End-Timestamp");
            assertTrue(seconds(answer, "X-UStreamer-Send-Timestamp") >= grabbed && grabbed > 0);
            assertTrue(
                    site.get("snapshot.jpg")
                            .headers()
                            .firstValue("X-UStreamer-Width")
                            .isEmpty(),
                    "our own address");
        }
    }

    /** What identifies connections of go2rtc's own, and what of them Perch does not count, is left out. */
    @Test
    void streamOfGo2rtc_hasItsMembers() throws Exception {
        try (PerchServer site = PerchServer.site(sources);
                InputStream watched = open(site, "api/stream.mjpeg?src=front")) {
            assertTrue(watched.read() >= 0);
            JsonObject original = json("go2rtc-stream-watched");
            JsonObject ours = answer(site, "api/streams?src=front");
            original.getArray("producers").getObject(0).remove("receivers");
            assertMembers(
                    original.getArray("producers").getObject(0),
                    ours.getArray("producers").getObject(0),
                    "a producer");
            original.getArray("consumers").getObject(0).keySet().retainAll(Set.of("format_name", "protocol"));
            assertMembers(
                    original.getArray("consumers").getObject(0),
                    ours.getArray("consumers").getObject(0),
                    "a consumer");
            assertEquals(ours.keySet(), original.keySet());
            assertEquals(
                    ours.keySet(),
                    answer(site, "api/streams").getObject("front").keySet());
        }
    }

    /** What was sent, and frames in error, Perch does not count by camera. */
    @Test
    void pathsOfMediamtx_haveTheirMembers() throws Exception {
        try (PerchServer site = PerchServer.site(sources);
                InputStream watched = open(site, "stream.mjpg")) {
            assertTrue(watched.read() >= 0);
            JsonObject original = json("mediamtx-paths");
            original.getArray("items")
                    .getObject(0)
                    .keySet()
                    .removeAll(Set.of("outboundBytes", "bytesSent", "inboundFramesInError"));
            JsonObject ours = answer(site, "v3/paths/list");
            assertMembers(original, ours, "paths");
            assertMembers(
                    original.getArray("items").getObject(0),
                    ours.getArray("items").getObject(0),
                    "a path");
            assertEquals(
                    1, ours.getArray("items").getObject(0).getArray("tracks2").size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "go2rtc-frame, api/frame.jpeg?src=front",
        "go2rtc-mjpeg, api/stream.mjpeg?src=front",
        "go2rtc-nobody, api/frame.jpeg?src=nobody",
        "go2rtc-nobody, api/streams?src=nobody",
    })
    void answersOfGo2rtc_haveItsStatusAndType(String original, String address) throws Exception {
        List<String> recorded = lines(original);
        try (PerchServer site = PerchServer.site(sources)) {
            HttpURLConnection answer = (HttpURLConnection)
                    URI.create(site.address(address)).toURL().openConnection();
            assertEquals(recorded.get(0).replaceAll("HTTP/1.1 (\\d+) .*", "$1"), "" + answer.getResponseCode());
            if (answer.getResponseCode() == 200) {
                String type = header(recorded, "Content-Type").replaceFirst(";.*", "");
                assertEquals(type, answer.getContentType().replaceFirst(";.*", ""));
                assertEquals(
                        header(recorded, "Content-Length").isEmpty(), answer.getContentLengthLong() < 0, "a length");
            }
            answer.disconnect();
        }
    }

    private static double seconds(HttpResponse<String> answer, String header) {
        return Double.parseDouble(answer.headers().firstValue(header).orElse("-1"));
    }

    /** Returns the names of the headers of the first whole part. */
    private static List<String> part(List<String> lines) {
        List<String> names = new ArrayList<>();
        for (String line : lines.subList(lines.indexOf(BOUNDARY) + 1, lines.size())) {
            if (line.isEmpty() || line.equals(BOUNDARY)) {
                break;
            }
            names.add(line.replaceFirst(":.*", ""));
        }
        return names;
    }

    private static int clients(JsonObject state) {
        return state.getObject("result").getObject("stream").getInt("clients");
    }

    private static JsonObject client(JsonObject state) {
        JsonObject all = state.getObject("result").getObject("stream").getObject("clients_stat");
        return all.getObject(all.keySet().iterator().next());
    }

    private static InputStream open(PerchServer site, String address) throws IOException {
        return URI.create(site.address(address)).toURL().openStream();
    }

    private static JsonObject answer(PerchServer site, String address) {
        try {
            return JsonParser.object().from(site.get(address).body());
        } catch (IOException | com.grack.nanojson.JsonParserException failed) {
            throw new AssertionError(address, failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
