package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.media.PixelFormat;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of the pages, followed from one import to the next as a browser does. */
class StaticFilesTest {
    private static final Pattern SCRIPT = Pattern.compile("<script[^>]* src=\"([^\"]+)\"");
    private static final Pattern STYLE = Pattern.compile("<link rel=\"stylesheet\" href=\"([^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export) [^;]* from '([^']+)';");

    private static final Pattern LATER = Pattern.compile("import\\('([^']+)'\\)");

    @TempDir
    private Path folder;

    @Test
    void everyImport_isServed_andKeptForGood() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)))) {
            Set<String> seen = new HashSet<>();
            Deque<URI> left = new ArrayDeque<>();
            for (String page : List.of("", "front/", "front/compare", "system")) {
                follow(SCRIPT, site.address().resolve(page), site.get(page).body(), left, seen);
            }
            while (!left.isEmpty()) {
                URI script = left.remove();
                HttpResponse<String> answer = site.get(script.toString());
                assertEquals(200, answer.statusCode(), script::toString);
                assertEquals("text/javascript;charset=utf-8", header(answer, "Content-Type"), script::toString);
                assertEquals("max-age=31536000, immutable", header(answer, "Cache-Control"), script::toString);
                follow(IMPORT, script, answer.body(), left, seen);
                follow(LATER, script, answer.body(), left, seen);
            }
            assertTrue(
                    seen.stream()
                            .anyMatch(path ->
                                    path.matches("/cams/static/v\\.[0-9a-f]{8}/player/techniques/native-hls\\.js")),
                    seen::toString);
            assertTrue(seen.size() > 20, seen::toString);
        }
    }

    /** What a page weighs on the line, with the modules that it loads later and in German, without the players of others, which come when they are chosen. */
    @ParameterizedTest
    @CsvSource({
        "'', page/wall|player/sockets",
        "front/, page/(?:deck|switches)",
        "front/compare, compare",
        "front/recordings/,",
        "system, page/system",
    })
    void page_weighsLessThan60Kilobytes(String page, @Nullable String later) throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1 }\ncameras: { front: { demo: true, record: { when: button, path: '"
                        + folder + "/%camera/%F-%H-%M-%S.mp4' } } }\n");
        try (PerchServer site =
                PerchServer.start(PerchConfig.load(configuration), Files.createDirectories(folder.resolve("work")))) {
            Set<String> seen = new HashSet<>();
            Deque<URI> left = new ArrayDeque<>();
            String html = site.get(page).body();
            if (page.equals("front/")) { // a device has controls, too
                html += "<script src=\"" + html.replaceFirst("(?s).*href=\"([^\"]*)tokens\\.css.*", "$1")
                        + "controls.js\">";
            }
            follow(SCRIPT, site.address().resolve(page), html, left, seen);
            follow(STYLE, site.address().resolve(page), html, left, seen);
            Pattern lazy = Pattern.compile(
                    "import\\('([^']*(?:/tongues/de" + (later == null ? "" : "|" + later) + ")\\.js)'\\)");
            long bytes = 0;
            while (!left.isEmpty()) {
                URI file = left.remove();
                bytes += weight(file);
                String text = site.get(file.toString()).body();
                follow(IMPORT, file, text, left, seen);
                follow(lazy, file, text, left, seen);
            }
            assertTrue(seen.stream().anyMatch(path -> path.endsWith("/de.js")), seen::toString);
            assertTrue(seen.size() > 10 && bytes > 15_000 && bytes < 60_000, bytes + " bytes of " + seen);
        }
    }

    private static long weight(URI file) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(file)
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", answer.headers().firstValue("Content-Encoding").orElse(""), file::toString);
        try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertTrue(text.readAllBytes().length > answer.body().length / 2, file::toString);
        }
        return answer.body().length;
    }

    /** A page that was opened before an update does not get the new files to keep under the old name. */
    @Test
    void fileOfAnotherVersion_isAskedForAnew() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)))) {
            HttpResponse<String> answer = site.get("static/v.00000000/perch.css");
            assertEquals(200, answer.statusCode());
            assertEquals("no-cache", header(answer, "Cache-Control"));
            assertEquals("max-age=300", header(site.get("static/perch.css"), "Cache-Control"));
            assertEquals(404, site.get("static/v.00000000/../perch.css/x").statusCode());
        }
    }

    private static void follow(Pattern reference, URI from, String text, Deque<URI> left, Set<String> seen) {
        Matcher found = reference.matcher(text);
        while (found.find()) {
            URI to = from.resolve(found.group(1));
            if (seen.add(to.getPath())) {
                left.add(to);
            }
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
