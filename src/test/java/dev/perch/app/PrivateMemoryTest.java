package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.PrivacyConfig;
import dev.perch.h264.H264Publisher;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole memory of the process, searched for what a camera gave before it was made private. */
@Timeout(120)
@Tag("long")
class PrivateMemoryTest {
    private static final int MARK_LONGS = 6;
    private static final int FRAME_BYTES = 60_000;

    @TempDir
    Path work;

    @Test
    void madePrivate_ringsWindowAndWhatASlowViewerHoldsAreErased() throws Exception {
        ArenaPool pool = TestCameras.pool(32 << 20);
        CameraConfig config = TestCameras.device("front", "Front").with(PrivacyConfig.NONE);
        Camera camera = Camera.start(config, new MarkedSource(), pool);
        try (PerchServer server = PerchServer.of(pool, camera)
                        .server(new ServerConfig("127.0.0.1", 0, PerchServer.KEY))
                        .start(work);
                Socket slow = Answer.ask(server.port(), "GET", "/stream.h264", "1.1")) { // never read
            String playlist = "/hls/stream.m3u8";
            Await.until(30, () -> text(server, playlist).contains("#EXTINF"), () -> text(server, playlist));
            Await.until(30, () -> marks() > 20, () -> "the search finds nothing: " + marks());

            assertEquals(200, server.put("/privacy", "{\"private\": true}").statusCode());
            assertEquals(0, marks(), "real pictures are in memory");
            assertTrue(slow.isConnected());
            assertEquals("private", camera.state().word());
        }
    }

    private static String text(PerchServer server, String path) {
        try {
            return server.get(path).body();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    /** The mark is a row of numbers, each made of the one before, so that it stands nowhere but in frames. */
    private static long after(long number) {
        return (number * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL) | 0x8080808080808080L;
    }

    private static long first() {
        return after(Long.parseLong("4711"));
    }

    /** Returns how many marks there are in all memory of this process that can be written to. */
    private static int marks() {
        int found = 0;
        ByteBuffer piece = ByteBuffer.allocateDirect(
                1 << 20); // a file read into the heap passes through memory that is not overwritten
        try (FileChannel memory = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ)) {
            for (String mapping : Files.readAllLines(Path.of("/proc/self/maps"))) {
                String[] words = mapping.split(" ", -1);
                if (words[1].startsWith("rw") && !mapping.contains("[v") && !ofHeap(words[0])) {
                    String[] range = words[0].split("-", -1);
                    found += marks(
                            memory, Long.parseUnsignedLong(range[0], 16), Long.parseUnsignedLong(range[1], 16), piece);
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

    private static int marks(FileChannel memory, long from, long to, ByteBuffer piece) {
        int found = 0;
        byte start = (byte) (first() >>> 56);
        for (long at = from; at >= 0 && at < to; at += piece.capacity()) {
            piece.clear().limit((int) Math.min(piece.capacity(), to - at));
            int count;
            try {
                count = memory.read(piece, at);
            } catch (IOException notThere) {
                continue; // reserved, or gone meanwhile
            }
            for (int i = 0; i + MARK_LONGS * Long.BYTES <= count; i++) {
                if (piece.get(i) == start && marked(piece, i)) {
                    found++;
                    i += MARK_LONGS * Long.BYTES - 1;
                }
            }
            erase(piece);
        }
        return found;
    }

    private static boolean marked(ByteBuffer bytes, int at) {
        long wanted = first();
        for (int i = 0; i < MARK_LONGS; i++) {
            if (bytes.getLong(at + i * Long.BYTES) != wanted) {
                return false;
            }
            wanted = after(wanted);
        }
        return true;
    }

    private static void erase(ByteBuffer bytes) {
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
    }

    /** Gives key frames full of marks, and keeps none itself. */
    private static final class MarkedSource implements Source {
        @Override
        public String description() {
            return "marked";
        }

        @Override
        public Set<PixelFormat> delivers() {
            return Set.of(PixelFormat.H264);
        }

        @Override
        public Session start(SourceOutput output) {
            Run run = new Run(output);
            new Thread(run::run, "marked-source").start();
            return run;
        }
    }

    private static final class Run implements Source.Session {
        private final SourceOutput output;
        private final CountDownLatch stop = new CountDownLatch(1);

        Run(SourceOutput output) {
            this.output = output;
        }

        void run() {
            H264Publisher h264 = new H264Publisher(output.track(TrackId.main(Encoding.H264)), 33_333_333);
            ByteBuffer unit = ByteBuffer.allocateDirect(FRAME_BYTES);
            try {
                do {
                    fill(unit);
                    h264.accessUnit(unit, new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000));
                    erase(unit);
                } while (!stop.await(50, TimeUnit.MILLISECONDS));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            erase(unit);
            output.ended(Optional.empty());
        }

        /** The demo's first key frame with its parameter sets, its slice's data replaced. */
        private static void fill(ByteBuffer unit) {
            unit.clear();
            for (ByteBuffer nal : DemoFrames.all().accessUnit(0)) {
                unit.putInt(1);
                ByteBuffer some = nal.duplicate();
                some.limit(Math.min(some.limit(), some.position() + 48));
                unit.put(some);
            }
            long number = first();
            for (int i = 0; unit.remaining() >= Long.BYTES; i++) {
                number = i % MARK_LONGS == 0 ? first() : number;
                unit.putLong(number);
                number = after(number);
            }
            unit.flip();
        }

        @Override
        public void requestKeyFrame() {
            // each frame is one
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
