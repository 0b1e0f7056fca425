package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Needs Debian's libturbojpeg0 and ffmpeg. */
@Tag("players")
@Timeout(60)
class RawToJpegPlayersTest {
    private final MemoryBudget budget = new MemoryBudget(64 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final BlockingQueue<CaptureException> failures = new LinkedBlockingQueue<>();

    /** A sink whose space comes when the test says so: the worker waits in it, as in a slow encode. */
    private static final class GatedSink implements FrameSink {
        final RecordingSink frames = new RecordingSink();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final CountDownLatch published;

        GatedSink(int frames) {
            published = new CountDownLatch(frames);
        }

        @Override
        public void configure(StreamConfig config) {
            frames.configure(config);
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            entered.countDown();
            await(open);
            return frames.claim(sizeBytes);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            frames.publish(time, key);
            published.countDown();
        }

        @Override
        public void dropped() {
            frames.dropped();
        }
    }

    @Test
    void colours_areAsFfmpegSeesThem(@TempDir Path directory) throws Exception {
        Path raw = directory.resolve("picture.yuyv");
        ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=640x360:r=1",
                "-frames:v",
                "1",
                "-pix_fmt",
                "yuyv422",
                "-f",
                "rawvideo",
                raw);
        Path wanted = directory.resolve("wanted.rgb");
        ffmpeg(
                "-pix_fmt",
                "yuyv422",
                "-s",
                "640x360",
                "-f",
                "rawvideo",
                "-i",
                raw,
                "-pix_fmt",
                "rgb24",
                "-f",
                "rawvideo",
                wanted);

        ByteBuffer pixels = ByteBuffer.allocateDirect(640 * 360 * 2)
                .put(Files.readAllBytes(raw))
                .flip();
        Path jpeg = directory.resolve("ours.jpg");
        try (TurboJpegEncoder encoder = new TurboJpegEncoder("front", TestPicture.of(640, 360, pixels), 80, arenas)) {
            assertTrue(budget.leasedBytes() > 640 * 360 * 4);
            ByteBuffer encoded = encoder.encode(TestPicture.of(640, 360, pixels));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            Files.write(jpeg, bytes);
        }
        assertEquals(0, budget.leasedBytes());
        Path seen = directory.resolve("seen.rgb");
        ffmpeg("-i", jpeg, "-pix_fmt", "rgb24", "-f", "rawvideo", seen);

        double psnr = psnr(Files.readAllBytes(wanted), Files.readAllBytes(seen));

        assertTrue(psnr > 35, "psnr=" + psnr);
    }

    @Test
    void newestPictureWins_andEveryPictureGoesBack() throws Exception {
        GatedSink sink = new GatedSink(2);
        Derivation encoder = RawToJpeg.start("front", arenas, sink, failures::add);
        List<TestPicture> pictures = new ArrayList<>();
        for (int luma : List.of(30, 80, 130, 180)) {
            pictures.add(TestPicture.plain(64, 32, luma));
        }
        encoder.accept(pictures.get(0));
        await(sink.entered);
        pictures.subList(1, 4).forEach(encoder::accept);
        assertEquals(2, encoder.superseded());
        sink.open.countDown();
        await(sink.published);
        encoder.close();

        assertEquals(
                List.of(1, 1, 1, 1),
                pictures.stream().map(p -> p.closes().get()).toList());
        assertEquals(List.of(new StreamConfig.Jpeg(64, 32)), sink.frames.configs());
        assertEquals(2, sink.frames.frames().size());
        // luma 180 of 16 to 235 is 191 of 0 to 255
        assertEquals(191, red(sink.frames.frames().get(1)), 2);
        assertEquals(0, budget.leasedBytes());
        assertTrue(failures.isEmpty());
    }

    @Test
    void anotherSize_isAnotherEncoderAndConfig() {
        GatedSink sink = new GatedSink(2);
        sink.open.countDown();
        try (Derivation encoder = RawToJpeg.start("front", arenas, sink, failures::add)) {
            encoder.accept(TestPicture.plain(64, 32, 100));
            await(sink.entered);
            while (sink.published.getCount() == 2) {
                Thread.onSpinWait(); // or the second picture would replace the first
            }
            encoder.accept(TestPicture.plain(34, 18, 100));
            await(sink.published);
        }
        assertEquals(List.of(new StreamConfig.Jpeg(64, 32), new StreamConfig.Jpeg(34, 18)), sink.frames.configs());
    }

    @Test
    void afterClose_picturesGoStraightBack() {
        Derivation encoder = RawToJpeg.start("front", arenas, new RecordingSink(), failures::add);
        encoder.close();
        TestPicture late = TestPicture.plain(64, 32, 100);
        encoder.accept(late);
        assertEquals(1, late.closes().get());
        encoder.close();
    }

    @Test
    void withoutMemory_isToldOnceAndPicturesGoBack() throws Exception {
        List<TestPicture> pictures;
        ArenaPool none = new ArenaPool(new MemoryBudget(1000, "memory.budget"));
        try (Derivation encoder = RawToJpeg.start("front", none, new RecordingSink(), failures::add)) {
            TestPicture first = TestPicture.plain(64, 32, 100);
            encoder.accept(first);
            CaptureException failure = failures.poll(10, TimeUnit.SECONDS);
            assertEquals(Kind.NO_ROOM, failure == null ? null : failure.kind());
            TestPicture second = TestPicture.plain(64, 32, 100);
            encoder.accept(second);
            pictures = List.of(first, second);
        }
        assertEquals(List.of(1, 1), pictures.stream().map(p -> p.closes().get()).toList());
        assertTrue(failures.isEmpty());
    }

    private static int red(RecordingSink.Frame frame) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(frame.bytes().toArray())).getRGB(5, 5) >> 16 & 0xff;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static double psnr(byte[] one, byte[] other) {
        assertEquals(one.length, other.length);
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] & 0xff) - (other[i] & 0xff);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255.0 * one.length / squares);
    }

    private static void ffmpeg(Object... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y"));
        for (Object word : words) {
            command.add(word.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
