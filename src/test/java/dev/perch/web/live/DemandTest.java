package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.FakeClock;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What viewers get when the source does what a camera does: starts late, pauses, fails, comes back; and that it runs for viewers only. */
@Execution(ExecutionMode.CONCURRENT)
class DemandTest extends ScriptedServer {
    private static final long SECOND = 1_000_000_000L;

    DemandTest() {
        super(PixelFormat.H264, PixelFormat.JPEG);
    }

    private void awaitWatchers(int count) {
        awaitWatchers(count, 2);
    }

    private void awaitWatchers(int count, double seconds) {
        Await.until(seconds, () -> camera.watchers() == count, () -> "watchers=" + camera.watchers());
    }

    private void accessUnits(int from, int to) {
        for (int i = from; i < to; i++) {
            source.accessUnit(i);
        }
    }

    private static int number(Bytes jpeg) {
        return DemoFrames.all().number(jpeg);
    }

    private static Bytes body(Answer answer) throws Exception {
        return Bytes.copyOf(answer.body().readAllBytes());
    }

    @Test
    void headAndErrors_neverStartTheCamera() throws Exception {
        for (String target : List.of("/snapshot.jpg", "/stream.mjpg", "/stream.h264", "/stream.mp4")) {
            try (Answer head = Answer.request(server.port(), "HEAD", target);
                    Answer options = Answer.request(server.port(), "OPTIONS", target);
                    Answer refused = Answer.get(server.port(), target + "?duration=never&max-age=never")) {
                assertEquals(200, head.status());
                assertEquals(204, options.status());
                assertEquals(400, refused.status());
            }
        }
        assertEquals(0, camera.served());
        assertEquals(0, source.starts());
    }

    @Test
    void firstViewerStarts_lastOneStops() throws Exception {
        Socket first = connect("/stream.mjpg");
        source.awaitStart(1);
        Socket second = connect("/stream.mp4");
        awaitWatchers(2);
        source.jpeg(0, 0);
        try (Answer answer = Answer.of(first)) {
            assertEquals(0, number(new MultipartBody(answer.body()).next().jpeg()));
        }
        source.jpeg(5, 0); // shows the server that the first one is gone
        awaitWatchers(1, 3);
        assertEquals(0, source.ends());
        second.close();
        accessUnits(0, 3);
        awaitWatchers(0, 3);
        Await.until(1, () -> source.ends() == 1, () -> "still running");
        Await.until(
                1,
                () -> camera.state() instanceof CameraState.Idle,
                () -> camera.state().word());
        assertEquals(1, source.starts());
        assertEquals(0, pool.openArenas());
    }

    @Test
    void snapshot_isCapturedAfterTheRequest() throws Exception {
        Socket viewer = connect("/stream.mjpg");
        source.awaitStart(1);
        source.jpeg(0, 0);
        try (Answer live = Answer.of(viewer);
                Socket asked = connect("/snapshot.jpg")) {
            awaitWatchers(2);
            source.jpeg(5, SECOND); // captured before the request
            source.jpeg(10, 0);
            try (Answer snapshot = Answer.of(asked);
                    Answer older = Answer.get(server.port(), "/snapshot.jpg?max-age=5000");
                    Answer camerastreamers = Answer.get(server.port(), "/snapshot.jpg?max_delay=5000")) {
                assertEquals(10, number(body(snapshot)));
                assertEquals(10, number(body(older)));
                assertEquals(10, number(body(camerastreamers)));
            }
            assertEquals(200, live.status());
        }
    }

    @Test
    void snapshot_maxAge_refusesWhatIsOlder() throws Exception {
        Socket viewer = connect("/stream.mjpg");
        source.awaitStart(1);
        source.jpeg(0, SECOND);
        try (Answer live = Answer.of(viewer);
                Socket asked = connect("/snapshot.jpg?max-age=500")) {
            awaitWatchers(2);
            source.jpeg(5, SECOND / 4);
            try (Answer snapshot = Answer.of(asked)) {
                assertEquals(5, number(body(snapshot)));
            }
            assertEquals(200, live.status());
        }
    }

    @Test
    void pause_everyStreamGetsASignOfLifeEachSecond() throws Exception {
        Socket mjpeg = connect("/stream.mjpg");
        Socket mp4 = connect("/stream.mp4");
        Socket annexB = connect("/stream.h264");
        source.awaitStart(1);
        awaitWatchers(3);
        accessUnits(0, 3);
        source.jpeg(0, 0);
        try (Answer jpegs = Answer.of(mjpeg);
                Answer fragments = Answer.of(mp4);
                Answer nals = Answer.of(annexB)) {
            MultipartBody parts = new MultipartBody(jpegs.body());
            parts.next();
            long begin = System.nanoTime();
            assertEquals(0, number(parts.next().jpeg()));
            assertEquals(0, number(parts.next().jpeg()));
            assertEquals(2.0, (System.nanoTime() - begin) / 1e9, 0.6);
            accessUnits(3, 5);
            Mp4Body body = new Mp4Body(fragments.body());
            body.init();
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        i, DemoFrames.all().number(body.next().orElseThrow().nals()));
            }
            assertTrue(body.freeBoxes() >= 1 && body.freeBoxes() <= 3, "freeBoxes=" + body.freeBoxes());
            NalUnits.LiveStream units = new NalUnits.LiveStream(nals.body());
            for (int i = 0; i < 4; i++) {
                assertEquals(i, DemoFrames.all().number(units.next()));
            }
        }
    }

    @Test
    void pause_goneViewersAreNoticedWithin2Seconds() throws Exception {
        List<Answer> viewers = new ArrayList<>();
        List<Socket> asked = List.of(
                connect("/stream.mjpg"),
                connect("/stream.mjpg?fps=0.2"),
                connect("/stream.mp4"),
                connect("/stream.h264"));
        source.awaitStart(1);
        awaitWatchers(4);
        accessUnits(0, 2);
        source.jpeg(0, 0);
        for (Socket socket : asked) {
            viewers.add(Answer.of(socket));
        }
        for (int i = 0; i < viewers.size(); i++) {
            if (i % 2 == 0) {
                viewers.get(i).reset();
            } else {
                viewers.get(i).close();
            }
        }
        awaitWatchers(0, 3); // a close shows at the second write only: the first is answered by a reset
        Await.until(
                1,
                () -> camera.state() instanceof CameraState.Idle,
                () -> camera.state().word());
    }

    @Test
    void rateBelowOneASecond_goneViewersAreNoticedNevertheless() throws Exception {
        Socket asked = connect("/stream.mjpg?fps=0.1");
        source.awaitStart(1);
        source.jpeg(0, 0);
        Answer.of(asked).reset();
        for (int i = 5; i < 200 && camera.watchers() > 0; i += 5) {
            source.jpeg(i, 0);
            LockSupport.parkNanos(SECOND / 15);
        }
        awaitWatchers(0, 0.1);
    }

    @Test
    void rateBelowOneASecond_heartbeatsAreHeaderLines() throws Exception {
        Socket asked = connect("/stream.mjpg?fps=0.4");
        source.awaitStart(1);
        source.jpeg(0, 0);
        try (Answer answer = Answer.of(asked)) {
            MultipartBody parts = new MultipartBody(answer.body());
            assertEquals("", parts.next().header("X-Heartbeat"));
            LockSupport.parkNanos(SECOND * 2 / 5);
            source.jpeg(5, 0);
            long begin = System.nanoTime();
            MultipartBody.Part repeated = parts.next();
            assertEquals(2.6, (System.nanoTime() - begin) / 1e9, 0.7);
            assertEquals("1", repeated.header("X-Heartbeat"));
            assertEquals(5, number(repeated.jpeg()));
        }
    }

    @Test
    void halfClosedConnection_isNoGoneViewer() throws Exception {
        Socket asked = connect("/stream.mjpg");
        source.awaitStart(1);
        asked.shutdownOutput();
        source.jpeg(0, 0);
        try (Answer answer = Answer.of(asked)) {
            MultipartBody parts = new MultipartBody(answer.body());
            for (int i = 5; i < 60; i += 5) {
                parts.next();
                source.jpeg(i, 0);
            }
            assertEquals(1, camera.watchers());
        }
    }

    @Test
    void lostCamera_viewersStay_newOnesGetTheReason() throws Exception {
        Socket asked = connect("/stream.mp4");
        source.awaitStart(1);
        accessUnits(0, 4);
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            Mp4Body.Fragment last = body.next().orElseThrow();
            for (int i = 1; i < 4; i++) {
                last = body.next().orElseThrow();
            }
            source.fail(CaptureException.Kind.ABSENT, "The camera was unplugged.");
            Await.until(
                    1,
                    () -> camera.state() instanceof CameraState.Lost,
                    () -> camera.state().word());
            try (Answer refused = Answer.get(server.port(), "/stream.mjpg")) {
                assertEquals(503, refused.status());
                assertFalse(refused.header("Retry-After").isEmpty());
                JsonObject problem = JsonParser.object().from(refused.text());
                assertEquals("The camera was unplugged.", problem.getString("detail"));
                assertEquals("lost", problem.getString("state"));
            }
            source.awaitStart(2);
            accessUnits(31, 33); // no key frame: nobody can start here
            accessUnits(60, 63);
            Mp4Body.Fragment next = body.next().orElseThrow();
            assertTrue(next.key());
            assertEquals(60, DemoFrames.all().number(next.nals()));
            assertEquals(last.sequenceNumber() + 1, next.sequenceNumber());
            long step = next.decodeTicks() - last.decodeTicks();
            assertTrue(step > 0 && step < 90_000 / 10, "an outage counts as one interval: step=" + step);
        }
    }

    @Test
    void noFirstFrame_503After10SecondsWithTheReason() throws Exception {
        FakeClock clock = new FakeClock();
        ScriptedSource late = new ScriptedSource(PixelFormat.H264, PixelFormat.JPEG);
        ArenaPool own = TestCameras.pool(8 << 20);
        Camera waiting = TestCameras.camera(late, own, clock);
        try (PerchServer other = PerchServer.start(waiting, own, work, output())) {
            List<Socket> asked = List.of(
                    other.connect("/snapshot.jpg"),
                    other.connect("/stream.mjpg"),
                    other.connect("/stream.mp4"),
                    other.connect("/stream.h264"));
            late.awaitStart(1);
            Await.until(5, () -> waiting.watchers() == 4, () -> "watchers=" + waiting.watchers());
            for (int i = 1; i < 4; i++) {
                late.accessUnit(i); // no key frame
            }
            late.settle();
            LockSupport.parkNanos(SECOND / 2); // the pump looks four times a second: it sees that the source has begun
            clock.advance(Duration.ofMillis(9_900));
            LockSupport.parkNanos(SECOND / 2); // and that it is not late yet
            assertEquals(4, waiting.watchers());
            clock.advance(Duration.ofMillis(400)); // a look later
            for (Socket socket : asked) {
                try (Answer answer = Answer.of(socket)) {
                    assertNoFirstFrame(answer, /* video= */ socket == asked.get(2) || socket == asked.get(3));
                }
            }
            Await.until(
                    5,
                    () -> waiting.watchers() == 0 && waiting.state() instanceof CameraState.Idle,
                    () -> waiting.watchers() + " " + waiting.state().word());
        }
        assertEquals(0, own.openArenas());
    }

    private static void assertNoFirstFrame(Answer answer, boolean video) throws Exception {
        assertEquals(503, answer.status());
        assertFalse(answer.header("Retry-After").isEmpty());
        JsonObject problem = JsonParser.object().from(answer.text());
        String detail = problem.getString("detail");
        assertTrue(detail.contains("within 10 s"), detail);
        assertEquals(video, detail.contains("3 frames came damaged or without what is needed to start"), detail);
        assertEquals("fake", problem.getString("camera"));
    }

    @Test
    void failedStart_503AtOnceWithTheReason() throws Exception {
        Socket asked = connect("/stream.h264");
        source.awaitStart(1);
        source.fail(CaptureException.Kind.BUSY, "It is in use by another program.");
        try (Answer answer = Answer.of(asked)) {
            assertEquals(503, answer.status());
            assertEquals(
                    "It is in use by another program.",
                    JsonParser.object().from(answer.text()).getString("detail"));
        }
        Await.until(
                1,
                () -> camera.state() instanceof CameraState.Lost
                        && !camera.state().failing(),
                () -> camera.state().word());
        Socket again = connect("/stream.h264");
        source.awaitStart(2);
        accessUnits(0, 2);
        try (Answer answer = Answer.of(again)) {
            assertEquals(200, answer.status());
        }
    }

    @Test
    void aFormatThatTheCameraLacks_409WithWhatItHas() throws Exception {
        ArenaPool own = TestCameras.pool(8 << 20);
        Camera jpegOnly = TestCameras.camera(new ScriptedSource(PixelFormat.YUYV), own);
        try (PerchServer other = PerchServer.start(jpegOnly, own, work);
                Answer answer = Answer.get(other.port(), "/stream.mp4");
                Answer head = Answer.request(other.port(), "HEAD", "/fake/stream.h264")) {
            assertEquals(409, answer.status());
            assertEquals(409, head.status());
            JsonObject problem = JsonParser.object().from(answer.text());
            assertEquals(new JsonArray(List.of("snapshot.jpg", "stream.mjpg")), problem.getArray("available"));
        }
    }
}
