package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.M2mCodec;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.M2mRequest;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The queues of the kernel's own stateful encoder and decoder, multi-planar: of vicodec's FWHT, as of any other format. */
class VicodecGuestCase {
    private static final int FWHT = 'F' | 'W' << 8 | 'H' << 16 | 'T' << 24;
    private static final int WIDTH = 324; // vicodec aligns to 8
    private static final int HEIGHT = 180;
    private static final int FRAMES = 12;

    private final MemoryBudget budget = new MemoryBudget(16 << 20, "memory.budget");
    private final SystemCalls calls = SystemCalls.linux();

    /** What came out: a copy, and the stamp that went in with it. */
    private record Made(Bytes bytes, long stampMicros, int bytesPerLine) {}

    @BeforeAll
    static void multiPlanar() throws IOException, InterruptedException {
        Guest.run("rmmod", "vicodec");
        Guest.run("insmod", "/guest-mods/vicodec.ko", "multiplanar=1");
    }

    @Test
    void encodedAndDecoded_picturesAreTheSame() throws CaptureException {
        List<Made> coded = new ArrayList<>();
        try (M2mCodec encoder = M2mCodec.encoder(calls, budget, request(yuyv(), FWHT), into(coded))) {
            for (int number = 0; number < FRAMES; number++) {
                encoder.put(picture(number), 2 * WIDTH, 1_000_000L + number);
            }
            assertTrue(coded.size() >= FRAMES - 1, "each frame comes out as it goes in: " + coded.size());
            assertTrue(encoder.drain());
        }
        assertStamps(coded);
        List<Made> decoded = new ArrayList<>();
        try (M2mCodec decoder = M2mCodec.decoder(calls, budget, request(FWHT, yuyv()), into(decoded))) {
            for (Made frame : coded) {
                decoder.put(frame.bytes().buffer(), 0, frame.stampMicros());
            }
            assertTrue(decoder.drain());
        }
        assertStamps(decoded);
        for (int number = 0; number < FRAMES; number++) {
            assertLooksLike(picture(number), decoded.get(number));
        }
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void twentyRuns_leaveNothingBehind() throws CaptureException, IOException {
        long descriptors = Guest.descriptors();
        long mappings = Guest.mappings();
        for (int i = 0; i < 20; i++) {
            List<Made> coded = new ArrayList<>();
            try (M2mCodec encoder = M2mCodec.encoder(calls, budget, request(yuyv(), FWHT), into(coded))) {
                encoder.put(picture(i), 2 * WIDTH, 1);
            }
        }
        assertEquals(descriptors, Guest.descriptors());
        assertEquals(mappings, Guest.mappings());
        assertEquals(0, budget.leasedBytes());
    }

    private static int yuyv() {
        return PixelFormat.YUYV.fourcc();
    }

    private M2mRequest request(int in, int out) {
        String device = M2mDevices.first(calls, Optional.empty(), in, out).orElseThrow();
        return new M2mRequest(device, yuyv(), FWHT, WIDTH, HEIGHT, 10, "test", "size", List.of());
    }

    private static M2mCodec.Output into(List<Made> made) {
        return (frame, stampMicros, bytesPerLine) -> {
            made.add(new Made(Bytes.copyOf(frame), stampMicros, bytesPerLine));
        };
    }

    private static void assertStamps(List<Made> made) {
        assertEquals(FRAMES, made.size());
        for (int i = 0; i < FRAMES; i++) {
            assertEquals(1_000_000L + i, made.get(i).stampMicros());
        }
    }

    /** A slope that moves. */
    private static ByteBuffer picture(int number) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(2 * WIDTH * HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                pixels.put((byte) (16 + (x / 2 + y / 2 + 8 * number) % 200)).put((byte) 128);
            }
        }
        return pixels.flip();
    }

    private static void assertLooksLike(ByteBuffer wanted, Made seen) {
        long difference = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int want = wanted.get(2 * (y * WIDTH + x)) & 0xff;
                difference += Math.abs(want - seen.bytes().at(y * seen.bytesPerLine() + 2 * x));
            }
        }
        double mean = (double) difference / (WIDTH * HEIGHT);
        assertTrue(mean < 6, "mean difference=" + mean);
    }
}
