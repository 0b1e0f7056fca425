package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of a camera that others watch already and whose key frames are 20 s apart (x264's keyint=600 at 30 fps): who comes in between waits for the next. */
@Execution(ExecutionMode.CONCURRENT)
class DistantKeyFramesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FRAME_NANOS = 33_333_333;
    private static final int GOP = 30; // of the demo, whose frames these are

    @TempDir
    private Path work;

    private final FakeClock clock = new FakeClock();
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264);
    private final ArenaPool pool = TestCameras.pool(8 << 20);
    private final Camera camera = TestCameras.camera(source, pool, clock);

    /** The last key frame came 10 s ago, and is no longer in the ring. */
    private Watch other() throws UnavailableException {
        Watch other = camera.watch(Encoding.H264, /* packager= */ null);
        source.awaitStart(1);
        long begin = clock.nanoTime() - 10 * SECOND;
        source.accessUnitAt(0, begin - 20 * SECOND);
        source.accessUnitAt(GOP, begin);
        for (int i = 1; i < 295; i++) {
            // more than a ring has places for
            source.accessUnitAt(GOP + 1 + i % (GOP - 1), begin + i * FRAME_NANOS);
        }
        source.settle();
        Await.until(5, () -> camera.feed(Encoding.H264).lacksKeyFrame(), () -> "the ring still holds the key frame");
        return other;
    }

    private Socket ask(PerchServer server, String target) throws Exception {
        Socket asked = server.connect(target);
        Await.until(30, () -> camera.watchers() == 2, () -> "watchers=" + camera.watchers());
        return asked;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/stream.mp4", "/stream.h264", "/stream.flv"})
    void nextKeyFrame_isWaitedForBeyond10Seconds(String target) throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work);
                Watch other = other();
                Socket asked = ask(server, target)) {
            assertEquals(camera, other.camera());
            clock.advance(Duration.ofMillis(9_900));
            LockSupport.parkNanos(SECOND); // the pump looks four times a second
            clock.advance(Duration.ofMillis(900));
            LockSupport.parkNanos(SECOND);
            assertEquals(2, camera.watchers(), "11 s later the key frame is still awaited");
            for (int i = 0; i < 3; i++) {
                source.accessUnitAt(2 * GOP + i, clock.nanoTime() + i * FRAME_NANOS);
            }
            assertEquals(200, Answer.of(asked).status());
        }
        Await.allGivenBack(pool);
    }

    @Test
    void keyFrameThatDoesNotCome_isNamedInTheRefusal() throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work);
                Watch other = other();
                Socket asked = ask(server, "/stream.mp4")) {
            assertEquals(camera, other.camera());
            Await.until(
                    30,
                    () -> {
                        clock.advance(Duration.ofMillis(100));
                        return camera.watchers() == 1;
                    },
                    () -> "it is still waited for");
            Answer answer = Answer.of(asked);
            assertEquals(503, answer.status());
            String text = answer.text();
            assertTrue(
                    text.matches(
                            ".* frame to start with within 3\\d s; it is live. Its key frames are too far apart.*"),
                    text);
        }
        Await.allGivenBack(pool);
    }
}
