package dev.perch.web.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.access.UserFile;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.DemoSource;
import dev.perch.source.Source;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** /stats and /healthz, as a monitor reads them. */
class MonitorsTest {
    private final CaptureException unplugged =
            new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was unplugged.");

    @Test
    void stats_names_areThoseOfTheDocument() throws Exception {
        Map<String, Source> sources = new LinkedHashMap<>();
        sources.put("front", ScriptedSource.steady(PixelFormat.MJPG));
        sources.put("demo", new DemoSource("demo", new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"))));
        try (PerchServer site = PerchServer.site(sources);
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Live.class);
            Set<String> names = new TreeSet<>();
            collect(stats(site), "", names);
            Set<String> everywhere = documented();
            everywhere.removeIf(
                    name -> name.startsWith("cameras[].audio.card.") || name.equals("cameras[].renditions"));
            assertEquals(everywhere, names, "those of no sound card and no rendition");
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void health_isBadAfterAnErrorInARequest_whichIsAnsweredInWords() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG).failingControls(new StackOverflowError());
        try (PerchServer site = PerchServer.site(Map.of("front", source))) {
            assertEquals(200, site.get("healthz").statusCode());
            HttpResponse<String> failed = site.get("front/controls");
            assertEquals(500, failed.statusCode());
            assertEquals(
                    "application/problem+json",
                    failed.headers().firstValue("Content-Type").orElse(""));
            HttpResponse<String> health = site.get("healthz");
            assertEquals(503, health.statusCode());
            assertTrue(health.body().contains("An error (StackOverflowError) befell a request 0 s ago"), health.body());
            assertEquals(200, site.get("stats").statusCode(), "everything else goes on");
        }
    }

    @Test
    void stats_live_countsWhatHappened() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Live.class);
            JsonObject stats = stats(site);
            JsonObject camera = stats.getArray("cameras").getObject(0);
            assertEquals("live", camera.getString("state"));
            assertEquals(320, camera.getInt("width"));
            assertEquals(12.5, camera.getDouble("negotiatedFps"));
            assertEquals("MJPG", camera.getString("format"));
            assertEquals(3, camera.getObject("session").getInt("sequenceGaps"));
            JsonObject jpeg = camera.getObject("feeds").getObject("JPEG");
            assertTrue(jpeg.getInt("frames") > 0, jpeg::toString);
            assertEquals(4 * jpeg.getInt("frames"), jpeg.getInt("bytes"));
            assertEquals(1, jpeg.getInt("viewers"));
            assertTrue(camera.getLong("lastFrameAgeMillis", -1) >= 0, camera::toString);
            assertEquals(jpeg.getInt("ringBytes"), stats.getObject("budget").getInt("leasedBytes"), stats::toString);
            assertEquals("0.0.1-test", stats.getObject("program").getString("version"));
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void stats_idle_hasNullsAndStartsNothing() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        try (PerchServer site = PerchServer.site(Map.of("front", source))) {
            HttpResponse<String> answer = site.get("stats", "Origin", "http://192.168.1.9:8123");
            JsonObject camera =
                    JsonParser.object().from(answer.body()).getArray("cameras").getObject(0);
            assertEquals("idle", camera.getString("state"));
            assertTrue(camera.isNull("width") && camera.isNull("lastFrameAgeMillis"), camera::toString);
            assertEquals(
                    "application/json",
                    answer.headers().firstValue("Content-Type").orElse(""));
            assertEquals(
                    "http://192.168.1.9:8123",
                    answer.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
            assertTrue(answer.headers().firstValue("Cache-Control").orElse("").contains("no-store"));
            assertEquals(0, source.starts());
        }
    }

    @Test
    void healthz_idle_is200AndStartsNothing() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        try (PerchServer site = PerchServer.site(Map.of("front", source))) {
            assertEquals(200, site.get("healthz").statusCode());
            assertEquals(200, site.get("front/healthz").statusCode());
            assertEquals(200, site.get("metrics").statusCode());
            assertEquals(0, source.starts());
        }
    }

    @Test
    void healthz_lost_is503WithTheReason_otherCameraStays200() throws Exception {
        Map<String, ScriptedSource> sources = new LinkedHashMap<>();
        sources.put("front", ScriptedSource.steady(PixelFormat.MJPG));
        sources.put("back", ScriptedSource.steady(PixelFormat.MJPG));
        try (PerchServer site = PerchServer.site(sources);
                Watch front = site.camera("front").watch(Encoding.JPEG, null);
                Watch back = site.camera("back").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Live.class);
            site.await("back", CameraState.Live.class);
            assertEquals(200, site.get("healthz").statusCode());
            sources.get("back").lose(unplugged);
            site.await("back", CameraState.Lost.class);
            JsonObject toViewers = JsonParser.object().from(site.get("healthz").body());
            assertEquals("back: … was unplugged.", toViewers.getString("reason"), "to who may only watch");
            HttpResponse<String> all = site.get("healthz", "X-Perch-Key", PerchServer.KEY);
            assertEquals(503, all.statusCode());
            JsonObject json = JsonParser.object().from(all.body());
            assertFalse(json.getBoolean("healthy"));
            assertEquals("back: /dev/video7 was unplugged.", json.getString("reason"));
            assertTrue(json.getArray("cameras").getObject(1).getLong("lastFrameAgeMillis", -1) >= 0, json::toString);
            assertEquals(503, site.get("back/healthz").statusCode());
            assertEquals(200, site.get("front/healthz").statusCode());
            assertEquals(2, front.camera().watchers() + back.camera().watchers());
        }
    }

    /** A container's health check has no name, and needs none to hear whether all is well: but nothing more, and from this machine alone. */
    @Test
    void healthz_whereUsersAre_tellsThisMachineWhetherAllIsWell(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("ann", 1, "viewer", "correct horse"))
                .write(users);
        AccessConfig access = new AccessConfig(
                Optional.of(users), false, Optional.empty(), Optional.empty(), AccessConfig.NONE.ofAll(), Map.of());
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        Map<CameraConfig, Source> cameras = Map.of(TestCameras.demo("bedroom"), source);
        try (PerchServer site = PerchServer.siteOf(cameras).access(access).startInPlainTomcat();
                Watch watch = site.camera("bedroom").watch(Encoding.JPEG, null)) {
            site.await("bedroom", CameraState.Live.class);
            assertEquals("200 {\"healthy\":true,\"reason\":\"\",\"cameras\":[]}", health(site));
            source.lose(unplugged);
            site.await("bedroom", CameraState.Lost.class);
            String lost = health(site);
            assertTrue(lost.startsWith("503 {\"healthy\":false"), lost);
            assertFalse(lost.contains("bedroom") || lost.contains("unplugged"), lost);
            assertEquals(401, site.get("bedroom/healthz").statusCode());
            assertEquals(
                    401, site.get("healthz", "X-Forwarded-For", "192.168.0.9").statusCode());
            assertEquals(1, watch.camera().watchers());
        }
    }

    private static String health(PerchServer site) throws Exception {
        HttpResponse<String> answer = site.get("healthz");
        return answer.statusCode() + " " + answer.body();
    }

    /** A camera that is not plugged in when the program starts has no start that could fail. */
    @Test
    void healthz_deviceThatHasNeverAnswered_isLost() throws Exception {
        ScriptedSource absent = new ScriptedSource().failing(unplugged);
        try (PerchServer site = PerchServer.site(Map.of("front", absent))) {
            Await.until(20, () -> status(site) == 503, () -> "healthy");
            JsonObject json = JsonParser.object()
                    .from(site.get("healthz", "X-Perch-Key", PerchServer.KEY).body());
            assertEquals("front: /dev/video7 was unplugged.", json.getString("reason"));
            assertEquals("lost", json.getArray("cameras").getObject(0).getString("state"));
            assertEquals("lost", stats(site).getArray("cameras").getObject(0).getString("state"));
            assertEquals(0, absent.starts());
        }
    }

    private static int status(PerchServer site) {
        try {
            return site.get("healthz").statusCode();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void healthz_refused_is503() throws Exception {
        CaptureException reason = new CaptureException(CaptureException.Kind.UNSUPPORTED, "no format that is served");
        try (PerchServer site = PerchServer.site(
                        Map.of("front", ScriptedSource.steady(PixelFormat.MJPG).failing(reason)));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Refused.class);
            assertEquals(503, site.get("front/healthz").statusCode());
            assertEquals(1, watch.camera().watchers());
        }
    }

    private static JsonObject stats(PerchServer site) throws Exception {
        return JsonParser.object().from(site.get("stats").body());
    }

    /** The names in the first column of docs/stats.md, such as {@code cameras[].feeds.*.frames}. */
    private static Set<String> documented() throws Exception {
        Set<String> names = new TreeSet<>();
        Matcher rows = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(Files.readString(Path.of("docs/stats.md")));
        while (rows.find()) {
            names.add(rows.group(1));
        }
        return names;
    }

    private static void collect(Object value, String path, Set<String> names) {
        if (value instanceof JsonObject object) {
            boolean anyName = path.endsWith("feeds") || path.endsWith("derivations") || path.endsWith("holders");
            object.forEach((name, member) ->
                    collect(member, path.isEmpty() ? name : path + "." + (anyName ? "*" : name), names));
        } else if (value instanceof JsonArray array && !array.isEmpty() && array.get(0) instanceof JsonObject) {
            array.forEach(member -> collect(member, path + "[]", names));
        } else {
            names.add(path);
        }
    }
}
