package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.FrameNumber;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DemoLoopTest {
    private static final int JPEG_STEP = 5;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16);

    @Test
    void header_bundledLoop_isLongEnoughAndSmallEnough() throws IOException {
        DemoLoop.Header header = DemoLoop.header();
        assertEquals(640, header.width());
        assertEquals(360, header.height());
        assertEquals(30, header.framesPerSecond());
        assertTrue(header.frames() >= 30 * 30, header.toString());
        assertTrue(header.largestRecordBytes() <= 32 << 10, header.toString());
        long bytes = 0;
        for (String resource : List.of("demo.loop", "demo.sound")) {
            try (InputStream file = DemoLoop.class.getResourceAsStream(resource)) {
                assertNotNull(file, resource);
                bytes += file.readAllBytes().length;
            }
        }
        assertTrue(bytes <= 3_000_000, "bytes=" + bytes);
    }

    @Test
    void dueNanos_afterYears_isExact() throws IOException {
        DemoLoop.Header header = DemoLoop.header();
        assertEquals(33_333_333, header.dueNanos(1));
        assertEquals(66_666_666, header.dueNanos(2));
        assertEquals(1_000_000_000, header.dueNanos(30));
        long tenYearsOfFrames = 3650L * 24 * 3600 * 30;
        assertEquals(3650L * 24 * 3600 * 1_000_000_000 + 33_333_333, header.dueNanos(tenYearsOfFrames + 1));
        for (long index : new long[] {0, 1, 2, 29, 30, tenYearsOfFrames, tenYearsOfFrames + 1}) {
            assertEquals(index, header.indexAt(header.dueNanos(index)));
            assertEquals(index + 1, header.indexAt(header.dueNanos(index) + 1));
        }
    }

    @Test
    void h264_oneLap_keyFrameEverySecondAndNoBidirectionalSlice() throws IOException {
        try (DemoLoop loop = new DemoLoop(memory)) {
            for (int number = 0; number < DemoLoop.header().frames(); number++) {
                nextH264(loop);
                assertEquals(number, loop.number());
                boolean key = number % 30 == 0;
                assertEquals(key ? DemoLoop.Kind.H264_KEY : DemoLoop.Kind.H264, loop.kind());
                List<Integer> types = nalTypes(loop.payload());
                assertEquals(key ? List.of(7, 8, 5) : List.of(1), types, "frame " + number);
            }
            nextH264(loop);
            assertEquals(0, loop.number());
        }
    }

    @Test
    void jpegs_oneLap_showTheNumberOfTheirFrame() throws IOException {
        int jpegs = 0;
        try (DemoLoop loop = new DemoLoop(memory)) {
            for (loop.advance(); loop.index() < DemoLoop.header().frames(); loop.advance()) {
                if (loop.kind() == DemoLoop.Kind.JPEG) {
                    assertEquals(jpegs * JPEG_STEP, loop.number());
                    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes(loop.payload())));
                    assertEquals(640, picture.getWidth());
                    assertEquals(360, picture.getHeight());
                    assertEquals(loop.number(), FrameNumber.read(picture));
                    jpegs++;
                }
            }
        }
        assertEquals(DemoLoop.header().frames() / JPEG_STEP, jpegs);
    }

    @Test
    void advance_secondLap_isTheFirstAgain() throws IOException {
        int frames = DemoLoop.header().frames();
        try (DemoLoop loop = new DemoLoop(memory)) {
            loop.advance();
            byte[] first = bytes(loop.payload());
            for (int number = 1; number < frames; number++) {
                nextH264(loop);
            }
            nextH264(loop);
            assertEquals(frames, loop.index());
            assertArrayEquals(first, bytes(loop.payload()));
        }
    }

    @Test
    void skipToKeyFrame_aheadInAnyLap_isTheNextKeyFrame() throws IOException {
        long frames = DemoLoop.header().frames();
        try (DemoLoop loop = new DemoLoop(memory)) {
            loop.advance();
            for (long index : new long[] {30, 31, 95, frames - 1, frames + 30, frames * 7 + 61, frames * 8 - 1}) {
                loop.skipToKeyFrame(index);
                assertEquals((index + 29) / 30 * 30, loop.index());
                assertEquals(DemoLoop.Kind.H264_KEY, loop.kind());
                assertEquals(List.of(7, 8, 5), nalTypes(loop.payload()));
            }
        }
    }

    private static void nextH264(DemoLoop loop) throws IOException {
        do {
            loop.advance();
        } while (loop.kind() == DemoLoop.Kind.JPEG);
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    /** nal_unit_type of each NAL unit (ITU-T H.264 §7.4.1); fails on a slice that is B or not the picture's only one (§7.4.3). */
    private static List<Integer> nalTypes(ByteBuffer unit) {
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i + 4 < unit.limit(); i++) {
            if (unit.get(i) == 0 && unit.get(i + 1) == 0 && unit.get(i + 2) == 1) {
                int type = unit.get(i + 3) & 0x1f;
                types.add(type);
                if (type == 1 || type == 5) {
                    int slice = unit.get(i + 4) & 0xff;
                    // first_mb_in_slice 0 is "1"; slice_type: 5 (P) is "00110", 7 (I) is "0001000"
                    assertTrue(slice >> 2 == 0b100110 || slice == 0b10001000, "slice " + Integer.toBinaryString(slice));
                }
            }
        }
        return types;
    }
}
