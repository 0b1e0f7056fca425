package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand viewers of one camera, of whom three hundred never read. */
@Tag("quiet") // it takes half a minute
@Isolated("it counts the process's threads and descriptors")
class ThousandViewersTest {
    private static final int READING = 700;
    private static final int STALLED = 300;
    private static final int SECONDS = 30;
    private static final long BUDGET_BYTES = 640 << 20;

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(BUDGET_BYTES);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void theOthersGetEveryFrameWhole_andAllIsGivenBack(String output) throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work, output)) {
            try (Crowd first = new Crowd()) {
                first.join(server.port(), "/stream.mjpg?duration=1");
                first.read(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
            }
            Await.until(3, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
            long descriptors = descriptors();
            List<String> threads = threads();
            watch(server, output);
            Await.until(20, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
            Await.until(
                    20, () -> descriptors() <= descriptors, () -> descriptors() + " descriptors, not " + descriptors);
            Await.until(5, () -> started(threads).isEmpty(), () -> started(threads) + " besides " + threads);
            assertEquals(
                    0,
                    pool.budget().leasedBytes(),
                    () -> pool.budget().leasedByHolder().toString());
        }
    }

    private void watch(PerchServer server, String output) throws IOException {
        try (Crowd crowd = new Crowd()) {
            for (int i = 0; i < STALLED; i++) {
                crowd.joinStalled(server.port(), "/stream.mjpg");
            }
            for (int i = 0; i < READING; i++) {
                crowd.join(server.port(), "/stream.mjpg?duration=" + SECONDS);
            }
            crowd.read(System.nanoTime() + TimeUnit.SECONDS.toNanos(3 * SECONDS));
            assertEquals(0, crowd.open(), "every answer has come to its end");
            int fewest = crowd.frames().stream().min(Integer::compare).orElseThrow();
            System.getLogger(ThousandViewersTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "{0}: {1} frames compared, at least {2} each, {3} missed",
                            output,
                            crowd.frames().stream().mapToInt(Integer::intValue).sum(),
                            fewest,
                            crowd.missed());
            assertTrue(fewest > 1, "fewest=" + fewest);
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    /** The threads that run now and did not before; the JDK may have ended some of its own meanwhile. */
    private static List<String> started(List<String> before) {
        List<String> now = new ArrayList<>(threads());
        before.forEach(now::remove);
        return now;
    }

    /** But for Tomcat's workers, of which it keeps some, and the JDK's own pool. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.contains("-exec-")
                        && !name.startsWith("Attach")
                        && !name.startsWith("ForkJoinPool")
                        && !name.startsWith("perch-closer"))
                .sorted()
                .toList();
    }
}
