package dev.perch.web.controls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.media.PixelFormat;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** /{camera}/controls, as a program uses it. */
class ControlsAnswersTest {
    private final FakeControls controls = new FakeControls();
    private final FakeV4l2 driver = new FakeV4l2().controls(controls);
    private PerchServer site; // set by open

    @BeforeEach
    void open() throws Exception {
        Map<String, ScriptedSource> sources = new LinkedHashMap<>();
        sources.put("front", ScriptedSource.steady(PixelFormat.MJPG).controlledBy(driver));
        sources.put("bare", ScriptedSource.steady(PixelFormat.MJPG));
        site = PerchServer.site(sources);
    }

    @AfterEach
    void close() {
        site.close();
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void get_tellsEachControl() throws Exception {
        HttpResponse<String> answer = site.get("front/controls");
        assertEquals(200, answer.statusCode());
        assertEquals(Optional.of("application/json"), answer.headers().firstValue("Content-Type"));
        JsonObject json = json(answer);
        assertEquals("front", json.getString("camera"));
        assertEquals(12, json.getArray("controls").size());
        assertEquals(JsonParser.object().from("""
                        {"name": "h264_level", "title": "H264 Level", "group": "Codec Controls", "type": "menu",
                         "settable": true, "minimum": 0, "maximum": 4, "step": 1, "default": 4, "value": 4, "flags": [],
                         "accepted": "the name or number of an entry: 0 \\"1\\", 1 \\"1b\\", 2 \\"4\\", 4 \\"4.2\\"",
                         "menu": [{"number": 0, "name": "1"}, {"number": 1, "name": "1b"}, {"number": 2, "name": "4"},
                                  {"number": 4, "name": "4.2"}]}
                        """), control(json, "h264_level"));
        assertEquals(false, control(json, "horizontal_flip").get("value"));
        assertEquals(
                8589934592L, control(json, "large_number").getNumber("value").longValue());
        assertEquals("ab", control(json, "string").get("value"));
        assertTrue(control(json, "matrix").isNull("value"));
        assertEquals(
                List.of("read-only", "volatile"), control(json, "temperature").getArray("flags"));
        assertEquals(answer.body(), site.get("controls").body()); // the first camera needs no name
    }

    @Test
    void put_setsInTheOrderOfTheObject_andAnswersWhatIs() throws Exception {
        HttpResponse<String> answer = site.put(
                "front/controls",
                "{\"string\": \"xyz\", \"brightness\": 7, \"h264_level\": \"1b\", \"horizontal_flip\": true, \"do_it_now\": true}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                List.of("String=xyz", "Brightness=7", "H264 Level=1", "Horizontal Flip=1", "Do It Now=1"),
                controls.written());
        assertEquals(7, control(json(answer), "brightness").getInt("value"));
        assertEquals("xyz", control(json(answer), "string").getString("value"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"brightness\": 900} | brightness: found 900, accepted: a whole number from 0 to 255.",
                "{\"brightness\": 1.5} | brightness: found \"1.5\", accepted: a whole number from 0 to 255.",
                "{\"brightness\": null} | \"brightness\" has no plain value; accepted: a number, true or false, or a text.",
                "{\"brightness\": 1, \"brightness\": 2} | The body names \"brightness\" twice.",
                "{} | The body names no control; accepted: names of controls with their values, such as {\"brightness\": 140}.",
                "[1] | The body is no JSON object; accepted: names of controls with their values, such as {\"brightness\": 140}.",
            })
    void put_wrong_isRefusedWithWhatIsAccepted(String body, String detail) throws Exception {
        HttpResponse<String> answer = site.put("front/controls", body);
        assertEquals(400, answer.statusCode());
        assertEquals(detail, json(answer).getString("detail"));
        assertEquals(List.of(), controls.written());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\": 1", "{\"a\": }", "brightness=1", "\u0000", "{\"a\": 1} x"})
    void put_noJson_isRefused(String body) throws Exception {
        assertEquals(400, site.put("front/controls", body).statusCode());
    }

    @Test
    void put_wrongName_namesTheAcceptedOnes() throws Exception {
        JsonObject problem = json(site.put("front/controls", "{\"brihgtness\": 1}"));
        assertEquals("brihgtness", problem.getString("control"));
        assertTrue(problem.getString("detail").contains("did you mean \"brightness\"?"));
        assertTrue(problem.getString("accepted").contains("integer_menu"));
    }

    @Test
    void put_notNow_isAConflict() throws Exception {
        controls.refuses("Brightness", 16);
        HttpResponse<String> answer = site.put("front/controls", "{\"brightness\": 1}");
        assertEquals(409, answer.statusCode());
        assertEquals(
                "brightness cannot be set now: the device holds it while it captures (EBUSY).",
                json(answer).getString("detail"));
    }

    @Test
    void put_tooLong_isRefused() throws Exception {
        String body = "{\"string\": \"" + "x".repeat(70_000) + "\"}";
        assertEquals(400, site.put("front/controls", body).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For, 192.0.2.7, 403",
        "Forwarded, for=192.0.2.7, 403",
        "Via, 1.1 proxy, 403",
        "X-Perch-Key, wrong, 403",
        "Authorization, Bearer wrong, 403",
        "X-Perch-Key, s3cret, 200",
        "Authorization, Bearer s3cret, 200",
        "Authorization, bearer s3cret, 200",
        "X-Perch-Key, l0cal, 200",
        "X-Other, 1, 403"
    })
    void put_isTheOperators(String header, String value, int status) throws Exception {
        HttpResponse<String> answer = site.put("front/controls", "{\"brightness\": 1}", header, value);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(status == 200 ? List.of("Brightness=1") : List.of(), controls.written());
    }

    @Test
    void put_throughAProxyWithTheKey_isTheOperators() throws Exception {
        HttpResponse<String> answer = site.put(
                "front/controls",
                "{\"brightness\": 1}",
                "X-Forwarded-For",
                "192.0.2.7",
                "X-Perch-Key",
                PerchServer.KEY);
        assertEquals(200, answer.statusCode());
    }

    @Test
    void pagesOfOtherSites_mayLookOnly() throws Exception {
        HttpResponse<String> answer = site.send("OPTIONS", "front/controls", "Origin", "http://mainsail.local");
        assertEquals(Optional.of("GET, HEAD, OPTIONS, PUT"), answer.headers().firstValue("Allow"));
        assertEquals(Optional.of("GET, HEAD, OPTIONS"), answer.headers().firstValue("Access-Control-Allow-Methods"));
        assertEquals(Optional.of("Origin"), answer.headers().firstValue("Vary"));
    }

    @Test
    void otherAddresses_takeNoPut() throws Exception {
        assertEquals(405, site.put("front/snapshot.jpg", "x").statusCode());
        assertEquals(405, site.put("nobody/controls", "{}").statusCode());
        HttpResponse<String> answer = site.send("DELETE", "front/controls");
        assertEquals(405, answer.statusCode());
        assertEquals(Optional.of("GET, HEAD, OPTIONS, PUT"), answer.headers().firstValue("Allow"));
    }

    @Test
    void cameraWithoutControls_isSaid() throws Exception {
        for (HttpResponse<String> answer :
                List.of(site.get("bare/controls"), site.put("bare/controls", "{\"a\": 1}"))) {
            assertEquals(404, answer.statusCode());
            assertEquals(
                    "Camera bare (/dev/video7) has no controls: only a V4L2 device has them.",
                    json(answer).getString("detail"));
        }
    }

    @Test
    void absentDevice_isUnavailable() throws Exception {
        driver.openFails(2); // ENOENT
        HttpResponse<String> answer = site.get("front/controls");
        assertEquals(503, answer.statusCode());
        assertTrue(json(answer).getString("detail").startsWith("/dev/video7 does not exist"));
    }

    private static JsonObject control(JsonObject json, String name) {
        JsonArray all = json.getArray("controls");
        return all.stream()
                .map(JsonObject.class::cast)
                .filter(control -> name.equals(control.getString("name")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject json(HttpResponse<String> answer) throws JsonParserException {
        return JsonParser.object().from(answer.body());
    }
}
