package dev.perch.web;

import static dev.perch.web.Originals.assertMembers;
import static dev.perch.web.Originals.header;
import static dev.perch.web.Originals.json;
import static dev.perch.web.Originals.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.media.PixelFormat;
import dev.perch.testing.DemoServer;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Perch's answers against those of camera-streamer (e17a86e, 2026; its dummy camera with a JPEG, and with H.264) and of fmp4streamer 3.4.7 (its server with
 * access units out of a file), as recorded in {@code originals}.
 */
class OriginalStreamersTest {
    private static final String IPHONE =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";

    /** Gives H.264; no other picture is asked of it, for which a machine may have no program. */
    @RegisterExtension
    static final DemoServer DEMO = new DemoServer();

    @Test
    void statusWithJpeg_hasEachMember_andLeadsToWhatIsThere() throws Exception {
        try (PerchServer site = jpeg()) {
            assertStatus("camera-streamer-status", site.address("front/"), "stream", List.of("snapshot", "stream"));
        }
    }

    @Test
    void statusWithH264_hasEachMember_andLeadsToWhatIsThere() throws Exception {
        assertStatus("camera-streamer-status-video", DEMO.address("demo/"), "video.h264", List.of("video"));
    }

    /** Of the buffers of a device Perch tells in /stats. */
    private static void assertStatus(String recorded, String camera, String watched, List<String> there)
            throws Exception {
        JsonObject original = json(recorded);
        JsonObject captured = first(first(original, "devices"), "captures");
        captured.remove("nbufs");
        try (InputStream viewer = open(camera + watched).getInputStream();
                InputStream status = open(camera + "status").getInputStream()) {
            assertTrue(viewer.read() >= 0);
            JsonObject ours = JsonParser.object().from(status);
            assertMembers(original, ours, "status");
            assertMembers(first(original, "devices"), first(ours, "devices"), "a device");
            assertMembers(captured, first(first(ours, "devices"), "captures"), "what is captured");
            assertMembers(first(original, "links"), first(ours, "links"), "a link");
            assertTrue(first(ours, "links")
                    .getArray("callbacks")
                    .containsAll(first(original, "links").getArray("callbacks")));
            for (String name : there) {
                String uri = ours.getObject("endpoints").getObject(name).getString("uri");
                assertEquals(camera + name, uri);
                HttpURLConnection answer = open(uri);
                assertEquals(200, answer.getResponseCode(), uri);
                answer.disconnect();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "camera-streamer-snapshot, snapshot",
        "camera-streamer-stream, stream",
        "camera-streamer-nothing, nothing",
    })
    void answersWithJpeg_haveTheOriginalsStatusAndType(String original, String address) throws Exception {
        try (PerchServer site = jpeg()) {
            assertAnswer(lines(original), site.address(address));
        }
    }

    @ParameterizedTest
    @CsvSource({"camera-streamer-mp4, video.mp4", "fmp4streamer-mp4, stream.mp4?audio=0"})
    void answersWithH264_haveTheOriginalsStatusAndType(String original, String address) throws Exception {
        assertAnswer(lines(original), DEMO.address(address));
    }

    private static void assertAnswer(List<String> recorded, String address) throws Exception {
        HttpURLConnection answer = open(address);
        assertEquals(recorded.get(0).replaceAll("HTTP/1.\\d (\\d+) .*", "$1"), "" + answer.getResponseCode());
        if (answer.getResponseCode() == 200) {
            String type = header(recorded, "Content-Type");
            String ours = answer.getContentType();
            assertEquals(
                    form(type),
                    type.contains("codecs=") ? form(ours) : form(ours).replaceFirst(";.*", ""));
            assertEquals(header(recorded, "Content-Length").isEmpty(), answer.getContentLengthLong() < 0, "a length");
        }
        answer.disconnect();
    }

    /** The playlists of both lead to an endless film, ours to segments. */
    @Test
    void playlists_haveTheOriginalsType_andItsWords() throws Exception {
        HttpURLConnection safari = open(DEMO.address("video"));
        safari.setInstanceFollowRedirects(false);
        safari.setRequestProperty("User-Agent", IPHONE);
        assertEquals("video.m3u8?", header(lines("camera-streamer-video-safari"), "Location"));
        assertEquals("hls/index.m3u8", safari.getHeaderField("Location"));
        List<String> original = lines("fmp4streamer-playlist");
        String stream = original.get(original.indexOf("#EXTM3U") + 1);
        assertTrue(stream.matches("#EXT-X-STREAM-INF:BANDWIDTH=.*,RESOLUTION=.*,CODECS=\"avc1\\..*"), stream);
        for (String address : List.of("video.m3u8", "stream.m3u8")) {
            HttpURLConnection answer = open(DEMO.address(address)); // follows to where it is led
            try (InputStream body = answer.getInputStream()) {
                String playlist = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.getContentType().matches("application/(x-mpegURL|vnd.apple.mpegurl)"));
                String ours = playlist.lines()
                        .filter(line -> line.startsWith("#EXT-X-STREAM-INF:"))
                        .findFirst()
                        .orElse("");
                assertTrue(
                        ours.contains("BANDWIDTH=") && ours.contains("RESOLUTION=") && ours.contains("CODECS=\"avc1."),
                        playlist);
                assertFalse(playlist.contains("#EXT-X-ENDLIST"), "it goes on");
            }
        }
    }

    private static PerchServer jpeg() throws Exception {
        return PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)));
    }

    private static JsonObject first(JsonObject in, String array) {
        return in.getArray(array).getObject(0);
    }

    /** Returns a type without what differs between two streams: the boundary, the profile. */
    private static String form(String type) {
        return type.replaceFirst(";? ?boundary=.*", "").replaceFirst("avc1\\.[0-9a-fA-F]{6}", "avc1.");
    }

    private static HttpURLConnection open(String address) throws IOException {
        return (HttpURLConnection) URI.create(address).toURL().openConnection();
    }
}
