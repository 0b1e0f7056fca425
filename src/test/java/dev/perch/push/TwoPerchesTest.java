package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Access;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.Watch;
import dev.perch.config.CameraConfig;
import dev.perch.config.PushConfig;
import dev.perch.config.SourceConfig;
import dev.perch.feed.Cursor;
import dev.perch.ingest.RtmpPort;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.PublishedSource;
import dev.perch.source.Source;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two programs that push to each other by RTMP, hours in compressed time: a camera goes from here to there and comes back. */
@Timeout(3600)
class TwoPerchesTest {
    /** No frame may be further from the next than a publisher's silence lasts, 15 s. */
    private static final long STEP_MILLIS = Long.getLong("perch.rtmp.step", 8_000);

    /** Beyond 0xFFFFFF ms, where the time of a message takes its extended form (RTMP 1.0 §5.3.1.3). By hand beyond 2^32 ms, where it begins anew. */
    private static final long MILLIS = Long.getLong("perch.rtmp.millis", 0xffffff + 60_000);

    private final FakeClock clock = new FakeClock();
    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final MemoryBudget heap = new MemoryBudget(16 << 20, "heap");
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264);
    private final DemoFrames demo = DemoFrames.all();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Camera back;

    @BeforeEach
    void start() throws Exception {
        int herePort = freePort();
        int therePort = freePort();
        Camera front = camera(TestCameras.demo("front"), source, push(therePort, "there"));
        CameraConfig returning = published("back");
        back = camera(returning, new PublishedSource(returning));
        CameraConfig away = published("there");
        Camera there = camera(away, new PublishedSource(away), push(herePort, "back"));
        open(herePort, front, back);
        open(therePort, there);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static CameraConfig published(String id) {
        return CameraConfig.defaults(id, new SourceConfig.Publish("", /* replace= */ false, Duration.ofSeconds(30)));
    }

    private static PushConfig push(int port, String name) {
        return new PushConfig(
                name, "rtmp://127.0.0.1:" + port + "/live/" + name, PushConfig.Audio.AUTO, /* start= */ true);
    }

    private Camera camera(CameraConfig config, Source from, PushConfig... pushes) {
        Camera made = Camera.start(config.pushedTo(List.of(pushes)), from, pool, clock);
        opened.add(made);
        return made;
    }

    /** Opens a program's port, then begins its pushes; all that ends before its cameras do. */
    private void open(int port, Camera... cameras) throws IOException {
        Cameras all = new Cameras(List.of(cameras), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        Audience audience = new Audience(clock);
        Admission admission = new Admission(pool.budget(), heap);
        opened.add(0, audience);
        opened.add(
                0,
                RtmpPort.open(
                        "127.0.0.1",
                        port,
                        /* tls= */ null,
                        new RtmpPort.Served(
                                all,
                                new Access("", anyPort -> Optional.empty()),
                                audience,
                                (address, played) -> admission.bySocket(/* ownBytes= */ 0),
                                heap)));
        opened.add(0, Pushes.start(all));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        Await.allGivenBack(pool);
        assertEquals(0, heap.leasedBytes());
    }

    private int given;

    private void give(long millis) {
        clock.advance(Duration.ofMillis(millis));
        source.accessUnitAt(given++ % demo.frames(), clock.nanoTime());
    }

    @Test
    void cameraThatGoesThereAndBack_keepsItsTimes_beyondTheLimitsOfTheirFields() throws Exception {
        source.awaitStart(1);
        Await.until(
                60,
                () -> {
                    give(20);
                    return back.state().word().equals("live");
                },
                () -> "nothing comes back: " + back.state());
        try (Watch watch = back.watch(Encoding.H264, /* packager= */ null)) {
            Cursor cursor = watch.cursor();
            long begun = given;
            Await.until(60, () -> newest(cursor) >= clock.nanoTime() - 2_000_000, () -> "the first frames do not come");
            long firstNanos = newest(cursor);
            long lastNanos = firstNanos;
            for (long millis = 0; millis < MILLIS; millis += STEP_MILLIS) {
                give(STEP_MILLIS);
                awaitFrame(cursor);
                long nanos = cursor.frame().time().decodeNanos();
                cursor.release();
                assertEquals(
                        (double) STEP_MILLIS,
                        (nanos - lastNanos) / 1e6,
                        /* rounded twice= */ 25,
                        () -> "frame " + given);
                lastNanos = nanos;
            }
            assertEquals(
                    (double) ((given - begun) * STEP_MILLIS), (lastNanos - firstNanos) / 1e6, 25, "the time in all");
        }
    }

    /** Looks often: beyond 2^32 ms there are half a million of them. */
    private void awaitFrame(Cursor cursor) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!cursor.advance()) {
            assertTrue(System.nanoTime() < end, () -> "frame " + given + " does not come back");
            LockSupport.parkNanos(100_000);
        }
    }

    private long newestNanos;

    private long newest(Cursor cursor) {
        while (cursor.advance()) {
            newestNanos = cursor.frame().time().decodeNanos();
            cursor.release();
        }
        return newestNanos;
    }
}
