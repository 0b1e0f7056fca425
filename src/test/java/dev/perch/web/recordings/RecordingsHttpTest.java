package dev.perch.web.recordings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The addresses of recordings, of the demo recorded in real time for a few seconds. */
class RecordingsHttpTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private static HttpResponse<byte[]> bytes(PerchServer server, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address(path)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonObject list(PerchServer server) throws Exception {
        return JsonParser.object().from(server.get("front/recordings/list.json").body());
    }

    private static boolean recorded(PerchServer server, long millis) {
        try {
            JsonArray all = list(server).getArray("recordings");
            return !all.isEmpty() && all.getObject(0).getLong("durationMillis") >= millis;
        } catch (Exception notYet) {
            throw new AssertionError(notYet);
        }
    }

    private static int frames(String address) throws Exception {
        List<String> lines = Tool.lines(
                "ffmpeg", "-v", "error", "-i", address, "-map", "0:v", "-vsync", "passthrough", "-f", "framecrc", "-");
        return (int) lines.stream().filter(line -> !line.startsWith("#")).count();
    }

    @Test
    @Tag("players")
    void recordings_areListedSentClippedAndDeleted() throws Exception {
        Path file = folder.resolve("perch.yml");
        Files.writeString(
                file,
                "server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\ncameras:\n  front:\n    demo: true\n    record:\n      path: "
                        + folder
                        + "/%camera/%F-%H-%M-%S.mp4\n      snapshots: 1s\n  back:\n    demo: true\n  broken:\n    demo: true\n    record: { path: /proc/perch/%F.mp4 }\n");
        PerchConfig config = PerchConfig.load(file);
        CameraConfig front = config.cameras().get(0);
        assertTrue(front.record().isPresent());
        try (PerchServer server = PerchServer.start(config, folder.resolve("work"))) {
            Await.until(20, () -> recorded(server, 4_000), () -> "nothing is recorded");
            String name = list(server).getArray("recordings").getObject(0).getString("file");
            growing(server, name);
            told(server);
            playlist(server);
            pictures(server, name);
            HttpResponse<String> stopped = server.put("front/recording", "{\"recording\": false}", "X-None", "none");
            assertEquals(200, stopped.statusCode(), stopped::body);
            Await.until(10, () -> finished(server), () -> "not finished");
            ranges(server, name);
            sounding(server, name);
            clip(server);
            refusals(server);
            inMemory(server);
            delete(server, name);
        }
    }

    private static boolean finished(PerchServer server) {
        try {
            return list(server).getArray("recordings").getObject(0).getBoolean("finished");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void growing(PerchServer server, String name) throws Exception {
        assertEquals("recording", list(server).getString("state"));
        HttpResponse<byte[]> whole = bytes(server, "front/recordings/" + name);
        assertEquals(200, whole.statusCode());
        assertEquals("no-store", whole.headers().firstValue("Cache-Control").orElse(""));
        assertTrue(frames(server.address("front/recordings/" + name)) >= 30);
    }

    private static void told(PerchServer server) throws Exception {
        JsonObject all = JsonParser.object().from(server.get("stats").body()).getObject("recordings");
        assertEquals("recording", all.getObject("front").getString("state"));
        assertEquals(0, all.getObject("front").getLong("droppedFrames", -1));
        assertEquals("failed", all.getObject("broken").getString("state"));
        assertEquals(200, server.get("front/healthz").statusCode());
        HttpResponse<String> health = server.get("healthz");
        assertEquals(503, health.statusCode());
        assertTrue(health.body().contains("broken: Nothing is recorded: the disk does not take it"), health.body());
    }

    private static void playlist(PerchServer server) throws Exception {
        String text = server.get("front/hls/vod.m3u8?from=-1h").body();
        assertTrue(text.contains("#EXT-X-ENDLIST") && text.contains("#EXT-X-BYTERANGE:"), text);
        assertTrue(frames(server.address("front/hls/vod.m3u8?from=-1h")) >= 30);
    }

    /** Snapshots are listed, sent and made a film of; a moment of a recording has a small picture. */
    private static void pictures(PerchServer server, String name) throws Exception {
        Await.until(20, () -> snapshots(server).size() >= 3, () -> "no snapshots");
        JsonArray kept = snapshots(server);
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> picture =
                    bytes(server, "front/recordings/" + kept.getObject(i).getString("file"));
            assertEquals(200, picture.statusCode());
            assertEquals(kept.getObject(i).getLong("sizeBytes"), picture.body().length);
            assertEquals(List.of("640", "360"), size(picture.body()), "as the demo's JPEGs are");
        }
        assertEquals(404, server.get("front/recordings/20200101T000000000Z.jpg").statusCode());
        HttpResponse<byte[]> film = bytes(server, "front/timelapse.mp4?of=snapshots&from=-1h&speed=10");
        assertEquals(200, film.statusCode(), () -> new String(film.body(), StandardCharsets.UTF_8));
        String head = new String(film.body(), 0, 2_000, StandardCharsets.ISO_8859_1);
        assertTrue(head.contains("moov"), "its index is in front");
        Path file = Files.write(Files.createTempFile("film", ".mp4"), film.body());
        assertTrue(frames(file.toString()) >= 3);
        Files.delete(file);
        JsonObject first = list(server).getArray("recordings").getObject(0);
        assertEquals(name + "/thumbnail.jpg", first.getString("thumbnail"));
        HttpResponse<byte[]> still = bytes(server, "front/recordings/" + first.getString("thumbnail") + "?at=1.5");
        assertEquals(200, still.statusCode(), () -> new String(still.body(), StandardCharsets.UTF_8));
        assertEquals("240", size(still.body()).get(0));
        assertEquals(
                400,
                server.get("front/recordings/" + name + "/thumbnail.jpg?at=never")
                        .statusCode());
    }

    private static JsonArray snapshots(PerchServer server) {
        try {
            return JsonParser.object()
                    .from(server.get("front/recordings/snapshots.json").body())
                    .getArray("snapshots");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static List<String> size(byte[] jpeg) throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
        return List.of(String.valueOf(image.getWidth()), String.valueOf(image.getHeight()));
    }

    private static void ranges(PerchServer server, String name) throws Exception {
        byte[] whole = bytes(server, "front/recordings/" + name).body();
        HttpResponse<byte[]> part = bytes(server, "front/recordings/" + name, "Range", "bytes=100-299");
        assertEquals(206, part.statusCode());
        assertEquals(
                "bytes 100-299/" + whole.length,
                part.headers().firstValue("Content-Range").orElse(""));
        assertArrayEquals(Arrays.copyOfRange(whole, 100, 300), part.body());
        String tag = part.headers().firstValue("ETag").orElseThrow();
        assertEquals(
                206,
                bytes(server, "front/recordings/" + name, "Range", "bytes=-5", "If-Range", tag)
                        .statusCode());
        assertEquals(
                200,
                bytes(server, "front/recordings/" + name, "Range", "bytes=-5", "If-Range", "\"x\"")
                        .statusCode());
        assertEquals(
                304,
                bytes(server, "front/recordings/" + name, "If-None-Match", tag).statusCode());
        assertEquals(
                416,
                bytes(server, "front/recordings/" + name, "Range", "bytes=" + whole.length + "-")
                        .statusCode());
        HttpResponse<String> head = server.send("HEAD", "front/recordings/" + name);
        assertEquals(
                String.valueOf(whole.length),
                head.headers().firstValue("Content-Length").orElse(""));
    }

    private static void clip(PerchServer server) throws Exception {
        JsonObject first = list(server).getArray("recordings").getObject(0);
        String from = Instant.ofEpochMilli(first.getLong("startMillis") + 1_510).toString();
        String to = Instant.ofEpochMilli(first.getLong("startMillis") + 3_510).toString();
        String path = "front/clip.mp4?from=" + from + "&to=" + to;
        HttpResponse<byte[]> clip = bytes(server, path);
        assertEquals(200, clip.statusCode());
        assertEquals(
                String.valueOf(clip.body().length),
                clip.headers().firstValue("Content-Length").orElse(""));
        int frames = frames(server.address(path));
        assertTrue(frames >= 20 && frames <= 61, "two seconds, of which a busy machine leaves out some: " + frames);
        assertTrue(frames(server.address("front/timelapse.mp4?speed=10&from=-1h")) >= 2);
    }

    /** The demo's sound is in the file and in a clip of it, as long as its picture and beginning with it. */
    private static void sounding(PerchServer server, String name) throws Exception {
        long start = list(server).getArray("recordings").getObject(0).getLong("startMillis");
        String clip = "front/clip.mp4?from=" + Instant.ofEpochMilli(start + 510) + "&to="
                + Instant.ofEpochMilli(start + 3_510);
        for (String path : List.of("front/recordings/" + name, clip)) {
            List<String> streams = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-show_entries",
                    "stream=codec_name,start_time,duration",
                    "-of",
                    "csv=p=0",
                    server.address(path));
            assertEquals(2, streams.size(), streams::toString);
            List<String> video = List.of(streams.get(0).split(",", -1));
            List<String> sound = List.of(streams.get(1).split(",", -1));
            assertEquals("h264", video.get(0), streams::toString);
            assertEquals("aac", sound.get(0), streams::toString);
            assertEquals(Double.parseDouble(video.get(1)), Double.parseDouble(sound.get(1)), 0.15, streams::toString);
            double end = Double.parseDouble(video.get(1)) + Double.parseDouble(video.get(2));
            assertEquals(
                    end, Double.parseDouble(sound.get(1)) + Double.parseDouble(sound.get(2)), 0.3, streams::toString);
            Tool.output("ffmpeg", "-v", "error", "-xerror", "-i", server.address(path), "-f", "null", "-");
        }
    }

    /** A camera that is not recorded has a clip of what HLS keeps, picture and sound. */
    private static void inMemory(PerchServer server) throws Exception {
        HttpResponse<String> nothing = server.get("back/clip.mp4?from=-10s");
        assertEquals(404, nothing.statusCode());
        assertTrue(nothing.body().contains("nothing is in memory"), nothing.body());
        Await.until(30, () -> segments(server, "back/hls/stream.m3u8") >= 3, () -> "no segments");
        assertEquals(400, server.get("back/clip.mp4?from=never").statusCode());
        HttpResponse<byte[]> clip = bytes(server, "back/clip.mp4?from=-10s");
        assertEquals(200, clip.statusCode());
        assertEquals(
                String.valueOf(clip.body().length),
                clip.headers().firstValue("Content-Length").orElse(""));
        Path file = Files.write(Files.createTempFile("clip", ".mp4"), clip.body());
        int frames = frames(file.toString());
        assertTrue(frames >= 40 && frames <= 300, "frames=" + frames);
        Tool.output("ffmpeg", "-v", "error", "-xerror", "-i", file.toString(), "-f", "null", "-");
        Files.delete(file);
    }

    private static int segments(PerchServer server, String playlist) {
        try {
            return (int) server.get(playlist)
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("#EXTINF"))
                    .count();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void refusals(PerchServer server) throws Exception {
        assertEquals(
                404,
                server.get("front/clip.mp4?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z")
                        .statusCode());
        assertEquals(400, server.get("front/clip.mp4?from=yesterday").statusCode());
        assertEquals(400, server.get("front/clip.mp4?from=now&to=-5s").statusCode());
        assertEquals(404, server.get("front/recordings/20200101T000000000Z.mp4").statusCode());
        assertEquals(404, server.get("back/recordings/").statusCode());
        assertEquals(400, server.put("front/recording", "yes", "X-None", "none").statusCode());
    }

    private void delete(PerchServer server, String name) throws Exception {
        assertEquals(
                200,
                server.put("front/recordings/" + name, "{\"kept\": true}", "X-None", "none")
                        .statusCode());
        assertTrue(list(server).getArray("recordings").getObject(0).getBoolean("kept"));
        assertEquals(204, server.send("DELETE", "front/recordings/" + name).statusCode());
        assertEquals(0, list(server).getArray("recordings").size());
        try (var files = Files.list(folder.resolve("front"))) {
            assertEquals(
                    List.of(folder.resolve("front/.perch-front.lock"), folder.resolve("front/snapshots")),
                    files.sorted().toList());
        }
    }
}
