package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses of other programs, with the members that their own answers have. */
class OtherProgramsTest {
    private static final String KEY = "Authorization";
    private static final String OPERATOR = "Bearer " + PerchServer.KEY;

    private final Map<String, ScriptedSource> sources = new LinkedHashMap<>();

    OtherProgramsTest() {
        sources.put("front", ScriptedSource.steady(PixelFormat.MJPG));
        sources.put("back", ScriptedSource.steady(PixelFormat.MJPG));
    }

    @Test
    void ustreamer_stateKnowsItsClients_andPartsHaveItsHeaders() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            JsonObject idle = result(site, "back/state");
            assertEquals(0, idle.getObject("stream").getInt("clients"));
            assertFalse(idle.getObject("source").getBoolean("online"));
            assertEquals(0, Objects.requireNonNull(sources.get("back")).starts(), "asking starts nothing");
            URLConnection connection = URI.create(site.address("back/stream?key=abc&extra_headers=1&zero_data=1"))
                    .toURL()
                    .openConnection();
            try (InputStream stream = connection.getInputStream()) {
                assertTrue(connection
                        .getHeaderField("Set-Cookie")
                        .matches("stream_client=abc/[0-9a-f]+; path=/; max-age=30"));
                String parts = new String(stream.readNBytes(1500), StandardCharsets.US_ASCII);
                assertTrue(
                        parts.contains("--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\n"),
                        parts);
                for (String header : new String[] {
                    "X-Timestamp: \\d+\\.\\d{6}", "X-UStreamer-Online: true", "X-UStreamer-Width: 320",
                    "X-UStreamer-Client-FPS: \\d+", "X-UStreamer-Grab-End-Time: \\d+\\.\\d{6}",
                            "X-UStreamer-Latency: \\d+\\.\\d{6}"
                }) {
                    assertTrue(parts.lines().anyMatch(line -> line.matches(header)), header + " in " + parts);
                }
                Await.until(20, () -> fps(site) > 0, () -> String.valueOf(fps(site)));
                JsonObject clients =
                        result(site, "back/state").getObject("stream").getObject("clients_stat");
                JsonObject client =
                        clients.getObject(clients.keySet().iterator().next());
                assertEquals("abc", client.getString("key"));
                assertTrue(client.getBoolean("extra_headers") && client.getBoolean("zero_data"));
                assertFalse(client.getBoolean("advance_headers"));
                assertTrue(result(site, "back/state").getObject("source").getBoolean("online"));
                assertEquals(0, result(site, "state").getObject("stream").getInt("clients"), "the first camera's");
            }
        }
    }

    /** A client of mjpg-streamer may name the camera's folder without its slash, and one of µStreamer say yes in its words. */
    @Test
    void wordsAndFoldersAsClientsWriteThem_areTaken() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            HttpResponse<String> folder = site.get("back?action=snapshot");
            assertEquals(302, folder.statusCode());
            assertEquals(
                    "back/?action=snapshot",
                    folder.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]*/", ""));
            try (InputStream stream =
                    URI.create(site.address("stream?extra_headers=Yes")).toURL().openStream()) {
                String part = new String(stream.readNBytes(1200), StandardCharsets.ISO_8859_1);
                assertTrue(part.contains("X-UStreamer-Send-Time: "), part);
            }
        }
    }

    @Test
    void extraHeaders_withPictures_keepTheirLength() throws Exception {
        try (PerchServer site = PerchServer.site(sources);
                InputStream stream = URI.create(site.address("stream?extra_headers=1"))
                        .toURL()
                        .openStream()) {
            String part = new String(stream.readNBytes(1200), StandardCharsets.ISO_8859_1);
            int head = part.indexOf("\r\n\r\n");
            assertTrue(part.substring(0, head).contains("Content-Length: 4\r\n"), part);
            assertTrue(part.substring(0, head).contains("X-UStreamer-Send-Time: "), part);
            assertEquals(
                    "\r\n--boundarydonotcross\r\n",
                    part.substring(head + 8, head + 8 + 24),
                    "four bytes, then the next");
        }
    }

    @Test
    void statesOfAllCameras_haveTheMembersOfTheOriginals() throws Exception {
        try (PerchServer site = PerchServer.site(sources);
                InputStream stream = URI.create(site.address("api/stream.mjpeg?src=back"))
                        .toURL()
                        .openStream()) {
            assertTrue(stream.read() >= 0);
            JsonObject streams = json(site, "api/streams");
            assertEquals(1, streams.getObject("back").getArray("consumers").size());
            assertEquals(
                    "video, recvonly, JPEG",
                    streams.getObject("back")
                            .getArray("producers")
                            .getObject(0)
                            .getArray("medias")
                            .getString(0));
            assertEquals(0, streams.getObject("front").getArray("producers").size());
            JsonObject paths = json(site, "v3/paths/list");
            assertEquals(2, paths.getInt("itemCount"));
            JsonObject back = paths.getArray("items").getObject(1);
            assertEquals("back", back.getString("name"));
            assertTrue(back.getBoolean("ready") && back.getString("readyTime").endsWith("Z"));
            assertEquals(1, back.getArray("readers").size());
            JsonObject status = json(site, "back/status");
            assertTrue(status.getObject("outputs").getObject("stream").getLong("frames") > 0, status::toString);
            assertEquals(
                    site.address("back/stream"),
                    status.getObject("endpoints").getObject("stream").getString("uri"));
            JsonObject program = json(site, "program.json");
            assertEquals("back", program.getArray("inputs").getObject(1).getString("name"));
            assertEquals(0, json(site, "input_1.json").getArray("controls").size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "video.m3u8, hls/index.m3u8",
        "video, video.mp4",
        "back/video?a=b, video.mp4?a=b",
        "back/stream.m3u8, hls/index.m3u8",
        "back/index.m3u8?token=a, hls/index.m3u8?token=a",
        "api/stream.m3u8?src=back, ../back/hls/index.m3u8?src=back",
    })
    void playlists_areFoundWhereOthersHaveThem(String address, String leads) throws Exception {
        try (PerchServer site = PerchServer.site(sources); ) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(site.address(address)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(302, answer.statusCode());
            assertEquals(leads, answer.headers().firstValue("Location").orElse(""));
        }
    }

    @Test
    void unknownSourceAndForeignCommand_areRefused() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            assertEquals(200, site.get("api/frame.jpeg?src=back").statusCode());
            HttpResponse<String> none = site.get("api/frame.jpeg?src=none");
            assertEquals(404, none.statusCode());
            assertTrue(none.body().contains("front, back"), none.body());
            assertEquals(200, site.get("api/streams?src=").statusCode(), "go2rtc takes an empty one for none");
            assertTrue(site.get("api/streams?src=").body().contains("\"back\":{"));
            String command = "?action=command&dest=0&plugin=0&id=9963776&group=1&value=5";
            assertEquals(400, site.get(command, KEY, OPERATOR).statusCode(), "a scripted source has no controls");
            assertEquals(
                    403,
                    site.get(command, KEY, OPERATOR, "Referer", "http://evil.example/")
                            .statusCode());
            assertEquals(
                    403,
                    site.get(command, KEY, OPERATOR, "Sec-Fetch-Site", "cross-site")
                            .statusCode());
            assertEquals(403, site.get(command).statusCode(), "only the operator");
        }
    }

    private static int fps(PerchServer site) {
        JsonObject clients = result(site, "back/state").getObject("stream").getObject("clients_stat");
        return clients.getObject(clients.keySet().iterator().next()).getInt("fps");
    }

    private static JsonObject result(PerchServer site, String path) {
        JsonObject state = json(site, path);
        assertTrue(state.getBoolean("ok"));
        return state.getObject("result");
    }

    private static JsonObject json(PerchServer site, String path) {
        try {
            return JsonParser.object().from(site.get(path).body());
        } catch (IOException | com.grack.nanojson.JsonParserException failed) {
            throw new AssertionError(path, failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
