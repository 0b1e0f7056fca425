package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Await;
import dev.perch.testing.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** HLS and DASH over HTTP: what is waited for, what is refused, what caches may keep, and what becomes of a camera that goes. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class SegmentAnswersTest extends ScriptedServer {
    private static final long FRAME_NANOS = 33_333_333;

    private final HttpClient client = HttpClient.newHttpClient();
    private int number;

    SegmentAnswersTest() {
        super(PixelFormat.H264);
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/" + target));
    }

    private CompletableFuture<HttpResponse<String>> ask(String target) {
        return client.sendAsync(request(target).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String target, String... headers) throws Exception {
        HttpRequest.Builder request = request(target);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private void frames(int count) {
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(FRAME_NANOS);
            source.accessUnit(number++ % 900);
        }
    }

    /** Frames until all of these are answered. */
    private void framesUntil(CompletableFuture<?>... answers) {
        for (int i = 0; i < 300 && !CompletableFuture.allOf(answers).isDone(); i++) {
            frames(1);
        }
    }

    /** The part after the one that the playlist hints at: a frame that is on its way does not complete it. */
    private record Hint(String run, long number, int part) {
        String path() {
            return run + number + "." + part + ".m4s";
        }
    }

    private Hint hint() throws Exception {
        String playlist = get("hls/stream.m3u8").body();
        String[] words =
                playlist.substring(playlist.indexOf("TYPE=PART,URI=\"") + 15).split("[/.]", -1);
        return new Hint(words[0] + "/", Long.parseLong(words[1]), Integer.parseInt(words[2]) + 1);
    }

    /** As {@link #hint}, at the beginning of a segment: on a busy machine many frames may have come since the camera was asked. */
    private Hint earlyHint() throws Exception {
        Hint hint = hint();
        for (int i = 0; i < 60 && hint.part > 1; i++) {
            frames(1);
            hint = hint();
        }
        return hint;
    }

    /** A camera that has given a segment and begun the next. */
    private String begun() throws Exception {
        CompletableFuture<HttpResponse<String>> index = ask("hls/index.m3u8");
        source.awaitStart(1);
        framesUntil(index);
        assertEquals(200, index.get(10, TimeUnit.SECONDS).statusCode());
        return index.get().body();
    }

    private static String answered(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        HttpResponse<String> response = answer.get(10, TimeUnit.SECONDS);
        assertEquals(200, response.statusCode(), response::body);
        return response.body();
    }

    private static String named(String playlist, String ending) {
        return playlist.lines()
                .flatMap(line -> List.of(line.split("\"", -1)).stream())
                .filter(word -> word.endsWith(ending))
                .findFirst()
                .orElseThrow(() -> new AssertionError(ending + " in " + playlist));
    }

    @Test
    void playlists_areTrueAndCacheable() throws Exception {
        String index = begun();
        assertTrue(index.contains("CODECS=\"avc1.64001F\",RESOLUTION=640x360,FRAME-RATE="), index);
        HttpResponse<String> media = get("fake/hls/stream.m3u8", "Origin", "http://homeassistant.local:8123");
        assertEquals(
                "application/vnd.apple.mpegurl",
                media.headers().firstValue("content-type").orElse(""));
        String target =
                media.body().replaceAll("(?s).*#EXT-X-TARGETDURATION:(\\d+).*", "$1"); // longer on a busy machine
        assertEquals(
                "public, max-age=" + Math.max(1, Integer.parseInt(target) / 2),
                media.headers().firstValue("cache-control").orElse(""));
        assertEquals(
                "http://homeassistant.local:8123",
                media.headers().firstValue("access-control-allow-origin").orElse(""));
        assertTrue(media.headers().firstValue("set-cookie").isEmpty());
        String segment = "hls/" + named(media.body(), "0.m4s");
        HttpResponse<String> whole = get(segment);
        assertEquals(
                "public, max-age=31536000, immutable",
                whole.headers().firstValue("cache-control").orElse(""));
        String tag = whole.headers().firstValue("etag").orElseThrow();
        assertEquals(304, get(segment, "If-None-Match", tag).statusCode());
        HttpResponse<String> range = get(segment, "Range", "bytes=4-7");
        assertEquals(206, range.statusCode());
        assertEquals("prft", range.body());
        assertEquals(
                "bytes 4-7/" + whole.body().length(),
                range.headers().firstValue("content-range").orElse(""));
        assertEquals(416, get(segment, "Range", "bytes=99999999-").statusCode());
        assertEquals(
                whole.body().substring(whole.body().length() - 9),
                get(segment, "Range", "bytes=-9").body());
        assertEquals(
                204,
                client.send(
                                request(segment)
                                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode());
    }

    @Test
    void reload_waitsForThePart_withoutAThread() throws Exception {
        begun();
        Hint hint = earlyHint();
        String reload = "hls/stream.m3u8?_HLS_msn=" + hint.number;
        CompletableFuture<HttpResponse<String>> part = ask(reload + "&_HLS_part=" + hint.part);
        CompletableFuture<HttpResponse<String>> segment = ask(reload);
        CompletableFuture<HttpResponse<String>> beyond = ask(reload + "&_HLS_part=" + (hint.part + 9));
        CompletableFuture<HttpResponse<String>> bytes = ask("hls/" + hint.path());
        Await.until(20, () -> !busy(), () -> "a thread waits with the request");
        assertFalse(part.isDone() || bytes.isDone(), () -> hint + ": " + part + bytes);
        framesUntil(part, bytes);
        assertTrue(answered(part).contains(hint.path() + "\""));
        assertFalse(answered(bytes).isEmpty());
        framesUntil(segment, beyond);
        assertTrue(answered(segment).contains("/" + hint.number + ".m4s\n"));
        String next = answered(beyond);
        assertTrue(
                next.contains("/" + (hint.number + 1) + ".0.m4s\"") // or a busy machine has made so many parts
                        || next.contains("/" + hint.number + "." + (hint.part + 9) + ".m4s\""),
                () -> "a part that never comes is the first of the next segment: " + next);
    }

    /** Other tests of this program have servers of their own, whose threads may be busy with other answers. */
    private static boolean busy() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().contains("-exec-"))
                .flatMap(thread -> List.of(thread.getValue()).stream())
                .anyMatch(frame -> frame.getClassName().startsWith("dev.perch.web.segments."));
    }

    @Test
    void wrongNumbers_areRefused() throws Exception {
        begun();
        assertEquals(400, get("hls/stream.m3u8?_HLS_msn=" + (hint().number + 5)).statusCode());
        assertEquals(
                400,
                get("hls/stream.m3u8?_HLS_msn=" + hint().number + "&_HLS_part=40")
                        .statusCode());
        assertEquals(400, get("hls/stream.m3u8?_HLS_part=1").statusCode());
        HttpResponse<String> noNumber = get("hls/stream.m3u8?_HLS_msn=x");
        assertEquals(400, noNumber.statusCode());
        assertTrue(noNumber.body().contains("_HLS_msn=x is not accepted: it is a whole number"), noNumber::body);
        String run = hint().run;
        assertEquals(400, get("hls/" + run + (hint().number + 7) + ".m4s").statusCode());
        assertEquals(404, get("hls/" + run + "0.9.m4s").statusCode());
        assertEquals(404, get("hls/" + run + "init7.mp4").statusCode());
        HttpResponse<String> gone = get("hls/00000000/0.m4s");
        assertEquals(404, gone.statusCode());
        assertEquals(
                "public, max-age=1", gone.headers().firstValue("cache-control").orElse(""));
        assertEquals(404, get("hls/other.m3u8").statusCode());
        assertEquals(404, get("nobody/hls/index.m3u8").statusCode());
    }

    @Test
    void head_startsNoCamera() throws Exception {
        HttpResponse<Void> head = client.send(
                request("hls/index.m3u8")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
        assertEquals(200, head.statusCode());
        assertEquals(0, source.starts());
    }

    @Test
    void camera_thatGoes_endsEveryWait_andComesBackWithADiscontinuity() throws Exception {
        begun();
        Hint hint = hint();
        CompletableFuture<HttpResponse<String>> blocked =
                ask("hls/stream.m3u8?_HLS_msn=" + hint.number + "&_HLS_part=" + hint.part);
        assertEquals(200, get("dash/manifest.mpd").statusCode());
        source.fail(CaptureException.Kind.ABSENT, "Somebody pulled the plug.");
        HttpResponse<String> answer = blocked.get(2, TimeUnit.SECONDS);
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("pulled the plug"), answer.body());
        assertEquals(200, get("hls/stream.m3u8").statusCode(), "what there is can still be played");
        Await.until(
                5,
                () -> camera.state() instanceof CameraState.Starting,
                () -> camera.state().toString());
        source.awaitStart(2);
        number = 0;
        framesUntil(ask("hls/" + hint().path().replaceFirst("\\.\\d+\\.m4s", ".0.m4s")));
        String back = get("hls/stream.m3u8").body();
        assertTrue(back.contains("#EXT-X-DISCONTINUITY\n"), back);
        String manifest = get("dash/manifest.mpd").body();
        Matcher clock =
                Pattern.compile("<UTCTiming [^>]*value=\"(http[^\"]*)\"").matcher(manifest);
        assertTrue(clock.find(), manifest);
        HttpResponse<String> time = client.send(
                HttpRequest.newBuilder(URI.create(clock.group(1))).build(), HttpResponse.BodyHandlers.ofString());
        assertFalse(Instant.parse(time.body()).isAfter(Instant.now().plusSeconds(60)));
        assertEquals(2, manifest.split("<Period", -1).length - 1, manifest);
    }

    @Test
    void dash_sendsASegmentWhileItGrows() throws Exception {
        begun();
        Hint hint = hint();
        assertTrue(get("dash/manifest.mpd").body().contains("media=\"" + hint.run + "$Number$.m4s\""));
        CompletableFuture<HttpResponse<java.io.InputStream>> answer = client.sendAsync(
                request("dash/" + hint.run + hint.number + ".m4s").build(), BodyHandlers.ofInputStream());
        framesUntil(answer);
        assertEquals(200, answer.get(2, TimeUnit.SECONDS).statusCode(), "its head comes with its first frame");
        try (var body = answer.get().body()) {
            assertTrue(body.readNBytes(100).length == 100);
            frames(35);
            assertTrue(body.readAllBytes().length > 5000, "ends with the segment");
        }
        assertTrue(get("dash/time").body().startsWith("20"));
    }
}
