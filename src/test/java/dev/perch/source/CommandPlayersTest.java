package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.SourceConfig;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink.Frame;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ffmpeg as the camera, and ffmpeg as the judge of what came. */
@Tag("players")
@Timeout(120)
class CommandPlayersTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final int FRAMES = 50;
    private static final String CAMERA =
            "ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=size=" + WIDTH + "x" + HEIGHT + ":rate=25 ";
    private static final String H264 = "-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -pix_fmt yuv420p ";

    private final MemoryBudget budget = new MemoryBudget(32 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final CommandOutput output = new CommandOutput();

    @TempDir
    Path folder;

    @Test
    void h264_everyFrameDecodes() throws Exception {
        CaptureException end = run(Format.AUTO, H264 + "-f h264");
        assertEquals("ffmpeg has ended with exit code 0.", end.getMessage());
        List<Frame> frames = output.h264.frames();
        assertEquals(FRAMES, frames.size());
        assertEquals(2, frames.stream().filter(Frame::key).count());
        StreamConfig.Picture config =
                assertInstanceOf(StreamConfig.Picture.class, frames.get(0).config());
        assertEquals(List.of(WIDTH, HEIGHT), List.of(config.width(), config.height()));
        assertRealTime(frames);
        assertEquals(FRAMES, decoded(write("out.h264", frames, /* lengthPrefixed= */ true), "h264"));
    }

    /** ffmpeg with several slices a picture and access unit delimiters. */
    @Test
    void h264_slicesAndDelimiters_everyFrameDecodes() throws Exception {
        run(Format.H264, H264 + "-x264-params slices=4:aud=1 -f h264");
        assertEquals(FRAMES, output.h264.frames().size());
        assertEquals(FRAMES, decoded(write("out.h264", output.h264.frames(), /* lengthPrefixed= */ true), "h264"));
    }

    @Test
    void mjpeg_everyFrameDecodes() throws Exception {
        CaptureException end = run(Format.AUTO, "-c:v mjpeg -q:v 3 -f mjpeg");
        assertEquals("ffmpeg has ended with exit code 0.", end.getMessage());
        List<Frame> frames = output.jpeg.frames();
        assertEquals(FRAMES, frames.size());
        assertRealTime(frames);
        assertEquals(FRAMES, decoded(write("out.mjpg", frames, /* lengthPrefixed= */ false), "mjpeg"));
    }

    /** As another camera server would send it. */
    @Test
    void multipartMjpeg_everyFrameDecodes() throws Exception {
        run(Format.MJPG, "-c:v mjpeg -q:v 3 -f mpjpeg");
        assertEquals(FRAMES, output.jpeg.frames().size());
        assertEquals(FRAMES, decoded(write("out.mjpg", output.jpeg.frames(), /* lengthPrefixed= */ false), "mjpeg"));
    }

    @Test
    void raw_everyPictureComesWhole() throws Exception {
        Path reference = folder.resolve("reference.yuv");
        String raw = "-f rawvideo -pix_fmt yuyv422 ";
        finish(new ProcessBuilder("sh", "-c", CAMERA + "-frames:v 3 " + raw + reference)
                .inheritIO()
                .start());
        Source.Session session =
                source(Format.YUYV, CAMERA + "-frames:v 3 " + raw + "-").start(output);
        output.awaitEnd();
        assertEquals(3, session.stats().frames());
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(reference));
        int pictureBytes = WIDTH * HEIGHT * 2;
        for (int i = 0; i < 3; i++) {
            try (RawPicture picture = output.pictures.get(i)) {
                assertEquals(expected.slice(i * pictureBytes, pictureBytes), picture.pixels(), "picture " + i);
            }
        }
        assertNothingHeld();
    }

    @Test
    void twentyStarts_endedInTheMiddle_leaveNothing() throws Exception {
        CommandSource source = source(Format.H264, CAMERA + H264 + "-f h264 - | cat");
        Footing before = null;
        for (int i = 0; i <= 20; i++) {
            CommandOutput each = new CommandOutput();
            Source.Session session = source.start(each);
            assertTrue(each.frames.tryAcquire(3, 60, TimeUnit.SECONDS));
            session.stop();
            assertTrue(each.awaitEnd().isEmpty());
            before = before == null ? Footing.now() : before;
        }
        assertNothingHeld();
        assertEquals(before, Footing.now());
    }

    @Test
    void wrongArguments_areToldInItsWords() throws Exception {
        source(Format.AUTO, "ffmpeg -nostdin -v error -i /no/such/file -f h264 -")
                .start(output);
        CaptureException end = output.awaitEnd().orElseThrow();
        assertTrue(String.valueOf(end.getMessage()).contains("No such file or directory"), end::toString);
    }

    private CaptureException run(Format format, String encoding) throws InterruptedException {
        source(format, CAMERA + "-frames:v " + FRAMES + " " + encoding + " -").start(output);
        CaptureException end = output.awaitEnd().orElseThrow();
        assertNothingHeld();
        return end;
    }

    private CommandSource source(Format format, String command) {
        CameraConfig plain = CameraConfig.defaults("front", SourceConfig.Command.ofShell(command));
        return new CommandSource(
                plain.with(new CameraConfig.Capture(
                        format,
                        new PictureSize(WIDTH, HEIGHT),
                        new FrameRate(25, 1),
                        plain.capture().controls())),
                arenas);
    }

    private void assertNothingHeld() {
        assertEquals(0, budget.leasedBytes());
        assertEquals(0, arenas.openArenas());
    }

    /** Frames n of a camera with 25 fps were read about n × 40 ms after the first, never before their predecessors. */
    private static void assertRealTime(List<Frame> frames) {
        long previousNanos = frames.get(0).time().decodeNanos();
        for (Frame frame : frames) {
            FrameTime time = frame.time();
            assertTrue(time.decodeNanos() >= previousNanos, time::toString);
            previousNanos = time.decodeNanos();
        }
        long lastedNanos = previousNanos - frames.get(0).time().decodeNanos();
        assertTrue(lastedNanos > (FRAMES - 5) * 40_000_000L, () -> "lasted " + lastedNanos);
    }

    private Path write(String name, List<Frame> frames, boolean lengthPrefixed) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (Frame frame : frames) {
                Bytes bytes = lengthPrefixed ? Streams.annexB(Streams.lengthPrefixed(frame.bytes())) : frame.bytes();
                out.write(bytes.toArray());
            }
        }
        return file;
    }

    /** How many frames ffprobe decodes without one error. */
    private static int decoded(Path file, String format) throws Exception {
        Process ffprobe = new ProcessBuilder(
                        "ffprobe",
                        "-v",
                        "error",
                        "-f",
                        format,
                        "-count_frames",
                        "-show_entries",
                        "stream=nb_read_frames",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(ffprobe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        finish(ffprobe);
        return Integer.parseInt(said);
    }

    private static void finish(Process process) throws InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }
}
