package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perch.audience.Admission;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.Watch;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.testing.Await;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.window.CameraWindow;
import dev.perch.window.Windows;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HLS of a camera that others watch already, whose key frames are 100 s apart; those who wait go by a clock of the test's. */
class LongGopTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FRAME_NANOS = 33_333_333;
    private static final int GOP = 30; // of the demo, whose frames these are

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264);
    private final Camera camera = TestCameras.camera(source, pool);
    private final Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
    private final RequestAdmission admission =
            new RequestAdmission(new Admission(pool.budget(), MemoryBudget.ofHeap(16 << 20)), new Callers(List.of()));
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final AsyncContext async = mock(AsyncContext.class);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final long begin = System.nanoTime();
    private volatile long now = begin; // set by the test, read by the pump too
    private Windows windows;
    private SegmentAnswers segments;
    private Watch other;

    @SuppressWarnings("NullAway.Init") // made before each test
    LongGopTest() {}

    @BeforeEach
    void open() throws Exception {
        windows = new Windows(cameras, new Clock() {
            @Override
            public long nanoTime() {
                return now;
            }

            @Override
            public long wallClockMicros() {
                return System.currentTimeMillis() * 1000;
            }
        });
        segments = new SegmentAnswers(cameras, windows, admission);
        request();
        other = camera.watch(Encoding.H264, /* packager= */ null);
        source.awaitStart(1);
        source.accessUnitAt(0, begin - 110 * SECOND);
        source.accessUnitAt(GOP, begin - 10 * SECOND);
        for (int i = 1; i < 295; i++) {
            // more than a ring has places for
            source.accessUnitAt(GOP + 1 + i % (GOP - 1), begin - 10 * SECOND + i * FRAME_NANOS);
        }
        source.settle();
        Await.until(5, () -> camera.feed(Encoding.H264).lacksKeyFrame(), () -> "the ring still holds the key frame");
    }

    private void request() throws IOException {
        Map<String, Object> attributes = new ConcurrentHashMap<>();
        when(request.getMethod()).thenReturn("GET");
        when(request.getRemoteAddr()).thenReturn("127.0.0.1");
        when(request.getServletPath()).thenReturn("/front/");
        when(request.getHeaderNames()).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders(anyString())).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.isAsyncSupported()).thenReturn(true);
        when(request.startAsync()).thenReturn(async);
        when(request.getAttribute(anyString())).thenAnswer(call -> attributes.get(call.<String>getArgument(0)));
        doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1)))
                .when(request)
                .setAttribute(anyString(), any());
        ServletOutputStream out = mock(ServletOutputStream.class);
        when(response.getOutputStream()).thenReturn(out);
        doAnswer(call -> {
                    body.write(call.<byte[]>getArgument(0));
                    return null;
                })
                .when(out)
                .write(any(byte[].class));
    }

    @AfterEach
    void close() {
        windows.close();
        other.close();
        cameras.close();
    }

    private void ask() throws IOException {
        segments.answer(camera, "hls/index.m3u8", request, response);
    }

    /** A little after that second: the script's time of a frame is a little after what it is told. */
    private CameraWindow at(long seconds) {
        now = begin + seconds * SECOND + SECOND / 3;
        CameraWindow window = windows.of(camera);
        window.deliver(now);
        return window;
    }

    @Test
    void request_isHeldWhileTheKeyFrameMayCome_andThenToldWhenItIsDue() throws Exception {
        ask();
        at(49);
        verify(async, never()).dispatch();
        assertTrue(at(51).running());
        verify(async, timeout(5000)).dispatch(); // by the pump, where that was faster
        ask(); // as the container does then
        verify(response).setStatus(503);
        verify(response).setHeader("Retry-After", "39");
        String problem = body.toString(StandardCharsets.UTF_8);
        assertTrue(
                problem.contains(
                        "the last one of camera fake was 61 s ago. Its key frames are up to 100 s apart: the next one is"
                                + " due within 39 s."),
                problem);
    }

    @Test
    void window_waitsForTheOneWhoWasToldToComeBack_andNoLonger() throws Exception {
        ask();
        at(51);
        verify(async, timeout(5000)).dispatch();
        ask();
        assertTrue(at(51 + 43).running(), "39 s, and a little more");
        assertFalse(at(51 + 45).running());
    }

    @Test
    void keyFrameThatComes_isAnsweredWithAtOnce() throws Exception {
        ask();
        verify(async, never()).dispatch();
        for (int i = 0; i <= GOP; i++) {
            source.accessUnitAt(2 * GOP + i, begin + i * FRAME_NANOS);
        }
        verify(async, timeout(5000)).dispatch();
        ask();
        verify(response, never()).setStatus(503);
        assertTrue(body.toString(StandardCharsets.UTF_8).contains("#EXT-X-STREAM-INF"), body::toString);
        assertEquals(100e9, (double) camera.feed(Encoding.H264).keyFrames().longestNanos(), 1e8);
    }
}
