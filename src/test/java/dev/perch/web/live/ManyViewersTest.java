package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crowd at the demo camera: the fast get every frame whole, whatever the slow and the rude ones do, and memory stays in its budget. */
@Tag("quiet")
class ManyViewersTest {
    private static final List<String> STREAMS = List.of("/stream.mjpg", "/stream.mp4", "/stream.h264");
    private static final int OF_EACH = 20;
    private static final int SLOW_OF_EACH = 5;
    private static final int RUDE_OF_EACH = 3;
    private static final int SECONDS = 14;
    private static final int KEY_FRAME_INTERVAL = 30;
    private static final long BUDGET_BYTES = 48 << 20;
    private static final DemoFrames DEMO = DemoFrames.all();

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(BUDGET_BYTES);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);

    /** Where a stream went on otherwise than with the next frame, or was too short: only where the source itself was late and went on with a key frame. */
    private final Queue<String> irregular = new ConcurrentLinkedQueue<>();

    /** The most frames that a session of the source has skipped; each session counts from zero, and so is asked while it runs. */
    private long gaps;

    private long mostBytes;

    /** Reads a stream's numbers, one after the other, until it ends. */
    private interface Numbers {
        /** The next frame's number; -1 at the end. */
        int next() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void fastViewersGetEveryFrame_besideSlowAndRudeOnes(String output) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (PerchServer server = PerchServer.start(camera, pool, work, output)) {
            for (String stream : STREAMS) {
                await(List.of(threads.submit(() -> watch(
                        server, stream, 1)))); // so that the crowd does not meet classes that are not compiled yet
            }
            List<Future<Integer>> fast = new ArrayList<>();
            List<Future<Integer>> others = new ArrayList<>();
            for (String stream : STREAMS) {
                IntStream.range(0, OF_EACH - SLOW_OF_EACH - RUDE_OF_EACH)
                        .forEach(i -> fast.add(threads.submit(() -> watch(server, stream, SECONDS))));
                IntStream.range(0, SLOW_OF_EACH).forEach(i -> others.add(threads.submit(() -> crawl(server, stream))));
                IntStream.range(0, RUDE_OF_EACH).forEach(i -> others.add(threads.submit(() -> reset(server, stream))));
            }
            IntStream.range(0, OF_EACH).forEach(i -> fast.add(threads.submit(snapshots(server, i % 4 == 0))));
            int seen = await(fast);
            for (Future<Integer> viewer : others) {
                viewer.get(30, TimeUnit.SECONDS);
            }
            assertTrue(irregular.isEmpty() || gaps > 0, "frames are missing that the source delivered: " + irregular);
            assertTrue(mostBytes <= BUDGET_BYTES, "mostBytes=" + mostBytes);
            assertTrue(skipped() > 0, "slow viewers skip ahead");
            System.getLogger(ManyViewersTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "{0} frames checked, {1} skipped by slow viewers, at most {2} KiB leased, {3} gaps of the source",
                            seen,
                            skipped(),
                            mostBytes >> 10,
                            gaps);
            Await.until(3, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
        } finally {
            threads.shutdownNow();
        }
        assertEquals(0, pool.openArenas());
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
    }

    /** Waits for viewers. Returns the number of frames that they saw. */
    private int await(List<Future<Integer>> viewers) throws Exception {
        while (!viewers.stream().allMatch(Future::isDone)) {
            mostBytes = Math.max(mostBytes, pool.budget().leasedBytes());
            gaps = Math.max(gaps, camera.sessionStats().sequenceGaps());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        int seen = 0;
        for (Future<Integer> viewer : viewers) {
            seen += viewer.get(1, TimeUnit.SECONDS);
        }
        return seen;
    }

    private long skipped() {
        return camera.feed(Encoding.H264).stats().skipped()
                + camera.feed(Encoding.JPEG).stats().skipped();
    }

    /** A fast viewer: each frame is the demo's, to the byte, and the one after the frame before. @return how many */
    private int watch(PerchServer server, String stream, int seconds) throws IOException {
        int step = stream.endsWith("mjpg") ? 5 : 1;
        try (Answer answer = Answer.get(server.port(), stream + "?duration=" + seconds)) {
            assertEquals(200, answer.status(), () -> answer.headers().toString());
            Numbers numbers = numbers(answer, stream);
            int count = 1;
            int last = numbers.next();
            for (int number = numbers.next(); number >= 0; number = numbers.next()) {
                if (DEMO.distance(last, number) != step) {
                    boolean sourcesOwn = number == last || number % KEY_FRAME_INTERVAL == 0;
                    assertTrue(sourcesOwn, stream + ": a jump to " + number);
                    irregular.add(stream + " went from " + last + " to " + number);
                }
                last = number;
                count++;
            }
            if (Math.abs(seconds * 30 - count * step) > step) {
                irregular.add(stream + " had " + count + " frames in " + seconds + " s");
            }
            return count;
        }
    }

    private static Numbers numbers(Answer answer, String stream) throws IOException {
        if (stream.endsWith("mjpg")) {
            MultipartBody parts = MultipartBody.ending(answer.body());
            return () -> parts.atEnd() ? -1 : DEMO.number(parts.next().jpeg());
        }
        if (stream.endsWith("mp4")) {
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            return () -> {
                var fragment = body.next();
                return fragment.isPresent() ? DEMO.number(fragment.get().nals()) : -1;
            };
        }
        NalUnits.LiveStream units = new NalUnits.LiveStream(answer.body());
        return () -> {
            var unit = units.next();
            return unit.isEmpty() ? -1 : DEMO.number(unit);
        };
    }

    /** A slow viewer: takes half of what the stream has. @return how many bytes */
    private static int crawl(PerchServer server, String stream) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            Answer answer = Answer.of(Answer.send(socket, "GET", stream, "1.1"));
            int taken = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                taken += answer.body().readNBytes(stream.endsWith("mjpg") ? 5_000 : 1_500).length;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
            return taken;
        }
    }

    /** Comes, looks, and goes by a reset, again and again. @return how often */
    private static int reset(PerchServer server, String stream) throws IOException {
        int visits = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            Answer answer = Answer.get(server.port(), stream);
            assertEquals(200, answer.status(), () -> answer.headers().toString());
            answer.body().readNBytes(5000);
            answer.reset();
            visits++;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        return visits;
    }

    /** One snapshot after the other; of the unsteady, every second one is given up half-way. @return how many */
    private static Callable<Integer> snapshots(PerchServer server, boolean unsteady) {
        return () -> {
            int count = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                Answer answer = Answer.get(server.port(), "/snapshot.jpg");
                assertEquals(200, answer.status(), () -> answer.headers().toString());
                if (unsteady && count % 2 == 0) {
                    answer.body().readNBytes(100);
                    answer.reset();
                } else {
                    DEMO.number(Bytes.copyOf(answer.body().readAllBytes()));
                    answer.close();
                }
                count++;
            }
            return count;
        };
    }
}
