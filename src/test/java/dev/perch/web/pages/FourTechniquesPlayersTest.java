package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.OneFormatSource;
import dev.perch.testing.PerchServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cameras that give one format: ffmpeg makes the other, over the whole way from the source to HTTP. */
@Tag("quiet")
@Timeout(120)
class FourTechniquesPlayersTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 90;
    private static final int BUDGET_BYTES = 24 << 20;

    @TempDir
    Path folder;

    private final ArenaPool pool = new ArenaPool(new MemoryBudget(BUDGET_BYTES, "memory.budget"));

    @ParameterizedTest
    @EnumSource(
            value = PixelFormat.class,
            names = {"H264", "MJPG", "YUYV"})
    void everyTechnique_isDecodedWithoutError_andAdvances(PixelFormat format) throws Exception {
        try (PerchServer site = start(format, Encoders.AUTO)) {
            assertRises(numbers(fetch(site, "stream.h264?duration=2.5"), "h264"), 8);
            assertRises(numbers(fetch(site, "stream.mp4?duration=2.5"), "mp4"), 8);
            assertRises(numbers(fetch(site, "stream.mjpg?duration=2.5"), "mjpeg"), 8);
            assertEquals(1, numbers(fetch(site, "snapshot.jpg"), "mjpeg").size());
            site.await("front", CameraState.Idle.class);
            assertNothingIsLeft();
        }
    }

    @Test
    void rawPictures_toBothFormatsAtOnce_areAllHandedBack() throws Exception {
        OneFormatSource source = new OneFormatSource(PixelFormat.YUYV, pool);
        try (PerchServer site = PerchServer.site(Map.of(config(Encoders.AUTO), source), pool)) {
            try (var watch = site.camera("front").watch(Encoding.H264, null)) {
                assertFalse(watch.cursor().jumped());
                assertRises(numbers(fetch(site, "stream.mjpg?duration=1.5"), "mjpeg"), 5);
                assertTrue(site.camera("front").feed(Encoding.H264).stats().frames() > 5);
            }
            site.await("front", CameraState.Idle.class);
            awaitNothing(source.lent::get);
            assertNothingIsLeft();
        }
    }

    @Test
    void derivation_endsAfterTheLinger_whileTheCameraGoesOn() throws Exception {
        OneFormatSource source = new OneFormatSource(PixelFormat.MJPG, pool);
        try (PerchServer site = PerchServer.site(Map.of(config(Encoders.AUTO), source), pool);
                var watch = site.camera("front").watch(Encoding.JPEG, null)) {
            assertRises(numbers(fetch(site, "stream.h264?duration=1"), "h264"), 3);
            awaitNothing(() -> processes());
            awaitNothing(() -> site.camera("front").feed(Encoding.H264).stats().ringBytes());
            assertTrue(site.camera("front").state() instanceof CameraState.Live, watch::toString);
        }
    }

    @Test
    void snapshots_ofKeyFrames_startNoDecoderForGood() throws Exception {
        OneFormatSource source = new OneFormatSource(PixelFormat.H264, pool);
        try (PerchServer site = PerchServer.site(Map.of(config(Encoders.AUTO), source), pool);
                var watch = site.camera("front").watch(Encoding.H264, null)) {
            int first = numbers(fetch(site, "snapshot.jpg"), "mjpeg").get(0);
            int second = numbers(fetch(site, "snapshot.jpg"), "mjpeg").get(0);
            int cached =
                    numbers(fetch(site, "snapshot.jpg?max-age=10000"), "mjpeg").get(0);
            assertTrue(first % 30 == 0 && second % 30 == 0 && second > first, first + " " + second);
            assertEquals(second, cached);
            awaitNothing(() -> processes()); // a decoder ends a moment after its picture
            assertEquals(2, site.camera("front").feed(Encoding.JPEG).stats().frames(), watch::toString);
        }
    }

    @Test
    void jpegByFfmpeg_isChosenByTheConfiguration() throws Exception {
        Encoders ffmpeg = new Encoders(EncoderChoice.AUTO, EncoderChoice.of(EncoderChoice.Kind.FFMPEG));
        try (PerchServer site = start(PixelFormat.YUYV, ffmpeg)) {
            assertRises(numbers(fetch(site, "stream.mjpg?duration=2"), "mjpeg"), 8);
        }
    }

    @Test
    void imageio_isChosenByTheConfiguration() throws Exception {
        Encoders java = new Encoders(EncoderChoice.AUTO, EncoderChoice.of(EncoderChoice.Kind.IMAGEIO));
        try (PerchServer site = start(PixelFormat.YUYV, java)) {
            assertRises(numbers(fetch(site, "stream.mjpg?duration=2"), "mjpeg"), 8);
        }
    }

    private PerchServer start(PixelFormat format, Encoders encoders) throws Exception {
        return PerchServer.site(Map.of(config(encoders), new OneFormatSource(format, pool)), pool);
    }

    private static CameraConfig config(Encoders encoders) {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Demo());
        return plain.with(new CameraConfig.Running(
                        plain.running().run(),
                        Duration.ofMillis(300),
                        plain.running().warmUp(),
                        plain.running().ringBytes()))
                .with(encoders);
    }

    private void assertNothingIsLeft() {
        awaitNothing(pool.budget()::leasedBytes);
        awaitNothing(() -> processes());
    }

    private static long processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("ffmpeg"))
                .count();
    }

    private static void awaitNothing(LongSupplier held) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (held.getAsLong() != 0) {
            assertTrue(System.nanoTime() < end, "still held: " + held.getAsLong());
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void assertRises(List<Integer> numbers, int least) {
        assertTrue(numbers.size() >= least, numbers::toString);
        for (int i = 1; i < numbers.size(); i++) {
            assertTrue(numbers.get(i) > numbers.get(i - 1), numbers::toString);
        }
    }

    private Path fetch(PerchServer site, String address) throws IOException, InterruptedException {
        Path file = folder.resolve("fetched-" + System.nanoTime());
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sS",
                        "--fail-with-body",
                        "--max-time",
                        "15",
                        "-o",
                        file.toString(),
                        site.address().resolve("front/" + address).toString())
                .inheritIO()
                .start();
        assertEquals(0, curl.waitFor(), () -> address + ": " + text(file));
        return file;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException noText) {
            return noText.toString();
        }
    }

    /** The numbers in the pictures; fails when ffmpeg complains of any of them. */
    private List<Integer> numbers(Path file, String format) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-xerror", "-f", format));
        command.addAll(List.of("-i", file.toString(), "-vsync", "passthrough", "-enc_time_base", "-1"));
        command.addAll(List.of("-vf", "scale=" + WIDTH + ":" + HEIGHT, "-pix_fmt", "gray", "-f", "rawvideo", "-"));
        File complaints = folder.resolve("complaints").toFile();
        Process ffmpeg = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(complaints)
                .start();
        byte[] pictures = ffmpeg.getInputStream().readAllBytes();
        assertEquals(0, ffmpeg.waitFor(), () -> text(complaints.toPath()));
        assertEquals("", text(complaints.toPath()));
        return FrameNumber.all(pictures, WIDTH, HEIGHT);
    }
}
