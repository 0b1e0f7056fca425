package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Corpus;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** An hour in compressed time: viewers come and go, the camera vanishes, sizes change; the books and the process's real memory agree. */
@Tag("long") // a minute and more
@Isolated("it reads the process's memory")
class HourTest {
    private static final int MINUTES = 60;
    private static final int SECONDS = 60;
    private static final int FRAMES_IN_A_SECOND = 5;
    private static final List<String> TARGETS = List.of(
            "/stream.mjpg",
            "/stream.h264",
            "/stream.mp4",
            "/snapshot.jpg",
            "/stream.mjpg?fps=2",
            "/stream.mp4?duration=1");

    /** Of different sizes; each begins with a key frame. */
    private static final List<String> STREAMS =
            List.of("h264/x264-baseline.h264", "h264/minih264-cif-rate.h264", "h264/openh264-baseline.h264");

    private static final List<String> IMAGES = List.of("jpeg/turbo-420.jpg", "jpeg/ffmpeg-422-optimal.jpg");

    /** What others in this process may take of direct memory: the selector's and Tomcat's buffers. */
    private static final long OTHERS_BYTES = 2 << 20;

    private static final long GROWTH_BYTES = 24 << 20;

    @TempDir
    Path work;

    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264, PixelFormat.JPEG);
    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(source, pool);
    private final Random random = new Random(20);
    private final List<List<Bytes>> streams = new ArrayList<>();
    private final List<Bytes> images = new ArrayList<>();
    private int size;
    private int frame;
    private int losses;

    HourTest() {
        for (String name : STREAMS) {
            byte[] stream = Corpus.read(name);
            streams.add(Streams.accessUnits(stream, stream.length));
        }
        for (String name : IMAGES) {
            images.add(Bytes.copyOf(Corpus.read(name)));
        }
    }

    @Test
    void booksAndRealMemoryAgree_andNothingGrows() throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work);
                Passers passers = new Passers()) {
            minute(server, passers);
            empty(passers);
            long directBytes = directBytes();
            long residentBytes = 0;
            long sentBytes = passers.bytes();
            for (int minute = 1; minute < MINUTES; minute++) {
                minute(server, passers);
                long beyond = directBytes() - directBytes - pool.budget().leasedBytes();
                assertTrue(beyond < OTHERS_BYTES, "beyond the books in minute " + minute + ": " + beyond);
                if (minute == MINUTES / 3) {
                    empty(passers);
                    residentBytes = residentBytes();
                }
            }
            empty(passers);
            long grown = residentBytes() - residentBytes;
            long left = directBytes() - directBytes;
            System.getLogger(HourTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "{0} bytes sent, {1} losses, {2} starts; direct memory {3} bytes more, resident {4}",
                            passers.bytes() - sentBytes,
                            losses,
                            source.starts(),
                            left,
                            grown);
            assertTrue(left < OTHERS_BYTES, "direct memory left=" + left);
            assertTrue(grown < GROWTH_BYTES, "resident memory grown=" + grown);
        }
        assertEquals(source.starts(), source.ends());
    }

    /** Sixty seconds; the camera vanishes in every fifth minute, and its pictures have another size in every second. */
    private void minute(PerchServer server, Passers passers) throws IOException {
        size++;
        frame = 0; // begins with a key frame
        int started = source.starts();
        passers.come(server.port(), TARGETS.get(0));
        Await.until(
                5,
                () -> source.starts() > started || camera.state() instanceof CameraState.Live,
                () -> camera.state().toString());
        for (int second = 0; second < SECONDS; second++) {
            if (passers.present() < 12 && random.nextInt(3) > 0) {
                passers.come(server.port(), TARGETS.get(random.nextInt(TARGETS.size())));
            }
            if (passers.present() > 2 && random.nextInt(3) == 0) {
                passers.leave();
            }
            if (size % 5 == 0 && second == SECONDS / 2) {
                vanish();
            }
            frames(passers);
        }
        if (size % 3 == 0) {
            empty(passers);
        }
    }

    private void frames(Passers passers) throws IOException {
        List<Bytes> stream = streams.get(size / 2 % streams.size());
        for (int i = 0; i < FRAMES_IN_A_SECOND; i++) {
            source.accessUnit(stream.get(frame++ % stream.size()));
            source.jpeg(images.get(size / 2 % images.size()));
            passers.read();
        }
        source.settle();
        passers.read();
    }

    private void vanish() {
        losses++;
        int started = source.starts();
        source.fail(CaptureException.Kind.ABSENT, "The camera was unplugged.");
        Await.until(5, () -> source.starts() > started, () -> camera.state().toString());
        frame = 0;
    }

    /** Everybody goes, and the books are closed. */
    private void empty(Passers passers) throws IOException {
        while (passers.present() > 0) {
            passers.leave();
        }
        passers.read();
        Await.until(
                20,
                () -> camera.watchers() == 0 && pool.budget().leasedBytes() == 0 && pool.openArenas() == 0,
                () -> "watchers=" + camera.watchers() + " arenas=" + pool.openArenas() + " "
                        + pool.budget().leasedByHolder());
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(buffers -> buffers.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** After a collection. */
    private static long residentBytes() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
