package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.FakeMachine;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.DemoSource;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running program gives back when the machine's memory runs short, and who stays: a machine of files, polled by the test. */
class SheddingTest {
    private static final long MIB = 1 << 20;
    private static final long SHORT_BYTES = 30 * MIB;
    private static final long CRITICAL_BYTES = 15 * MIB;
    private static final long ROOM_BYTES = 200 * MIB;

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private FakeMachine machine;
    private MemoryWatch watch;
    private long seconds = 1000;

    @SuppressWarnings("NullAway.Init") // set before each test
    SheddingTest() {}

    @BeforeEach
    void make() throws IOException {
        machine = new FakeMachine(Files.createDirectory(work.resolve("root")));
        watch = new MemoryWatch(machine.gauge());
    }

    private void poll(int times, long availableBytes) {
        machine.available(availableBytes);
        for (int i = 0; i < times; i++) {
            watch.poll(++seconds * 1_000_000_000L);
        }
    }

    private static JsonObject stats(PerchServer server) throws Exception {
        try (Answer answer = Answer.get(server.port(), "/stats")) {
            return JsonParser.object().from(answer.text());
        }
    }

    private static void readMore(Answer viewer) throws IOException {
        assertEquals(3_000, viewer.body().readNBytes(3_000).length);
    }

    private static long departed(PerchServer server, String how) throws Exception {
        return stats(server).getObject("viewers").getObject("departures").getLong(how);
    }

    @Test
    void shortOfMemory_ringsAreShortened_nobodyNewIsLetIn_everybodyStays() throws Exception {
        Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool, OptionalLong.of(2 * MIB));
        try (PerchServer server = PerchServer.of(pool, camera).watchedBy(watch).start(work);
                Answer viewer = Answer.get(server.port(), "/stream.mjpg")) {
            readMore(viewer);
            Await.until(
                    5,
                    () -> camera.feed(Encoding.JPEG).stats().framesInRing() > 5,
                    () -> camera.feed(Encoding.JPEG).stats().toString());
            int before = camera.feed(Encoding.JPEG).stats().ringBytes();
            poll(1, SHORT_BYTES);
            Await.until(2, () -> camera.feed(Encoding.JPEG).stats().ringBytes() < before, () -> "still " + before);
            JsonObject memory = stats(server).getObject("memory");
            assertEquals("short", memory.getString("scarcity"));
            assertEquals("rings", memory.getArray("inForce").getString(0));
            assertEquals(1, memory.getObject("steps").getLong("rings"));
            try (Answer refused = Answer.get(server.port(), "/stream.mp4")) {
                assertEquals(503, refused.status());
                assertEquals("10", refused.header("Retry-After"));
                JsonObject problem = JsonParser.object().from(refused.text());
                assertEquals("Memory is short", problem.getString("title"));
                assertEquals(
                        "Memory is short, so nobody new is let in for now: 30.0 MiB of 427.6 MiB of the machine's"
                                + " memory are available, less than 35.6 MiB is short.",
                        problem.getString("detail"));
                assertEquals(SHORT_BYTES, problem.getLong("availableBytes"));
                assertEquals(FakeMachine.PI_BYTES, problem.getLong("totalBytes"));
            }
            assertEquals(1, stats(server).getObject("viewers").getLong("turnedAway"));
            try (Answer page = Answer.get(server.port(), "/stats")) {
                assertEquals(200, page.status());
            }
            readMore(viewer);
            poll(40, ROOM_BYTES);
            try (Answer again = Answer.get(server.port(), "/stream.mp4")) {
                assertEquals(200, again.status());
            }
        }
        assertEquals(0, pool.budget().leasedBytes());
    }

    @Test
    void memoryNearlyGone_closesWhoCameLast_halfStay() throws Exception {
        Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);
        List<Answer> viewers = new ArrayList<>();
        try (PerchServer server = PerchServer.of(pool, camera).watchedBy(watch).start(work)) {
            for (int i = 0; i < 6; i++) {
                viewers.add(Answer.get(server.port(), i % 2 == 0 ? "/stream.mp4" : "/stream.mjpg"));
                readMore(viewers.get(i));
            }
            poll(1, CRITICAL_BYTES);
            Await.until(2, () -> camera.watchers() == 4, () -> "watchers=" + camera.watchers());
            poll(10, CRITICAL_BYTES);
            Await.until(2, () -> camera.watchers() == 3, () -> "watchers=" + camera.watchers());
            for (int i = 0; i < 6; i++) {
                if (i < 3) {
                    readMore(viewers.get(i));
                } else {
                    assertTrue(ends(viewers.get(i)), "viewer " + i + " came late");
                }
            }
            assertEquals(3, departed(server, "shed"));
            assertEquals(0, departed(server, "shutDown"));
            for (Answer viewer : viewers) {
                viewer.close();
            }
        }
        assertEquals(0, pool.budget().leasedBytes());
    }

    /** Whether the server ended the answer; what is under way is read first. */
    private static boolean ends(Answer viewer) throws IOException {
        long deadlineNanos = System.nanoTime() + 3_000_000_000L;
        while (System.nanoTime() - deadlineNanos < 0) {
            if (viewer.body().read() < 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    void derivedFormat_isStopped_itsViewersAreClosed_andItComesBack() throws Exception {
        ScriptedSource source = new ScriptedSource(PixelFormat.YUYV);
        Camera camera = TestCameras.camera(source, pool);
        try (PerchServer server = PerchServer.of(pool, camera).watchedBy(watch).start(work);
                Answer viewer = picture(server, source, 1)) {
            assertEquals(200, viewer.status());
            poll(2, SHORT_BYTES);
            Await.until(2, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
            assertTrue(ends(viewer));
            assertEquals(1, departed(server, "shed"));
            Await.until(
                    5,
                    () -> camera.feed(Encoding.JPEG).stats().ringBytes() == 0,
                    () -> pool.budget().leasedByHolder().toString());
            poll(40, ROOM_BYTES);
            assertFalse(watch.refusal().isPresent());
            try (Answer again = picture(server, source, 2)) {
                assertEquals(200, again.status());
            }
        }
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
    }

    private static Answer picture(PerchServer server, ScriptedSource source, int start) throws Exception {
        Socket asked = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1");
        source.awaitStart(start);
        Thread pictures = new Thread(
                () -> {
                    while (source.ends() < start) {
                        source.picture();
                        LockSupport.parkNanos(30_000_000);
                    }
                },
                "pictures");
        pictures.setDaemon(true);
        pictures.start();
        return Answer.of(asked);
    }
}
