package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.FakeMachine;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryWatch;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The wall and a camera's page, as a browser gets them. */
class PagesTest {
    private final CaptureException unplugged =
            new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was unplugged.");
    private final CaptureException unsupported =
            new CaptureException(CaptureException.Kind.UNSUPPORTED, "/dev/video7 gives no <format> that is served.");

    @Test
    void wall_idle_showsEachCameraAndStartsNone() throws Exception {
        ScriptedSource front = ScriptedSource.steady(PixelFormat.MJPG);
        try (PerchServer site = PerchServer.site(Map.of("front", front))) {
            known(site, "front");
            Document page = page(site.get(""));
            assertEquals("The front", text(page, "h2"));
            assertEquals("idle", fact(page, "state").getTextContent());
            assertEquals("–", fact(page, "size").getTextContent());
            assertEquals("front/stream.mjpg", pictures(page).get(0));
            assertEquals(0, front.starts());
        }
    }

    @Test
    void wall_live_showsSizeAndViewers() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Live.class);
            Document page = page(site.get(""));
            assertEquals("live", fact(page, "state").getTextContent());
            assertEquals("320 × 240", fact(page, "size").getTextContent());
            assertEquals("1", fact(page, "viewers").getTextContent());
            assertTrue(fact(page, "reason").hasAttribute("hidden"));
            assertEquals(site.camera("front"), watch.camera());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "front/"})
    void page_lost_tellsTheReason(String path) throws Exception {
        try (PerchServer site = PerchServer.site(
                        Map.of("front", ScriptedSource.steady(PixelFormat.MJPG).failing(unplugged)));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Lost.class);
            Document viewers = page(site.get(path));
            assertEquals(
                    "… was unplugged.", fact(viewers, "reason").getTextContent(), "no device for who may only watch");
            Document page = page(site.get(path, "X-Perch-Key", PerchServer.KEY));
            assertEquals("lost", fact(page, "state").getTextContent());
            assertEquals("/dev/video7 was unplugged.", fact(page, "reason").getTextContent());
            assertFalse(fact(page, "reason").hasAttribute("hidden"));
            assertEquals(site.camera("front"), watch.camera());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "front/"})
    void page_refused_tellsTheReasonEscaped(String path) throws Exception {
        try (PerchServer site = PerchServer.site(
                        Map.of("front", ScriptedSource.steady(PixelFormat.MJPG).failing(unsupported)));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Refused.class);
            Document page = page(site.get(path, "X-Perch-Key", PerchServer.KEY));
            assertEquals("refused", fact(page, "state").getTextContent());
            assertEquals(unsupported.getMessage(), fact(page, "reason").getTextContent());
            assertEquals(site.camera("front"), watch.camera());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "front/"})
    void page_hostileTitle_isText(String path) throws Exception {
        String title = "<script>alert('x')</script> & \"Söhne\"";
        CameraConfig config = TestCameras.device("front", title);
        try (PerchServer site = PerchServer.siteOf(Map.of(config, ScriptedSource.steady(PixelFormat.MJPG)))
                .startInPlainTomcat()) {
            known(site, "front");
            HttpResponse<String> answer = site.get(path);
            assertFalse(answer.body().contains("<script>alert"), answer::body);
            assertEquals(title, text(page(answer), path.isEmpty() ? "h2" : "h1"));
        }
    }

    @Test
    void cameraPage_snippets_nameTheAddressAndEscapeTwice() throws Exception {
        CameraConfig config = TestCameras.device("front", "A \"b\" & <c>");
        try (PerchServer site = PerchServer.siteOf(Map.of(config, ScriptedSource.steady(PixelFormat.MJPG)))
                .startInPlainTomcat()) {
            known(site, "front");
            Document page = page(site.get("front/"));
            assertEquals(
                    "<img src=\"" + site.address() + "front/stream.mjpg\" alt=\"A &quot;b&quot; &amp; &lt;c&gt;\">",
                    text(page, "code"));
        }
    }

    @Test
    void cameraPage_forOtherPrograms_hasTheirLines_ofWhatTheCameraGives() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)))) {
            known(site, "front");
            String body = site.get("front/").body();
            String address = site.address() + "front/";
            assertTrue(body.contains("Stream URL: " + address + "stream.mjpg\nSnapshot URL: " + address), body);
            assertTrue(body.contains("proxy_pass " + address + ";"), body);
            assertFalse(body.contains("gst-launch"), "a camera of JPEG alone");
        }
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.H264)))) {
            known(site, "front");
            String body = site.get("front/").body();
            assertTrue(body.contains("    front: " + site.address() + "front/stream.flv"), body);
            assertTrue(
                    body.contains("gst-launch-1.0 souphttpsrc location=" + site.address() + "front/stream.mp4"), body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "front/", "front/compare", "system"})
    void page_links_areRelativeAndAnswer(String path) throws Exception {
        try (PerchServer site =
                PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG, PixelFormat.H264)))) {
            known(site, "front");
            for (String link : links(page(site.get(path)))) {
                assertFalse(link.startsWith("/") || link.contains(":"), link);
                if (!link.contains("stream.") && !link.contains("snapshot.")) {
                    int status = site.get(
                                    site.address().resolve(path).resolve(link).toString())
                            .statusCode();
                    assertEquals(200, status, link);
                }
            }
        }
    }

    @Test
    void page_jpegOnly_strikesTheOthersWithTheReason() throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG)))) {
            known(site, "front");
            Document page = page(site.get("front/", "X-Perch-Key", PerchServer.KEY));
            assertEquals("stream.h264", text(page, "s"));
            assertFalse(elements(page, "a").stream()
                    .anyMatch(link -> link.getAttribute("href").equals("./stream.mp4")));
            assertTrue(
                    page.getDocumentElement()
                            .getTextContent()
                            .contains("No stream.h264, stream.mp4, stream.flv: /dev/video7 gives JPEG only"),
                    page.getDocumentElement()::getTextContent);
        }
    }

    @Test
    void system_showsTheBudgetAsABar_andTheMachinesMemory(@TempDir Path root) throws Exception {
        FakeMachine machine = new FakeMachine(root).available(100 << 20);
        MemoryWatch watch = new MemoryWatch(machine.gauge());
        ArenaPool pool = new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"));
        CameraConfig config = TestCameras.device("front", "The front");
        try (PerchServer site = PerchServer.siteOf(Map.of(config, ScriptedSource.steady(PixelFormat.MJPG)), pool)
                        .watchedBy(watch)
                        .startInPlainTomcat();
                Lease large = pool.budget().lease("front driver buffers", 4 << 20, "x");
                Lease small = pool.budget().lease("front <ring>", 2 << 20, "x")) {
            watch.poll(1);
            Document page = page(site.get("system"));
            assertEquals("6.3 of 8.4 MB", fact(page, "memory").getTextContent());
            assertEquals("104.9 of 448.4 MB free", fact(page, "machine").getTextContent());
            assertTrue(fact(page, "shortage").hasAttribute("hidden"));
            List<Element> pieces = elements(page, "rect");
            assertEquals(
                    List.of("0", "500"),
                    pieces.stream().map(piece -> piece.getAttribute("x")).toList());
            assertEquals(
                    List.of("500", "250"),
                    pieces.stream().map(piece -> piece.getAttribute("width")).toList());
            String text = page.getDocumentElement().getTextContent();
            assertTrue(text.contains("front <ring> 2.1 MB 25 %"), text);
            machine.available(30 << 20);
            watch.poll(2);
            assertEquals(
                    "Memory is short: nobody new is let in. In force: rings shortened to one GOP",
                    fact(page(site.get("system")), "shortage").getTextContent());
            assertEquals(6 << 20, large.bytes() + small.bytes());
        }
    }

    /** An encoder would only be needed for a picture that the camera does not give. */
    @ParameterizedTest
    @ValueSource(strings = {"", "front/"})
    void page_h264Only_playsWhatTheCameraHas(String path) throws Exception {
        try (PerchServer site = PerchServer.site(Map.of("front", ScriptedSource.steady(PixelFormat.H264)))) {
            known(site, "front");
            Document page = page(site.get(path));
            assertEquals(List.of(), pictures(page));
            assertEquals(
                    path.isEmpty() ? "front/stream.mp4" : "./stream.mp4",
                    ((Element) page.getElementsByTagName("video").item(0)).getAttribute("src"));
        }
    }

    @ParameterizedTest
    @CsvSource({"H264, H264", "MJPG, JPEG", "'H264,MJPG', JPEG", "YUYV, JPEG"})
    void wall_wantsTheFormatThatNeedsNoEncoder(String gives, String best) throws Exception {
        PixelFormat[] formats =
                Arrays.stream(gives.split(",")).map(PixelFormat::valueOf).toArray(PixelFormat[]::new);
        try (PerchServer site = PerchServer.siteOf(
                        Map.of(CameraConfig.defaults("front", new SourceConfig.Demo()), ScriptedSource.steady(formats)))
                .startInPlainTomcat()) {
            known(site, "front");
            Element stage = elements(page(site.get("")), "div").stream()
                    .filter(element -> element.hasAttribute("data-stage"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(best, stage.getAttribute("data-best"));
        }
    }

    @Test
    void page_formatsUnknown_offersAllWithANote() throws Exception {
        try (PerchServer site =
                PerchServer.site(Map.of("front", ScriptedSource.steady().failing(unplugged)))) {
            assertThrows(UnavailableException.class, () -> site.camera("front").requireOffered(Encoding.JPEG));
            Document page = page(site.get("front/", "X-Perch-Key", PerchServer.KEY));
            assertEquals(0, page.getElementsByTagName("s").getLength());
            String text = page.getDocumentElement().getTextContent();
            assertTrue(text.contains("is not known yet"), text);
            assertTrue(text.contains("The last try: /dev/video7 was unplugged."), text);
        }
    }

    /** As another page embeds it: those that are named, in their order, without a bar. */
    @ParameterizedTest
    @CsvSource({
        "'?cameras=c3,c1&bare=1', 'c3,c1', n2 bare",
        "'?cameras=c2,nobody', c2, n1",
        "'?cameras=nobody', 'c1,c2,c3', n3",
        "'?bare=0', 'c1,c2,c3', n3"
    })
    void wall_showsTheCamerasThatItsAddressNames(String query, String shown, String look) throws Exception {
        Map<String, ScriptedSource> sources = new LinkedHashMap<>();
        for (int i = 1; i <= 3; i++) {
            sources.put("c" + i, ScriptedSource.steady(PixelFormat.MJPG));
        }
        try (PerchServer site = PerchServer.site(sources)) {
            Document page = page(site.get(query));
            List<String> cameras = elements(page, "article").stream()
                    .map(article -> article.getAttribute("data-camera"))
                    .toList();
            assertEquals(List.of(shown.split(",", -1)), cameras);
            assertEquals(look, elements(page, "body").get(0).getAttribute("class"));
        }
    }

    @Test
    void compare_andSystem_startNoCamera() throws Exception {
        ScriptedSource front = ScriptedSource.steady(PixelFormat.MJPG);
        try (PerchServer site = PerchServer.site(Map.of("front", front))) {
            assertEquals("The front, compared", text(page(site.get("front/compare")), "h1"));
            assertEquals("The front", rowOf(page(site.get("system"))));
            assertEquals(0, front.starts());
        }
    }

    private static String rowOf(Document page) {
        return elements(page, "tr").stream()
                .filter(row -> row.hasAttribute("data-row"))
                .map(row -> row.getElementsByTagName("a").item(0).getTextContent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void wall_manyCameras_movesFourPicturesAtALowRate() throws Exception {
        Map<String, ScriptedSource> sources = new LinkedHashMap<>();
        for (int i = 1; i <= 6; i++) {
            sources.put("c" + i, ScriptedSource.steady(PixelFormat.MJPG));
        }
        try (PerchServer site = PerchServer.site(sources)) {
            for (String id : sources.keySet()) {
                known(site, id);
            }
            assertEquals(
                    List.of(
                            "c1/stream.mjpg?fps=5",
                            "c2/stream.mjpg?fps=5",
                            "c3/stream.mjpg?fps=5",
                            "c4/stream.mjpg?fps=5",
                            "c5/snapshot.jpg",
                            "c6/snapshot.jpg"),
                    pictures(page(site.get(""))));
        }
    }

    /** Waits until the camera has told what it gives. */
    private static void known(PerchServer site, String id) throws Exception {
        for (Encoding encoding : Encoding.values()) {
            try {
                site.camera(id).requireOffered(encoding);
            } catch (UnavailableException notThat) {
                assertFalse(notThat.offered().isEmpty(), notThat::getMessage);
            }
        }
    }

    /** Parses strictly: a page is well-formed XML, too. */
    private static Document page(HttpResponse<String> answer) throws Exception {
        assertEquals(200, answer.statusCode(), answer::body);
        assertEquals(
                "text/html;charset=utf-8",
                answer.headers().firstValue("Content-Type").orElse(""));
        assertFalse(answer.body().contains("th:"), answer::body);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        DocumentBuilder parser = factory.newDocumentBuilder();
        return parser.parse(new InputSource(new StringReader(answer.body())));
    }

    private static String text(Document page, String tag) {
        return page.getElementsByTagName(tag).item(0).getTextContent().strip();
    }

    private static Element fact(Document page, String name) {
        return elements(page, "*").stream()
                .filter(element -> element.getAttribute("data-fact").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> pictures(Document page) {
        return elements(page, "img").stream()
                .filter(image -> image.hasAttribute("loading"))
                .map(image -> image.getAttribute("src"))
                .toList();
    }

    private static List<String> links(Document page) {
        List<String> links = new ArrayList<>();
        for (Element element : elements(page, "*")) {
            for (String name : List.of("href", "src", "data-mjpeg", "data-snapshot", "data-video", "data-root")) {
                if (element.hasAttribute(name)) {
                    links.add(element.getAttribute(name));
                }
            }
        }
        return links;
    }

    private static List<Element> elements(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
