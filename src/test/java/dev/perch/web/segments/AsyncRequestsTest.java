package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.reset;
import static org.mockito.Mockito.when;

import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.DemoSource;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.web.Edge;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import dev.perch.web.live.LiveAnswers;
import dev.perch.web.live.WebSockets;
import dev.perch.window.CameraWindow;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import dev.perch.window.Windows;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that cannot leave their thread, for whatever reason: the remedy is named where there is one, and nothing stays taken. */
@Execution(ExecutionMode.CONCURRENT)
class AsyncRequestsTest {
    private static final String WEB_SOCKET = "ws?format=h264";

    private final MemoryBudget media = new MemoryBudget(16 << 20, "memory.budget");
    private final MemoryBudget heap = MemoryBudget.ofHeap(16 << 20);
    private final ArenaPool pool = new ArenaPool(media);
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final ServletOutputStream out = mock(ServletOutputStream.class);
    private final AsyncContext async = mock(AsyncContext.class);
    private final ServletContext context = mock(ServletContext.class);
    private final RequestAdmission admission = new RequestAdmission(new Admission(media, heap), new Callers(List.of()));
    private final Audience audience = new Audience();
    private Camera camera;
    private Cameras cameras;
    private LiveAnswers live;
    private Windows windows;
    private SegmentAnswers segments;
    private WebSockets sockets;

    @SuppressWarnings("NullAway.Init") // made before each test
    AsyncRequestsTest() {}

    @BeforeEach
    void open() throws IOException {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Demo());
        camera = Camera.start(plain, new DemoSource("front", pool), pool);
        cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        Edge edge = Edge.of(new ServerConfig("127.0.0.1", 0, ""), Optional.empty());
        live = new LiveAnswers(cameras, audience, admission, Optional.empty(), edge.callers());
        windows = new Windows(cameras);
        segments = new SegmentAnswers(cameras, windows, admission);
        sockets = new WebSockets(cameras, audience, admission, Optional.empty(), edge.origins());
        when(request.getMethod()).thenReturn("GET");
        when(request.getProtocol()).thenReturn("HTTP/1.1");
        when(request.isAsyncSupported()).thenReturn(true);
        when(request.getRemoteAddr()).thenReturn("127.0.0.1");
        when(request.getServletPath()).thenReturn("/front/");
        when(request.getRequestURI()).thenReturn("/front/");
        when(request.getHeaderNames()).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders(anyString())).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.startAsync()).thenReturn(async);
        when(async.getRequest()).thenReturn(request);
        when(async.getResponse()).thenReturn(response);
        when(response.getOutputStream()).thenReturn(out);
        when(request.getServletContext()).thenReturn(context);
        when(context.getFilterRegistrations()).thenReturn(Map.of());
        handshake();
    }

    private void handshake() {
        when(request.getHeader("Upgrade")).thenReturn("websocket");
        when(request.getHeader("Connection")).thenReturn("Upgrade");
        when(request.getHeader("Sec-WebSocket-Version")).thenReturn("13");
        when(request.getHeader("Sec-WebSocket-Key")).thenReturn("dGhlIHNhbXBsZSBub25jZQ==");
    }

    @AfterEach
    void close() {
        windows.close();
        audience.close();
        cameras.close();
    }

    /** As the servlet would, without what it does with a refusal. */
    private void ask(String address) throws IOException {
        List<Route> routes = new ArrayList<>(live.routes());
        routes.addAll(segments.routes());
        routes.addAll(sockets.routes());
        String path = address.replaceFirst("\\?.*", "");
        String file = path.substring(path.lastIndexOf('/') + 1);
        String folder = path.substring(0, path.length() - file.length());
        List<String> meant = folder.isEmpty()
                ? List.of("/" + file, Route.RENDITION + "/" + file)
                : List.of(Route.RENDITION + "/" + folder + "*");
        Route route = routes.stream()
                .filter(each -> meant.contains(each.path()))
                .findFirst()
                .orElseThrow();
        HeldAnswer answer = new HeldAnswer(request, response, admission.admission()::waiting);
        route.answerer()
                .answer(new Exchange(request, answer, Optional.of(camera), "main", folder.isEmpty() ? "" : file));
    }

    private void assertNothingIsTaken() {
        assertEquals(0, heap.leasedBytes(), () -> "heap: " + heap.leasedByHolder());
        assertNull(media.leasedByHolder().get("viewers"));
        assertEquals(0, audience.size());
        assertEquals(0, audience.stayingCount());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "snapshot.jpg",
                "stream.mjpg",
                "stream.h264",
                "stream.mp4",
                "hls/index.m3u8",
                "hls/stream.m3u8",
                "dash/manifest.mpd"
            })
    void unsupported_namesTheRemedyAndTheFilters_beforeAnythingIsTaken(String address) throws Exception {
        when(request.isAsyncSupported()).thenReturn(false);
        when(request.startAsync()).thenThrow(new IllegalStateException("no filter declared it"));
        FilterRegistration filter = mock(FilterRegistration.class);
        when(filter.getName()).thenReturn("audit");
        when(filter.getClassName()).thenReturn("org.example.AuditFilter");
        when(context.getFilterRegistrations()).thenAnswer(call -> Map.of("audit", filter));
        AsyncRequests.UnsupportedException refused =
                assertThrows(AsyncRequests.UnsupportedException.class, () -> ask(address));
        String sentence = String.valueOf(refused.getMessage());
        assertTrue(sentence.contains("<async-supported>true</async-supported>"), sentence);
        assertTrue(sentence.contains("audit (org.example.AuditFilter)"), sentence);
        assertEquals(500, refused.problem().status());
        assertNothingIsTaken();
        assertEquals(0, camera.watchers());
        assertEquals(0, camera.served());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.jpg", "stream.mjpg", "stream.h264", "stream.mp4"})
    void startAsyncThatFails_givesLeaseAndWatchBack(String address) {
        when(request.startAsync()).thenThrow(new IllegalStateException("wrapped by somebody"));
        for (int i = 0; i < 150; i++) { // more than the budgets hold
            assertThrows(IllegalStateException.class, () -> ask(address));
        }
        assertNothingIsTaken();
        assertEquals(0, camera.watchers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.jpg", "stream.mjpg", "stream.h264", "stream.mp4"})
    void outputThatFails_givesLeaseAndWatchBack(String address) throws Exception {
        when(response.getOutputStream())
                .thenThrow(new IllegalStateException("a filter took the writer"), new OutOfMemoryError("Java heap"));
        assertThrows(IllegalStateException.class, () -> ask(address));
        assertNothingIsTaken();
        assertThrows(OutOfMemoryError.class, () -> ask(address));
        assertNothingIsTaken();
        assertEquals(0, camera.watchers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.jpg", "stream.mjpg", "stream.h264", "stream.mp4"})
    void writeListenerThatIsRefused_givesLeaseAndWatchBack(String address) throws Exception {
        doThrow(new IllegalStateException("already set")).when(out).setWriteListener(any());
        assertThrows(IllegalStateException.class, () -> ask(address));
        assertNothingIsTaken();
        assertEquals(0, camera.watchers());
    }

    @ParameterizedTest
    @CsvSource({"startAsync", "addListener", "setTimeout"})
    void requestThatCannotWait_givesItsLeaseBack(String step) throws Exception {
        IllegalStateException failure = new IllegalStateException(step);
        switch (step) {
            case "startAsync" -> when(request.startAsync()).thenThrow(failure);
            case "addListener" -> doThrow(failure).when(async).addListener(any(AsyncListener.class));
            default -> doThrow(failure).when(async).setTimeout(anyLong());
        }
        assertThrows(IllegalStateException.class, () -> ask("hls/index.m3u8"));
        assertNothingIsTaken();
    }

    @Test
    void segmentsThatCannotBeSent_areLetGoOf() throws Exception {
        CameraWindow window = windows.of(camera);
        try {
            window.ask();
            await(() -> window.window().map(made -> made.view().playable()).orElse(false), window::trouble);
            SegmentExchange exchange = new SegmentExchange(window, admission, request, response);
            WindowView view = exchange.playable().orElseThrow();
            SegmentName name = SegmentName.whole(view, view.nextNumber() - 1);
            SegmentResources growing = new SegmentResources(/* growing= */ true);
            when(request.startAsync()).thenThrow(new IllegalStateException("not now"));
            assertThrows(IllegalStateException.class, () -> growing.answer(name, exchange));
            assertNothingIsTaken();
            reset(request);
            when(request.getMethod()).thenReturn("GET");
            when(request.getServletPath()).thenReturn("/front/");
            when(request.getRequestURI()).thenReturn("/front/");
            when(request.getHeaderNames()).thenAnswer(call -> Collections.emptyEnumeration());
            when(request.isAsyncSupported()).thenReturn(true);
            when(request.startAsync()).thenReturn(async);
            doThrow(new IllegalStateException("already set")).when(out).setWriteListener(any());
            assertThrows(IllegalStateException.class, () -> growing.answer(name, exchange));
            assertNothingIsTaken();
        } finally {
            windows.close();
        }
        assertEquals(0, camera.watchers());
        cameras.close();
        await(() -> pool.openArenas() == 0, () -> media.leasedByHolder().toString()); // no segment is held any more
    }

    @Test
    void upgradeThatFails_givesLeaseAndWatchesBack() throws Exception {
        when(request.upgrade(any())).thenThrow(new IllegalStateException("not on this connection"));
        for (int i = 0; i < 150; i++) {
            assertThrows(IllegalStateException.class, () -> ask(WEB_SOCKET));
        }
        assertNothingIsTaken();
        assertEquals(0, camera.watchers());
    }

    @Test
    void aFilterWithoutAsyncSupport_inTomcat_isAnsweredWithTheRemedy_andTheRestGoesOn() throws Exception {
        Filter blocking = (asked, answer, chain) -> chain.doFilter(asked, answer);
        try (PerchServer site = behind(blocking)) {
            for (String path : new String[] {"front/snapshot.jpg", "front/snapshot.jpg"}) {
                HttpResponse<String> answer = site.get(path);
                assertEquals(500, answer.statusCode(), answer::body);
                assertTrue(answer.body().contains("<async-supported>true<\\/async-supported>"), answer::body);
                assertTrue(answer.body().contains("blocking ("), answer::body);
            }
            assertEquals(200, site.get("stats").statusCode());
            assertEquals(200, site.get("front/stream.mjpg?duration=0.1").statusCode()); // by the socket
            await(
                    () -> site.camera("front").watchers() == 0,
                    () -> site.camera("front").watchers() + " watch");
        }
    }

    private static PerchServer behind(Filter filter) throws Exception {
        return PerchServer.siteOf(PerchServer.named(Map.of("front", ScriptedSource.steady(PixelFormat.MJPG))))
                .besideServlets(servlets -> {
                    FilterRegistration.Dynamic added = servlets.addFilter("blocking", filter);
                    added.setAsyncSupported(false);
                    added.addMappingForUrlPatterns(/* dispatcherTypes= */ null, /* isMatchAfter= */ false, "/*");
                })
                .startInPlainTomcat();
    }

    private static void await(BooleanSupplier condition, Supplier<String> state) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in time: " + state.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
