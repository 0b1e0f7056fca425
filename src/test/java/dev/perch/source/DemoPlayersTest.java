package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.FrameNumber;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop as ffmpeg sees it. */
@Tag("players")
class DemoPlayersTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 90;

    @TempDir
    Path folder;

    private Path h264;
    private Path jpegs;

    @BeforeEach
    void unpack() throws IOException {
        h264 = folder.resolve("loop.h264");
        jpegs = folder.resolve("loop.mjpg");
        try (OutputStream h264File = Files.newOutputStream(h264);
                OutputStream jpegFile = Files.newOutputStream(jpegs);
                DemoLoop loop = new DemoLoop(ByteBuffer.allocateDirect(1 << 16))) {
            WritableByteChannel h264Out = Channels.newChannel(h264File);
            WritableByteChannel jpegOut = Channels.newChannel(jpegFile);
            for (loop.advance(); loop.index() < DemoLoop.header().frames(); loop.advance()) {
                (loop.kind() == DemoLoop.Kind.JPEG ? jpegOut : h264Out).write(loop.payload());
            }
        }
    }

    @Test
    void ffprobe_h264_countsFramesAndKeyFrames() throws Exception {
        Process ffprobe = start(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v",
                "-show_entries",
                "frame=pict_type,key_frame,color_range,color_space",
                "-of",
                "csv=p=0",
                h264.toString());
        String[] frames = new String(ffprobe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split("\n", -1);
        finish(ffprobe);
        assertEquals(DemoLoop.header().frames(), frames.length);
        for (int i = 0; i < frames.length; i++) {
            assertTrue(frames[i].startsWith(i % 30 == 0 ? "1,I,tv,bt709" : "0,P,tv,bt709"), i + ": " + frames[i]);
        }
    }

    @Test
    void ffmpeg_h264_showsEveryNumber() throws Exception {
        assertEquals(DemoLoop.header().frames(), countNumbers(h264, "h264", 1));
    }

    @Test
    void ffmpeg_jpegs_showTheirNumbers() throws Exception {
        assertEquals(DemoLoop.header().frames() / 5, countNumbers(jpegs, "mjpeg", 5));
    }

    /** How many pictures there are; fails unless they show 0, step, 2 step and so on. */
    private static int countNumbers(Path file, String format, int step) throws IOException, InterruptedException {
        Process ffmpeg = start(
                "ffmpeg",
                "-v",
                "error",
                "-xerror",
                "-f",
                format,
                "-i",
                file.toString(),
                "-vsync",
                "passthrough",
                "-vf",
                "scale=" + WIDTH + ":" + HEIGHT,
                "-pix_fmt",
                "gray",
                "-f",
                "rawvideo",
                "-");
        int pictures = 0;
        InputStream out = ffmpeg.getInputStream();
        for (byte[] grey = picture(out); grey.length > 0; grey = picture(out)) {
            assertEquals(pictures * step, FrameNumber.read(grey, 0, WIDTH, HEIGHT));
            pictures++;
        }
        finish(ffmpeg);
        return pictures;
    }

    private static byte[] picture(InputStream out) throws IOException {
        return out.readNBytes(WIDTH * HEIGHT);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void finish(Process process) throws InterruptedException {
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }
}
