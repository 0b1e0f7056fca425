package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single pictures of streams whose key frames are no whole picture by themselves, or long ago. Each frame is as bright as its number says. Needs ffmpeg. */
@Tag("players")
@Timeout(60)
class KeyFramePicturesPlayersTest {
    private static final int FRAMES = 300;
    private static final long FRAME_NANOS = 1_000_000_000L / 15;

    @TempDir
    Path folder;

    private final MemoryBudget budget = new MemoryBudget(16 << 20, "memory.budget");
    private final BlockingQueue<CaptureException> failures = new LinkedBlockingQueue<>();

    /** A stream whose frames have been captured up to now, all or the first of them. */
    private static final class Past implements FrameReader {
        private final List<RecordingSink.Frame> frames;
        private final long beganNanos;
        private final long intervalNanos;
        private volatile int end; // set by the test, read by the worker
        private int at = -1;

        Past(List<RecordingSink.Frame> frames, long intervalNanos) {
            this.frames = frames;
            this.end = frames.size();
            this.intervalNanos = intervalNanos;
            this.beganNanos = System.nanoTime() - intervalNanos * frames.size();
        }

        long nanosOf(int frame) {
            return beganNanos + frame * intervalNanos;
        }

        @Override
        public boolean next() {
            boolean there = at + 1 < end;
            at += there ? 1 : 0;
            return there;
        }

        @Override
        public long framesAhead() {
            return (long) end - at - 1;
        }

        @Override
        public int rewind() {
            for (int i = frames.size() - 1; i >= 0; i--) {
                if (frames.get(i).key()) {
                    at = i - 1;
                    return frames.size() - i;
                }
            }
            return 0;
        }

        @Override
        public int sizeBytes() {
            return frames.get(at).bytes().size();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(nanosOf(at), 0);
        }

        @Override
        public boolean key() {
            return frames.get(at).key();
        }

        @Override
        public StreamConfig config() {
            return frames.get(at).config();
        }

        @Override
        public boolean copyTo(ByteBuffer destination) {
            frames.get(at).bytes().copyTo(destination);
            return true;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {
            // the test's
        }
    }

    @ParameterizedTest
    @CsvSource({
        "keyint=600:scenecut=0, 0, 3", // further apart than a ring holds
        "keyint=250:scenecut=0:slices=2, 0, 3",
        "keyint=250:scenecut=0:tff=1, 0, 3", // MBAFF
        "keyint=60:intra-refresh=1, 0, 3", // an IDR picture at the start, then recovery points
        "keyint=60:intra-refresh=1, 100, 3", // joined in the middle: no IDR picture at all
    })
    void newestPicture_isDecodedOnFromTheLastKeyFrame(String parameters, int from, int tolerance) throws Exception {
        Past past = new Past(stream(parameters).subList(from, FRAMES), FRAME_NANOS);
        int wanted = past.frames.size() - 20;
        RecordingSink.Frame picture = picture(past, wanted);
        int shown = (int) Math.round((picture.time().decodeNanos() - past.nanosOf(0)) / (double) FRAME_NANOS);
        assertEquals(from + shown, numberOf(picture), tolerance, "the picture is that of its time");
        assertTrue(numberOf(picture) >= from + wanted - 3, "it is as new as it is said to be");
        assertTrue(shown >= wanted, () -> shown + " of " + past.frames.size());
    }

    @Test
    void keyFramesOfASecond_areDecodedAlone() throws Exception {
        List<RecordingSink.Frame> frames = stream("keyint=15:scenecut=0");
        Past past = new Past(frames.subList(0, 286), FRAME_NANOS); // the last is a key frame
        RecordingSink.Frame picture = picture(past, 284);
        assertEquals(285, numberOf(picture), 3);
        assertEquals(past.nanosOf(285), picture.time().decodeNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "keyint=300:scenecut=0, 0",
        "keyint=60:intra-refresh=1, 100",
    })
    void stream_beginsWithTheNewestPicture_andHasEachAfterIt(String parameters, int from) throws Exception {
        Past past = new Past(stream(parameters).subList(from, FRAMES), FRAME_NANOS);
        int newest = past.end - 20;
        past.end = newest + 1;
        RecordingSink sink = new RecordingSink();
        CameraConfig camera = CameraConfig.defaults("front", new SourceConfig.Demo());
        Derivation derivation = new Deriver(camera, new ArenaPool(budget))
                .ofFrames(Target.of(Encoding.JPEG), Encoding.H264, past, 15, sink, failures::add);
        try {
            for (int number = newest; number < past.frames.size(); number++) {
                past.end = number + 1;
                int wanted = number - newest + 1;
                while (sink.frames().size() < wanted) {
                    derivation.frameCame();
                    LockSupport.parkNanos(5_000_000);
                    assertTrue(failures.isEmpty(), failures::toString);
                }
                assertEquals(wanted, sink.frames().size());
                RecordingSink.Frame picture = sink.frames().get(wanted - 1);
                assertEquals(past.nanosOf(number), picture.time().decodeNanos());
                assertEquals(from + number, numberOf(picture), 3);
            }
        } finally {
            derivation.stop();
            assertTrue(derivation.awaitOver(10_000));
        }
    }

    private RecordingSink.Frame picture(Past past, int wanted) throws Exception {
        RecordingSink sink = new RecordingSink();
        CameraConfig camera = CameraConfig.defaults("front", new SourceConfig.Demo());
        Derivation derivation = new Deriver(camera, new ArenaPool(budget))
                .ofKeyFrames(
                        Target.of(Encoding.JPEG), past, nanos -> nanos >= past.nanosOf(wanted), sink, failures::add);
        try {
            List<RecordingSink.Frame> seen = List.of();
            while (seen.isEmpty()) {
                derivation.frameCame();
                LockSupport.parkNanos(5_000_000);
                assertTrue(failures.isEmpty(), failures::toString);
                seen = List.copyOf(sink.frames()).stream()
                        .filter(frame -> frame.time().decodeNanos() >= past.nanosOf(wanted))
                        .toList();
            }
            assertTrue(sink.frames().size() < 100, () -> sink.frames().size() + " were encoded, for one");
            return seen.get(0);
        } finally {
            derivation.stop();
            assertTrue(derivation.awaitOver(10_000));
            assertEquals(0, budget.leasedBytes());
        }
    }

    private List<RecordingSink.Frame> stream(String parameters) throws IOException, InterruptedException {
        Path file = folder.resolve("stream.h264");
        List<String> command = List.of(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "color=gray:s=320x64:r=15,format=yuv420p,geq=lum='16+N/2':cb=128:cr=128",
                "-frames:v",
                Integer.toString(FRAMES),
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-qp",
                "8",
                "-bf",
                "0",
                "-x264-params",
                parameters,
                "-f",
                "h264",
                file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        RecordingSink frames = new RecordingSink();
        AccessUnitSplitter splitter = new AccessUnitSplitter(new H264Publisher(frames, FRAME_NANOS));
        splitter.bytes(ByteBuffer.wrap(Files.readAllBytes(file)), new FrameTime(0, 0));
        splitter.end();
        assertEquals(FRAMES, frames.frames().size());
        return new ArrayList<>(frames.frames());
    }

    /** Of the frame, by its brightness. */
    private static double numberOf(RecordingSink.Frame jpeg) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg.bytes().toArray()));
        double sum = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            sum += image.getRGB(x, 32) & 0xff;
        }
        return sum / image.getWidth() * 219 / 255 * 2;
    }
}
