package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors as a person in a browser and a program get them. */
class ProblemPageTest {
    private static final String CHROMIUM =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static PerchServer site;

    @BeforeAll
    static void start() throws Exception {
        site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static HttpResponse<String> ask(URI address, String method, String accept) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody());
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(String path, String accept) throws Exception {
        return ask(site.address().resolve(path), "GET", accept);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "page | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "page | text/html",
                "page | TEXT/HTML ; q=0.9 , */*",
                "page | application/json;q=0.5, text/html",
                "page | text/*",
                "json | */*",
                "json | ''",
                "json | application/json",
                "json | application/problem+json, text/html;q=0.9",
                "json | text/html;q=0, */*",
                "json | text/plain",
                "json | image/avif,image/webp,*/*;q=0.8",
                "json | ;;,,;q=x,text",
            })
    void form_followsWhatIsAccepted(String form, String accept) throws Exception {
        HttpResponse<String> answer = ask("nothing", accept);
        assertEquals(404, answer.statusCode());
        assertEquals(
                form.equals("page") ? "text/html;charset=utf-8" : "application/problem+json",
                header(answer, "Content-Type"));
        assertEquals(form.equals("page"), answer.body().startsWith("<!DOCTYPE html>"), answer.body());
    }

    /** It sends {@code Accept: text/html, image/gif, …} of itself. */
    @Test
    void javasOwnClient_getsJson() throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) site.address().resolve("nothing").toURL().openConnection();
        assertEquals(404, connection.getResponseCode());
        assertEquals("application/problem+json", connection.getContentType());
        connection.disconnect();
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, 404, GET",
        "front/nothing, 404, GET",
        "front/hls/nothing.m3u8, 404, GET",
        "static/nothing.css, 404, GET",
        "front/controls, 404, GET",
        "front/stream.mp4, 409, GET",
        "front/stream.mjpg?fps=x, 400, GET",
        "ws, 426, GET",
        "front/, 405, POST",
    })
    void addressThatAPersonTypes_isAnsweredWithAPage(String path, int status, String method) throws Exception {
        HttpResponse<String> page = ask(site.address().resolve(path), method, CHROMIUM);
        HttpResponse<String> json = ask(site.address().resolve(path), method, "*/*");
        assertEquals(status, page.statusCode());
        assertEquals(status, json.statusCode());
        assertEquals("text/html;charset=utf-8", header(page, "Content-Type"), path);
        assertEquals("application/problem+json", header(json, "Content-Type"), path);
        assertFalse(page.body().contains("<script"), page.body());
        assertTrue(header(page, "Content-Security-Policy").startsWith("default-src 'none';"), path);
        Matcher links = Pattern.compile("href=\"([^\"]+)\"").matcher(page.body());
        int count = 0;
        for (; links.find(); count++) {
            URI target = site.address().resolve(path).resolve(links.group(1));
            if (!target.getPath().contains("stream.")) {
                assertEquals(200, ask(target, "GET", CHROMIUM).statusCode(), target.toString());
            }
        }
        assertTrue(count >= 2, page.body());
    }

    @Test
    void hostileAddress_isText() throws Exception {
        String body = ask("%3Cscript%3Ealert(1)%3C%2Fscript%3E%22".replace("%2F", "-"), CHROMIUM)
                .body();
        assertTrue(body.contains("There is nothing at &lt;script&gt;alert(1)&lt;-script&gt;&quot;."), body);
    }

    /** The page of a camera that is away asks again by itself, whether the answer came at once or had to be waited for. */
    @Test
    void cameraThatIsAway_isAPageThatAsksAgain() throws Exception {
        CaptureException unplugged = new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was <unplugged>.");
        try (PerchServer away = PerchServer.site(
                Map.of("front", ScriptedSource.steady(PixelFormat.MJPG).failing(unplugged)))) {
            URI stream = away.address().resolve("front/stream.mjpg");
            HttpResponse<String> waited = ask(stream, "GET", CHROMIUM);
            assertPageAsksAgain(waited);
            try (var watch = away.camera("front").watchPatiently(Encoding.JPEG, null)) {
                away.await("front", CameraState.Lost.class);
                assertPageAsksAgain(ask(stream, "GET", CHROMIUM));
                assertEquals(
                        "application/problem+json",
                        header(ask(stream, "GET", "image/*"), "Content-Type"),
                        watch::toString);
            }
        }
    }

    private static void assertPageAsksAgain(HttpResponse<String> page) {
        assertEquals(503, page.statusCode());
        assertEquals("text/html;charset=utf-8", header(page, "Content-Type"));
        assertEquals("2", header(page, "Retry-After"));
        assertTrue(page.body().contains("/dev/video7 was &lt;unplugged&gt;."), page.body());
        assertTrue(page.body().contains("http-equiv=\"refresh\" content=\"2\""), page.body());
    }
}
