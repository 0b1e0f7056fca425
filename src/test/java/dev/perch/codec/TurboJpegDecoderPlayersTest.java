package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Needs Debian's libturbojpeg0 and ffmpeg. */
@Tag("players")
@Timeout(60)
class TurboJpegDecoderPlayersTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    @TempDir
    Path folder = Path.of("");

    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");

    /** One frame, over and over. */
    private record Still(ByteBuffer jpeg) implements FrameReader {
        @Override
        public boolean next() {
            return true;
        }

        @Override
        public int sizeBytes() {
            return jpeg.remaining();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(7, 8);
        }

        @Override
        public boolean key() {
            return true;
        }

        @Override
        public StreamConfig config() {
            return new StreamConfig.Jpeg(WIDTH, HEIGHT);
        }

        @Override
        public boolean copyTo(ByteBuffer destination) {
            destination.put(jpeg.duplicate());
            return true;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource({
        "yuvj420p, NV12",
        "yuvj422p, NV12",
        "yuvj444p, NV12",
        "gray, NV12",
        "yuvj420p, YU12",
        "yuvj422p, YU12",
        "yuvj444p, YU12"
    })
    void samples_areAsFfmpegSeesThem(String coded, PixelFormat raw) throws Exception {
        Path jpeg = folder.resolve("picture.jpg");
        ffmpeg("-f", "lavfi", "-i", "smptebars=s=320x180:r=1", "-frames:v", "1", "-pix_fmt", coded, "-q:v", "2", jpeg);
        Path wanted = folder.resolve("wanted.yuv");
        String name = raw == PixelFormat.NV12 ? "nv12" : "yuv420p";
        ffmpeg("-i", jpeg, "-vf", "scale=in_range=full:out_range=limited,format=" + name, "-f", "rawvideo", wanted);

        List<Bytes> pictures = decode(Files.readAllBytes(jpeg), raw);

        byte[] want = Files.readAllBytes(wanted);
        assertEquals(want.length, pictures.get(0).size());
        double squares = 0;
        for (int i = 0; i < want.length; i++) {
            int difference = (want[i] & 0xff) - pictures.get(0).at(i);
            squares += difference * difference;
        }
        double psnr = 10 * Math.log10(255.0 * 255.0 * want.length / squares);
        assertTrue(psnr > 32, "psnr=" + psnr);
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void noise_isRefused() {
        assertThrows(CaptureException.class, () -> decode(new byte[2000], PixelFormat.NV12));
        assertEquals(0, budget.leasedBytes());
    }

    private List<Bytes> decode(byte[] jpeg, PixelFormat raw) throws CaptureException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(jpeg.length).put(jpeg).flip();
        List<Bytes> pictures = new ArrayList<>();
        try (TurboJpegDecoder decoder = new TurboJpegDecoder("front", raw, new ArenaPool(budget))) {
            for (int i = 0; i < 2; i++) {
                decoder.put(new InputFrame(new Still(bytes), bytes), (picture, time) -> {
                    assertEquals(new FrameTime(7, 8), time);
                    ByteBuffer copy = ByteBuffer.allocate(raw.sizeBytes(picture.width(), picture.height()));
                    picture.copyTo(copy);
                    pictures.add(Bytes.copyOf(copy.flip()));
                });
            }
        }
        return pictures;
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
