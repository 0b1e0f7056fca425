package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureFormat;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureSession;
import dev.perch.v4l2.M2mDecoder;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.M2mEncoder;
import dev.perch.v4l2.M2mRequest;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues of the kernel's own stateful encoder and decoder, by either API: of vicodec's FWHT, as of any other format. */
class VicodecGuestCase {
    private static final int FWHT = 'F' | 'W' << 8 | 'H' << 16 | 'T' << 24;
    private static final int WIDTH = 644; // vicodec aligns to 8, and has 640x360 at least
    private static final int HEIGHT = 364;
    private static final int FRAMES = 5;

    private final MemoryBudget budget = new MemoryBudget(16 << 20, "memory.budget");
    private final SystemCalls calls = SystemCalls.linux();
    private long descriptors;
    private long mappings;

    /** A coded frame, and the stamp that went in with it. */
    private record Coded(Bytes bytes, long stampMicros) {}

    /** A picture without padding, and the stamp that went in with its frame. */
    private record Decoded(int width, int height, Bytes pixels, long stampMicros) {}

    /** A slope that moves, in the first plane; the others grey. Rows are padded. */
    private record Slope(PixelFormat format, int width, int height, int number) implements RawPicture {
        @Override
        public int bytesPerLine() {
            return format.rowBytes(0, width) + 12;
        }

        @Override
        public ByteBuffer pixels() {
            ByteBuffer pixels = ByteBuffer.allocateDirect(3 * bytesPerLine() * height);
            int step = format == PixelFormat.YUYV ? 2 : 1;
            for (int i = 0; i < pixels.capacity(); i++) {
                pixels.put(i, (byte) 128);
            }
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    pixels.put(y * bytesPerLine() + step * x, (byte) luma(x, y));
                }
            }
            return pixels;
        }

        int luma(int x, int y) {
            return 16 + (x / 2 + y / 2 + 8 * number) % 200;
        }

        @Override
        public FrameTime time() {
            return new FrameTime(0, 0);
        }

        @Override
        public void close() {
            // of the heap
        }
    }

    @BeforeEach
    void count() throws IOException {
        descriptors = Guest.descriptors();
        mappings = Guest.mappings();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(descriptors, Guest.descriptors());
        assertEquals(mappings, Guest.mappings());
        assertEquals(0, budget.leasedBytes());
    }

    @ParameterizedTest
    @CsvSource({"0, YUYV", "0, NV12", "0, YU12", "0, GREY", "1, YUYV", "1, NV12", "1, YU12", "1, GREY"})
    void encodedAndDecoded_picturesAreTheSame(int multiPlanar, PixelFormat raw) throws Exception {
        load(multiPlanar);
        List<Coded> coded = encode(raw, WIDTH, HEIGHT, /* first= */ 0);
        List<Decoded> decoded = decode(raw, coded);
        assertStamps(decoded);
        for (int number = 0; number < FRAMES; number++) {
            assertLooksLike(new Slope(raw, WIDTH, HEIGHT, number), decoded.get(number));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void streamThatChangesItsSize_twice_isDecodedOn(int multiPlanar) throws Exception {
        load(multiPlanar);
        List<Coded> coded = new ArrayList<>(encode(PixelFormat.YUYV, WIDTH, HEIGHT, /* first= */ 0));
        coded.addAll(encode(PixelFormat.YUYV, 640, 360, FRAMES));
        coded.addAll(encode(PixelFormat.YUYV, 720, 400, 2 * FRAMES));
        List<Decoded> decoded = decode(PixelFormat.YUYV, coded);
        assertStamps(decoded);
        assertEquals(3 * FRAMES, decoded.size());
        for (int number = 0; number < 3 * FRAMES; number++) {
            int width = List.of(WIDTH, 640, 720).get(number / FRAMES);
            int height = List.of(HEIGHT, 360, 400).get(number / FRAMES);
            assertLooksLike(new Slope(PixelFormat.YUYV, width, height, number), decoded.get(number));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void twentyRuns_leaveNothingBehind(int multiPlanar) throws Exception {
        load(multiPlanar);
        for (int i = 0; i < 20; i++) {
            List<Coded> coded = new ArrayList<>();
            try (M2mEncoder encoder =
                    M2mEncoder.open(calls, budget, encoding(PixelFormat.YUYV, WIDTH, HEIGHT), slope(0), into(coded))) {
                encoder.put(slope(i), 1);
            }
        }
    }

    @ParameterizedTest
    // of 4:2:0 vicodec wants heights that 16 divides: what vivid captures does not fit as it is, and is copied
    @CsvSource({"0, YUYV, true", "1, YUYV, true", "0, NV12, false", "1, YU12, false"})
    void cameraPictures_areEncodedWhereTheyWereCaptured_ifTheyFit(int multiPlanar, PixelFormat raw, boolean fits)
            throws Exception {
        load(multiPlanar);
        List<Bytes> captured = new ArrayList<>();
        List<Coded> coded = new ArrayList<>();
        try (Pictures camera = new Pictures(raw)) {
            RawPicture first = camera.take();
            M2mRequest request = encoding(raw, first.width(), first.height());
            try (M2mEncoder encoder = M2mEncoder.open(calls, budget, request, first, into(coded))) {
                for (int i = 0; i < FRAMES; i++) {
                    try (RawPicture picture = i == 0 ? first : camera.take()) {
                        captured.add(copy(picture));
                        encoder.put(picture, 1_000_000L + i);
                        assertEquals(fits, encoder.imports());
                    }
                }
                assertTrue(encoder.drain());
            }
        }
        List<Decoded> decoded = decode(raw, coded);
        assertStamps(decoded);
        assertEquals(FRAMES, decoded.size());
        for (int i = 0; i < FRAMES; i++) {
            assertEquals(captured.get(i).size(), decoded.get(i).pixels().size());
            long difference = 0;
            for (int at = 0; at < 640 * 360; at++) {
                difference += Math.abs(
                        captured.get(i).at(at) - decoded.get(i).pixels().at(at));
            }
            double mean = difference / (640.0 * 360);
            assertTrue(mean < 6, "mean difference=" + mean);
        }
    }

    /** What vivid captures. */
    private static final class Pictures implements CaptureSession.Output, AutoCloseable {
        private final MemoryBudget budget = new MemoryBudget(16 << 20, "memory.budget");
        private final BlockingQueue<RawPicture> pictures = new LinkedBlockingQueue<>();
        private final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();
        private final CaptureSession session;

        Pictures(PixelFormat raw) {
            CaptureRequest request = new CaptureRequest(
                    Guest.vivid(),
                    List.of(raw),
                    640,
                    360,
                    true,
                    5,
                    1,
                    List.of(),
                    CaptureRequest.Embedding.OFF,
                    "driver buffers",
                    "size");
            session = CaptureSession.start(SystemCalls.linux(), budget, request, this);
        }

        RawPicture take() throws InterruptedException {
            RawPicture picture = pictures.poll(60, TimeUnit.SECONDS);
            if (picture == null) {
                throw new AssertionError("no picture; ended: " + ends);
            }
            return picture;
        }

        @Override
        public void started(CaptureFormat format) {}

        @Override
        public boolean encoded(ByteBuffer frame, FrameTime time) {
            throw new AssertionError("not asked for");
        }

        @Override
        public void raw(RawPicture picture) {
            pictures.add(picture);
        }

        @Override
        public void damaged() {}

        @Override
        public void ended(Optional<CaptureException> reason) {
            ends.add(reason);
        }

        @Override
        public void close() {
            session.stop();
            Guest.await("the end of the capture", () -> {
                for (RawPicture left = pictures.poll(); left != null; left = pictures.poll()) {
                    left.close();
                }
                return !ends.isEmpty();
            });
            assertEquals(0, budget.leasedBytes());
        }
    }

    private static Bytes copy(RawPicture picture) {
        ByteBuffer pixels = ByteBuffer.allocate(picture.format().sizeBytes(picture.width(), picture.height()));
        picture.copyTo(pixels);
        return Bytes.copyOf(pixels.flip());
    }

    private static Slope slope(int number) {
        return new Slope(PixelFormat.YUYV, WIDTH, HEIGHT, number);
    }

    private static void load(int multiPlanar) throws IOException, InterruptedException {
        Guest.run("rmmod", "vicodec");
        Guest.run("insmod", "/guest-mods/vicodec.ko", "multiplanar=" + multiPlanar);
    }

    private List<Coded> encode(PixelFormat raw, int width, int height, int first) throws CaptureException {
        List<Coded> coded = new ArrayList<>();
        try (M2mEncoder encoder = M2mEncoder.open(
                calls, budget, encoding(raw, width, height), new Slope(raw, width, height, 0), into(coded))) {
            for (int number = first; number < first + FRAMES; number++) {
                encoder.put(new Slope(raw, width, height, number), 1_000_000L + number);
            }
            assertTrue(coded.size() >= FRAMES - 1, "each frame comes out as it goes in: " + coded.size());
            assertTrue(encoder.drain());
        }
        assertEquals(FRAMES, coded.size());
        return coded;
    }

    private List<Decoded> decode(PixelFormat raw, List<Coded> coded) throws CaptureException {
        List<Decoded> decoded = new ArrayList<>();
        try (M2mDecoder decoder = M2mDecoder.open(
                calls, budget, request(raw, WIDTH, HEIGHT, FWHT, raw.fourcc()), (picture, stampMicros) -> {
                    decoded.add(new Decoded(picture.width(), picture.height(), copy(picture), stampMicros));
                })) {
            for (Coded frame : coded) {
                decoder.put(frame.bytes().buffer(), frame.stampMicros());
            }
            assertTrue(decoder.drain());
        }
        return decoded;
    }

    private M2mRequest encoding(PixelFormat raw, int width, int height) {
        return request(raw, width, height, raw.fourcc(), FWHT);
    }

    private M2mRequest request(PixelFormat raw, int width, int height, int in, int out) {
        String device = M2mDevices.first(calls, Optional.empty(), in, out).orElseThrow();
        return new M2mRequest(device, raw, FWHT, width, height, 10, "test", "size", List.of());
    }

    private static M2mEncoder.Output into(List<Coded> made) {
        return (frame, stampMicros) -> made.add(new Coded(Bytes.copyOf(frame), stampMicros));
    }

    private static void assertStamps(List<Decoded> made) {
        for (int i = 0; i < made.size(); i++) {
            assertEquals(1_000_000L + i, made.get(i).stampMicros());
        }
    }

    private static void assertLooksLike(Slope wanted, Decoded seen) {
        assertEquals(wanted.width() + "x" + wanted.height(), seen.width() + "x" + seen.height());
        int step = wanted.format() == PixelFormat.YUYV ? 2 : 1;
        long difference = 0;
        for (int y = 0; y < wanted.height(); y++) {
            for (int x = 0; x < wanted.width(); x++) {
                int at = y * wanted.format().rowBytes(0, wanted.width()) + step * x;
                difference += Math.abs(wanted.luma(x, y) - seen.pixels().at(at));
            }
        }
        double mean = (double) difference / (wanted.width() * wanted.height());
        assertTrue(mean < 6, "mean difference=" + mean);
    }
}
