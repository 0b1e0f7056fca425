package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.audience.Admission;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.DemoSource;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.FakeRequest;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the front does around an answer, by the servlet API alone. */
class FrontServletTest {
    private final MemoryBudget media = new MemoryBudget(16 << 20, "memory.budget");
    private final ArenaPool pool = new ArenaPool(media);
    private final List<Exchange> answered = new ArrayList<>();
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = HttpServletResponse.SC_OK;
    private Cameras cameras;
    private FrontServlet front;

    @SuppressWarnings("NullAway.Init") // made before each test
    FrontServletTest() {}

    @BeforeEach
    void open() throws Exception {
        Camera camera = Camera.start(
                CameraConfig.defaults("front", new SourceConfig.Demo()), new DemoSource("front", pool), pool);
        cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        List<Route> routes = List.of(
                Route.get(Route.CAMERA + "/picture", Action.WATCH, answered::add),
                Route.get(Route.CAMERA + "/setting", Action.WATCH, answered::add),
                Route.put(Route.CAMERA + "/setting", Action.CONTROL, answered::add),
                Route.get("/files/*", Action.WATCH, answered::add).asCostly(),
                Route.get("/defect", Action.WATCH, exchange -> {
                    throw new AssertionError("planted");
                }));
        ServerConfig server = new ServerConfig("127.0.0.1", 0, "s3cret");
        front = new FrontServlet(
                cameras,
                new Routes(cameras, routes),
                new Access("s3cret", port -> Optional.empty()),
                Edge.of(server, Optional.empty()),
                new RequestAdmission(new Admission(media, MemoryBudget.ofHeap(16 << 20)), new Callers(List.of())));
        doAnswer(call -> status = call.getArgument(0)).when(response).setStatus(anyInt());
        when(response.getStatus()).thenAnswer(call -> status);
        doAnswer(call -> headers.put(call.getArgument(0), call.getArgument(1)))
                .when(response)
                .setHeader(anyString(), any());
        when(response.getHeader(anyString())).thenAnswer(call -> headers.get(call.<String>getArgument(0)));
        ServletOutputStream out = mock(ServletOutputStream.class);
        doAnswer(call -> {
                    body.write(call.<byte[]>getArgument(0), call.getArgument(1), call.getArgument(2));
                    return null;
                })
                .when(out)
                .write(any(byte[].class), anyInt(), anyInt());
        when(response.getOutputStream()).thenReturn(out);
    }

    @AfterEach
    void close() {
        cameras.close();
    }

    private void ask(FakeRequest asked) throws Exception {
        front.service((ServletRequest) asked.request(), response);
    }

    private String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    @Test
    void route_isAnsweredWithItsCameraAndTheRest() throws Exception {
        ask(FakeRequest.of("GET", "/front/picture"));
        ask(FakeRequest.of("HEAD", "/files/a/b.js"));
        assertEquals("front", answered.get(0).camera().id());
        assertEquals(Optional.empty(), answered.get(1).target());
        assertEquals("a/b.js", answered.get(1).rest());
        assertEquals("Origin", headers.get("Vary"));
    }

    @Test
    void unknownAddress_isTold_withTheCameras() throws Exception {
        ask(FakeRequest.of("GET", "/front/nothing"));
        assertEquals(404, status);
        assertTrue(text().contains("There is nothing at nothing. Cameras: front."), this::text);
        assertEquals(List.of(), answered);
    }

    @Test
    void stranger_isNotToldTheCameras() throws Exception {
        ask(FakeRequest.of("GET", "/front/nothing").header("X-Forwarded-For", "203.0.113.9"));
        assertEquals(403, status);
        assertTrue(text().contains("private addresses only") && !text().contains("front"), this::text);
    }

    @Test
    void otherMethod_isRefusedWithThoseThatAreAnswered() throws Exception {
        ask(FakeRequest.of("DELETE", "/front/setting"));
        assertEquals(405, status);
        assertEquals("GET, HEAD, OPTIONS, PUT", headers.get("Allow"));
        ask(FakeRequest.of("PUT", "/front/picture"));
        assertEquals(405, status);
        assertEquals("GET, HEAD, OPTIONS", headers.get("Allow"));
        assertEquals(List.of(), answered);
    }

    /** A publisher is told that the name is wrong; others that the method is. */
    @Test
    void publish_toANameThatIsNone_isNotFound() throws Exception {
        ask(FakeRequest.of("PUT", "/nobody/publish"));
        assertEquals(404, status);
        ask(FakeRequest.of("PUT", "/nobody/setting"));
        assertEquals(405, status);
        ask(FakeRequest.of("POST", "/nobody/publish"));
        assertEquals(404, status);
    }

    @Test
    void options_tellsTheMethods_andOtherSitesOnlyThoseThatRead() throws Exception {
        ask(FakeRequest.of("OPTIONS", "/front/setting").header("Origin", "http://printer.lan"));
        assertEquals(204, status);
        assertEquals("GET, HEAD, OPTIONS, PUT", headers.get("Allow"));
        assertEquals("GET, HEAD, OPTIONS", headers.get("Access-Control-Allow-Methods"));
        assertEquals("http://printer.lan", headers.get("Access-Control-Allow-Origin"));
    }

    @Test
    void put_withoutTheKey_isRefused_andItsBodyLeftUnread() throws Exception {
        ask(FakeRequest.of("PUT", "/front/setting").header("Content-Length", "17"));
        assertEquals(403, status);
        assertTrue(text().contains("That needs server.operator-key"), this::text);
        assertEquals("close", headers.get("Connection"));
        assertEquals(List.of(), answered);
    }

    @Test
    void put_withTheKey_isAnswered_andItsBodyIsItsOwn() throws Exception {
        ask(FakeRequest.of("PUT", "/front/setting")
                .header("Content-Length", "17")
                .header("X-Perch-Key", "s3cret"));
        assertEquals(1, answered.size());
        assertEquals(null, headers.get("Connection"));
    }

    @Test
    void bodyThatNobodyAskedFor_endsTheConnection() throws Exception {
        ask(FakeRequest.of("GET", "/front/picture").header("Content-Length", "17"));
        assertEquals(1, answered.size());
        assertEquals("close", headers.get("Connection"));
    }

    @Test
    void defect_endsOneRequest_andIsTold() throws Exception {
        ask(FakeRequest.of("GET", "/defect"));
        verify(response).reset();
        assertEquals(500, status);
        assertTrue(media.faults().recent(System.nanoTime()).isPresent());
    }
}
