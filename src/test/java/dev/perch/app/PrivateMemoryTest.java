package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.PrivacyConfig;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.record.Recorder;
import dev.perch.record.Recordings;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.MaskedDemo;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole memory of the process, searched for the frames that a camera gave before it was made private: each is known by its number. */
@Timeout(300)
@Tag("long")
class PrivateMemoryTest {
    private static final int WORD_BYTES = 16;
    private static final int FRAME_BYTES = 200_000;

    private final MaskedDemo demo;

    @TempDir
    Path work;

    PrivateMemoryTest() throws IOException {
        demo = new MaskedDemo();
    }

    /** Two clients read nothing of what they asked for, HLS keeps its window, and a recorder the seconds before it is asked to record. */
    @Test
    void madePrivate_noFramesNumberIsInAnyMemory() throws Exception {
        ArenaPool pool = TestCameras.pool(48 << 20);
        CountDownLatch over = new CountDownLatch(1);
        Camera camera = Camera.start(config(), new NumberedSource(demo, over), pool);
        Cameras all = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        try (PerchServer server = PerchServer.of(pool, camera)
                        .server(new ServerConfig("127.0.0.1", 0, PerchServer.KEY))
                        .start(work.resolve("tomcat"));
                Recordings recordings = Recordings.start(
                        all, camera.config().record().orElseThrow().retention());
                Socket slow = Answer.ask(server.port(), "GET", "/stream.h264", "1.1");
                Socket slowToo = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1")) {
            String playlist = "/hls/stream.m3u8";
            Await.until(60, () -> text(server, playlist).contains("#EXTINF"), () -> text(server, playlist));
            Await.until(60, () -> numbers().size() > 60, () -> "the search finds " + numbers());

            Recorder recorder = recordings.of(camera).orElseThrow();
            Await.until(60, () -> recorder.status().bufferedSeconds() > 1, () -> "" + recorder.status());

            assertEquals(200, server.put("/privacy", "{\"private\": true}").statusCode());
            assertTrue(over.await(30, TimeUnit.SECONDS), "the source goes on");
            assertEquals(Set.of(), numbers(), "frames of these numbers are in memory");
            assertTrue(slow.isConnected() && slowToo.isConnected());
            assertFalse(recorder.status().wanted());
            assertEquals("private", camera.state().word());
        }
    }

    private CameraConfig config() throws Exception {
        Path file = work.resolve("perch.yml");
        Files.writeString(
                file,
                "cameras:\n  front:\n    device: /dev/video0\n    encoder: off\n    jpeg-encoder: off\n"
                        + "    record: { path: " + work + "/%F-%H-%M-%S.mp4, when: button, before: 3s }\n");
        return PerchConfig.load(file).cameras().get(0).with(PrivacyConfig.NONE);
    }

    private static String text(PerchServer server, String path) {
        try {
            return server.get(path).body();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    /** Returns the numbers of the demo's frames of which there is anything in any memory of this process that can be written to. */
    private Set<Integer> numbers() {
        Set<Integer> found = new TreeSet<>();
        ByteBuffer piece = ByteBuffer.allocateDirect(
                1 << 20); // a file read into the heap passes through memory that is not overwritten
        try (FileChannel memory = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ)) {
            for (String mapping : Files.readAllLines(Path.of("/proc/self/maps"))) {
                String[] words = mapping.split(" ", -1);
                if (words[1].startsWith("rw") && !mapping.contains("[v") && !ofHeap(words[0])) {
                    String[] range = words[0].split("-", -1);
                    long from = Long.parseUnsignedLong(range[0], 16);
                    look(memory, from, Long.parseUnsignedLong(range[1], 16), piece, found);
                }
            }
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
        return found;
    }

    /** The Java heap is left out: parsers copy pieces there, which the collector finds when it likes. A JVM that small has it below 32 GB, and nothing else there but the program. */
    private static boolean ofHeap(String range) {
        return range.length() <= "fffffffff-fffffffff".length();
    }

    private void look(FileChannel memory, long from, long to, ByteBuffer piece, Set<Integer> found) {
        for (long at = from; at >= 0 && at < to; at += piece.capacity() - WORD_BYTES) {
            piece.clear().limit((int) Math.min(piece.capacity(), to - at));
            int count;
            try {
                count = memory.read(piece, at);
            } catch (IOException notThere) {
                continue; // reserved, or gone meanwhile
            }
            for (int i = 0; i + WORD_BYTES <= count; i++) {
                int number = demo.number(piece, i);
                if (number >= 0) {
                    found.add(number);
                }
            }
            erase(piece);
        }
    }

    private static void erase(ByteBuffer bytes) {
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
    }

    /** Gives the demo's frames, and keeps none itself. */
    private record NumberedSource(MaskedDemo demo, CountDownLatch over) implements Source {
        @Override
        public String description() {
            return "numbered";
        }

        @Override
        public Set<PixelFormat> delivers() {
            return EnumSet.of(PixelFormat.H264, PixelFormat.JPEG);
        }

        @Override
        public Session start(SourceOutput output) {
            Run run = new Run(demo, output, over);
            new Thread(run::run, "numbered-source").start();
            return run;
        }
    }

    private static final class Run implements Source.Session {
        private static final int JPEG_EVERY = 5;

        private final MaskedDemo demo;
        private final SourceOutput output;
        private final CountDownLatch over; // it has erased its own memory
        private final CountDownLatch stop = new CountDownLatch(1);

        Run(MaskedDemo demo, SourceOutput output, CountDownLatch over) {
            this.over = over;
            this.demo = demo;
            this.output = output;
        }

        void run() {
            H264Publisher h264 = new H264Publisher(output.track(TrackId.main(Encoding.H264)), 33_333_333);
            JpegPublisher jpeg = new JpegPublisher(output.track(TrackId.main(Encoding.JPEG)));
            ByteBuffer unit = ByteBuffer.allocateDirect(FRAME_BYTES);
            try {
                for (int i = 0; !stop.await(33, TimeUnit.MILLISECONDS); i++) {
                    FrameTime now = new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000);
                    demo.accessUnit(i % demo.frames(), unit);
                    h264.accessUnit(unit, now);
                    if (i % JPEG_EVERY == 0) {
                        demo.jpeg(i / JPEG_EVERY, unit);
                        jpeg.frame(unit, now);
                    }
                    erase(unit);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            erase(unit);
            over.countDown();
            output.ended(Optional.empty());
        }

        @Override
        public void requestKeyFrame() {
            // each second has one
        }

        @Override
        public void stop() {
            stop.countDown();
        }

        @Override
        public SessionStats stats() {
            return SessionStats.NONE;
        }
    }
}
