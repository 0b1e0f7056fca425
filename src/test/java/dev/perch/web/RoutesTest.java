package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Verdict;
import dev.perch.audience.Admission;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.SourceConfig;
import dev.perch.config.Turn;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.DemoSource;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.FakeRequest;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** All addresses of the program: what each means, and that nothing is answered before access is asked. */
class RoutesTest {
    private static final Verdict NO = new Verdict.Refused("No", "Nobody may.");

    private static final EnumSet<Action> CHANGES =
            EnumSet.of(Action.CONTROL, Action.RECORD, Action.DELETE, Action.PUBLISH, Action.ADMINISTER);

    private final MemoryBudget media = new MemoryBudget(16 << 20, "memory.budget");
    private final ArenaPool pool = new ArenaPool(media);
    private final ServerConfig server = new ServerConfig("127.0.0.1", 0, "s3cret");
    private final ServletContext context = mock(ServletContext.class);
    private Cameras cameras;
    private Site site;

    @SuppressWarnings("NullAway.Init") // made before each test
    RoutesTest() {}

    @BeforeEach
    void open() throws Exception {
        cameras = new Cameras(
                List.of(camera("front"), camera("back")), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        when(context.addServlet(anyString(), any(FrontServlet.class)))
                .thenReturn(mock(ServletRegistration.Dynamic.class));
        site = Site.open(cameras, "0.0.1-test", server, port -> Optional.empty(), context);
    }

    private Camera camera(String id) throws Exception {
        RenditionConfig rendition = new RenditionConfig(id.equals("back") ? "small" : "tiny", Quality.of(0.5));
        CameraConfig config = CameraConfig.defaults(id, new SourceConfig.Demo())
                .with(new PicturesConfig(Turn.NONE, List.of(rendition)));
        return Camera.start(config, new DemoSource(id, pool), pool);
    }

    @AfterEach
    void close() {
        site.close();
        cameras.close();
    }

    private static String address(Route route) {
        return route.path()
                .replace(Route.RENDITION, "/back")
                .replace(Route.CAMERA, "/back")
                .replace("*", "index.m3u8");
    }

    private static Optional<String> cameraOf(Route route) {
        return route.path().startsWith(Route.CAMERA) ? Optional.of("back") : Optional.empty();
    }

    @Test
    void oneServletAnswersEverything_byRoutes() {
        verify(context, times(1)).addServlet(anyString(), any(FrontServlet.class));
        assertTrue(site.routes().all().size() >= 18, () -> site.routes().all().toString());
    }

    @Test
    void everyRoute_isFoundAtItsAddress_andHasAnAction() {
        for (Route route : site.routes().all()) {
            assertNotNull(route.action(), route::path);
            Routes.Target target = site.routes()
                    .target(FakeRequest.of(route.method(), address(route)).request());
            assertEquals(Optional.of(route), target.route(route.method()));
            assertEquals(cameraOf(route), target.camera().map(Camera::id), route::path);
        }
    }

    @Test
    void nothingIsAnswered_beforeAccessIsAsked() throws Exception {
        for (Route route : site.routes().all()) {
            for (String method : route.takesBody() ? List.of(route.method()) : List.of("GET", "HEAD")) {
                Access nobody = mock(Access.class);
                when(nobody.decide(any(), any(), any())).thenReturn(NO);
                when(nobody.decideForAny(any(), any(), any())).thenCallRealMethod();
                when(nobody.decideNamed(any(), any(), any(), anyBoolean())).thenReturn(NO);
                HttpServletRequest request =
                        FakeRequest.of(method, address(route)).request();
                HttpServletResponse refused = mock(HttpServletResponse.class);
                when(refused.getOutputStream()).thenReturn(mock(ServletOutputStream.class));
                front(nobody).service((ServletRequest) request, refused);
                Optional<String> camera = cameraOf(route);
                if (camera.isPresent()) {
                    verify(nobody).decideNamed(any(), eq(route.action()), eq(camera.get()), anyBoolean());
                } else {
                    verify(nobody).decide(any(), eq(route.action()), eq(camera));
                }
                ArgumentCaptor<Integer> status = ArgumentCaptor.forClass(Integer.class);
                verify(refused).setStatus(status.capture());
                assertEquals(HttpServletResponse.SC_FORBIDDEN, status.getValue(), method + " " + route.path());
                verify(request, never()).startAsync();
                verify(request, never()).getInputStream();
            }
        }
    }

    private FrontServlet front(Access access) {
        MemoryBudget heap = MemoryBudget.ofHeap(16 << 20);
        Edge edge = Edge.of(server, Optional.empty());
        RequestAdmission admission = new RequestAdmission(new Admission(media, heap), edge.callers());
        return new FrontServlet(cameras, site.routes(), access, edge, admission);
    }

    /** Who comes, and what is to be reached; an address without such a row here is none. */
    private static final Map<String, Set<Action>> WITHOUT_USERS = Map.of(
            "neighbour",
                    EnumSet.of(
                            Action.GREET,
                            Action.WATCH,
                            Action.LISTEN,
                            Action.METRICS,
                            Action.HEALTH,
                            Action.REPLAY,
                            Action.EXPORT),
            "stranger", EnumSet.of(Action.GREET),
            "stranger behind a neighbour's proxy", EnumSet.of(Action.GREET),
            "operator", EnumSet.complementOf(EnumSet.of(Action.PUBLISH)),
            "this machine", EnumSet.complementOf(CHANGES));

    private static HttpServletRequest sender(String who) {
        return switch (who) {
            case "neighbour" -> FakeRequest.from("192.168.0.7", "cam").request();
            case "stranger" -> FakeRequest.from("192.0.2.7", "cam").request();
            case "operator" ->
                FakeRequest.from("192.0.2.7", "cam")
                        .header("Authorization", "Bearer s3cret")
                        .request();
            case "this machine" -> FakeRequest.from("127.0.0.1", "localhost").request();
            default ->
                FakeRequest.from("192.168.0.7", "cam")
                        .header("X-Forwarded-For", "192.0.2.7")
                        .request();
        };
    }

    @Test
    void everyRoute_isReachedByThoseWhoMay_andByNobodyElse() {
        Access access = new Access(server.operatorKey(), port -> Optional.empty());
        Callers callers = new Callers(List.of());
        WITHOUT_USERS.forEach((who, reaches) -> {
            for (Route route : site.routes().all()) {
                Verdict verdict = access.decide(callers.of(sender(who)), route.action(), cameraOf(route));
                assertEquals(
                        reaches.contains(route.action()),
                        verdict == Verdict.ALLOWED,
                        who + " at " + route.method() + " " + route.path());
                boolean changes =
                        route.takesBody() || route.path().endsWith(Route.COMMAND); // mjpg-streamer sets by a GET
                assertTrue(
                        changes == CHANGES.contains(route.action()) || route.action() == Action.ADMINISTER,
                        () -> route.method() + " " + route.path());
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        // path, action= of the query, camera, route, rest
        "/, , , /, ",
        "/stats, , , /stats, ",
        "/healthz, , , /healthz, ",
        "/ws, , , /ws, ",
        "/static/player/rate.js, , , /static/*, player/rate.js",
        "/front, , front, /{camera}, ",
        "/back/, , back, /{camera}/, ",
        "/back/stream.mjpg, , back, /{camera}/{rendition}/stream.mjpg, ",
        "/back/stream, , back, /{camera}/{rendition}/stream, ",
        "/snapshot, , front, /{camera}/{rendition}/snapshot, ",
        "/stream.mp4, , front, /{camera}/{rendition}/stream.mp4, ",
        "/controls, , front, /{camera}/controls, ",
        "/back/ws, , back, /{camera}/ws, ",
        "/back/healthz, , back, /{camera}/healthz, ",
        "/back/hls/index.m3u8, , back, /{camera}/{rendition}/hls/*, index.m3u8",
        "/dash/a/b, , front, /{camera}/{rendition}/dash/*, a/b",
        "/hls/, , front, /{camera}/{rendition}/hls/*, ",
        "/, stream, front, /{camera}/{rendition}/stream.mjpg, ",
        "/, snapshot_1, back, /{camera}/{rendition}/snapshot.jpg, ",
        "/back/, snapshot, back, /{camera}/{rendition}/snapshot.jpg, ",
        "/back/, stream_0, front, /{camera}/{rendition}/stream.mjpg, ",
        "/, command, front, /{camera}/?action=command, ",
        "/, take, , /, ",
        "/input_1.json, , back, /{camera}/input_0.json, ",
        "/state, , front, /{camera}/state, ",
        "/api/streams, , , /api/streams, ",
        "/back/, anything, back, /{camera}/, ",
        "/stats, stream, , /stats, ",
    })
    void address_meansOneRoute(String path, String action, String camera, String route, String rest) {
        FakeRequest asked = FakeRequest.of("GET", path);
        if (action != null) {
            asked.parameter("action", action);
        }
        Routes.Target target = site.routes().target(asked.request());
        assertEquals(route, target.route("HEAD").map(Route::path).orElse("none"));
        assertEquals(Optional.ofNullable(camera), target.camera().map(Camera::id));
        assertEquals(rest == null ? "" : rest, target.rest());
    }

    @ParameterizedTest
    @CsvSource({
        "/back/small/stream.mjpg, back, small, /{camera}/{rendition}/stream.mjpg",
        "/back/small/snapshot, back, small, /{camera}/{rendition}/snapshot",
        "/back/stream.mjpg, back, main, /{camera}/{rendition}/stream.mjpg",
        "/tiny/hls/index.m3u8, front, tiny, /{camera}/{rendition}/hls/*",
        "/back/small/dash/manifest.mpd, back, small, /{camera}/{rendition}/dash/*",
        "/tiny/stream.mp4, front, tiny, /{camera}/{rendition}/stream.mp4",
        "/front/tiny/stream.mp4, front, tiny, /{camera}/{rendition}/stream.mp4",
    })
    void addressOfARendition_meansTheSameRoute(String path, String camera, String rendition, String route) {
        Routes.Target target = site.routes().target(FakeRequest.of("GET", path).request());
        assertEquals(route, target.route("GET").map(Route::path).orElse("none"));
        assertEquals(Optional.of(camera), target.camera().map(Camera::id));
        assertEquals(rendition, target.rendition());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/back/nothing",
                "/back/stats",
                "/back/static/perch.css",
                "/nobody/stream.mjpg",
                "/hls",
                "/static",
                "/*",
                "/static*",
                "/{camera}",
                "/{camera}/stream.mjpg",
                "/back/{rendition}/stream.mjpg",
                "/back/other/stream.mjpg",
                "/back/small",
                "/back/small/",
                "/back/small/controls",
                "/front/small/stream.mjpg",
                "/front/back/",
                "/back//",
                "/front/controls/"
            })
    void otherAddresses_meanNothing(String path) {
        Routes.Target target = site.routes().target(FakeRequest.of("GET", path).request());
        assertEquals(List.of(), target.routes());
        assertEquals(Routes.READING, target.methods());
    }

    @Test
    void numberedActionWithoutSuchACamera_meansNothing() {
        Routes.Target target = site.routes()
                .target(FakeRequest.of("GET", "/")
                        .parameter("action", "stream_7")
                        .request());
        assertEquals(List.of(), target.routes());
        assertEquals("action=stream_7", target.name());
    }

    @Test
    void methods_followFromTheRoutes() {
        Routes.Target controls =
                site.routes().target(FakeRequest.of("DELETE", "/back/controls").request());
        assertEquals("GET, HEAD, OPTIONS, PUT", controls.methods());
        assertEquals(Optional.of(Action.WATCH), controls.route("HEAD").map(Route::action));
        assertEquals(Optional.of(Action.CONTROL), controls.route("PUT").map(Route::action));
        assertEquals(Optional.empty(), controls.route("DELETE"));
        assertEquals(Optional.empty(), controls.route("OPTIONS"));
    }
}
