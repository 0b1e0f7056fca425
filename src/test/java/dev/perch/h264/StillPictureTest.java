package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StillPictureTest {
    /** The largest error of 16 rounded coefficients: half a step of 1.25 each. */
    private static final int FARTHEST = 11;

    @Test
    @Tag("players")
    void key_ofManySquares_isDecodedToThem() throws Exception {
        Random random = new Random(4711);
        int[] noise = random.ints(64 * 64, 16, 236).toArray();
        for (int kind = 0; kind < 4; kind++) {
            int flat = kind;
            // from every square another, to letters on a flat ground, to a ramp that needs small levels
            IntBinaryOperator luma = (x, y) -> switch (flat) {
                case 0 -> noise[(y & 63) * 64 + (x & 63)];
                case 1 -> noise[(y & 63) * 64 + (x & 63)] > 200 ? 235 : 48;
                case 2 -> 100 + (x + y) % 7;
                default -> 48;
            };
            decodesTo(luma, 200, 120, kind == 3 ? 0 : FARTHEST);
        }
    }

    private static void decodesTo(IntBinaryOperator luma, int width, int height, int farthest) throws Exception {
        StillPicture picture = StillPicture.of(width, height, luma);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        append(stream, picture.key());
        for (int i = 1; i <= 17; i++) {
            append(stream, picture.repeat(i));
        }
        append(stream, picture.key());
        byte[] pixels = decode(stream.toByteArray());
        assertEquals(19 * width * height, pixels.length, "19 pictures");
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            int y = i / width % height;
            int wanted = luma.applyAsInt(x / StillPicture.SQUARE, y / StillPicture.SQUARE);
            int found = pixels[i] & 0xff;
            assertTrue(Math.abs(found - wanted) <= farthest, "x=" + x + " y=" + y + ": " + found + " not " + wanted);
        }
    }

    private static void append(ByteArrayOutputStream to, Bytes bytes) {
        for (int i = 0; i < bytes.size(); i++) {
            to.write(bytes.at(i));
        }
    }

    private static byte[] decode(byte[] annexB) throws Exception {
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-xerror",
                        "-f",
                        "h264",
                        "-i",
                        "-",
                        "-vf",
                        "extractplanes=y",
                        "-f",
                        "rawvideo",
                        "-pix_fmt",
                        "gray",
                        "-fps_mode",
                        "passthrough",
                        "-")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> {
            try {
                return ffmpeg.getInputStream().readAllBytes();
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        try (OutputStream in = ffmpeg.getOutputStream()) {
            in.write(annexB);
        }
        byte[] pixels = out.get();
        assertEquals(0, ffmpeg.waitFor(), "ffmpeg found an error");
        return pixels;
    }

    @Test
    void of_anOddSize_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> StillPicture.of(641, 480, (x, y) -> 0));
    }
}
