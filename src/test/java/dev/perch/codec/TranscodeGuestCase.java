package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.EncoderChoice;
import dev.perch.config.Quality;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.M2mDevices;
import dev.perch.v4l2.M2mEncoder;
import dev.perch.v4l2.M2mRequest;
import dev.perch.v4l2.SystemCalls;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** A memory-to-memory decoder before a JPEG encoder, and a JPEG decoder before a memory-to-memory encoder: vicodec in H.264's place. */
class TranscodeGuestCase {
    private static final int FWHT = 'F' | 'W' << 8 | 'H' << 16 | 'T' << 24;
    private static final int WIDTH = 640; // vicodec has no smaller ones
    private static final int HEIGHT = 360;
    private static final List<Integer> LUMAS = List.of(60, 120, 180);

    private final MemoryBudget budget = new MemoryBudget(32 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final RecordingSink sink = new RecordingSink();
    private final DerivationSpec spec = new DerivationSpec(
            "front",
            Target.of(Encoding.JPEG),
            10,
            "ffmpeg",
            List.of(),
            arenas,
            new Count(sink),
            /* passedOver= */ 0,
            /* heapBytes= */ 0,
            trouble -> {});

    /** One frame after the other. */
    private record Frames(List<Bytes> frames, AtomicInteger at) implements FrameReader {
        @Override
        public boolean next() {
            return at.incrementAndGet() < frames.size();
        }

        @Override
        public int sizeBytes() {
            return frames.get(at.get()).size();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(at.get(), at.get());
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
            frames.get(at.get()).copyTo(destination);
            return true;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Test
    void decodedByADevice_andMadeJpeg() throws Exception {
        List<Bytes> coded = new ArrayList<>();
        try (M2mEncoder encoder = encoder(coded)) {
            for (int luma : LUMAS) {
                encoder.put(TestPicture.plain(WIDTH, HEIGHT, luma), coded.size() + 1);
            }
            assertTrue(encoder.drain());
        }
        List<InputFrame> frames = frames(coded);
        String device = M2mDevices.first(SystemCalls.linux(), Optional.empty(), FWHT, PixelFormat.YUYV.fourcc())
                .orElseThrow();
        PictureDecoder decoder = new M2mPictureDecoder(spec, frames.get(0), device, FWHT, PixelFormat.YUYV);
        JpegOfPicture jpeg =
                new JpegOfPicture("front", EncoderChoice.Kind.AUTO, Quality.JPEG_QUALITY, arenas, spec.sink());
        try (DecodedRun run = new DecodedRun(spec, frames.get(0), decoder, first -> new JpegRun(jpeg))) {
            for (InputFrame frame : frames) {
                run.put(frame);
            }
            assertTrue(run.finish(10_000));
            assertEquals(device + ", libturbojpeg", run.by());
        }
        assertEquals(List.of(new StreamConfig.Jpeg(WIDTH, HEIGHT)), sink.configs());
        assertEquals(LUMAS.size(), sink.frames().size());
        for (int i = 0; i < LUMAS.size(); i++) {
            BufferedImage image = ImageIO.read(
                    new ByteArrayInputStream(sink.frames().get(i).bytes().toArray()));
            assertEquals((LUMAS.get(i) - 16) * 255 / 219.0, image.getRGB(320, 180) & 255, 4);
            assertEquals(i, sink.frames().get(i).time().decodeNanos());
        }
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void jpegDecodedByTheLibrary_andEncodedByADevice() throws Exception {
        List<Bytes> jpegs = new ArrayList<>();
        try (TurboJpegEncoder encoder =
                new TurboJpegEncoder("front", TestPicture.plain(WIDTH, HEIGHT, 0), 80, arenas)) {
            for (int luma : LUMAS) {
                jpegs.add(Bytes.copyOf(encoder.encode(TestPicture.plain(WIDTH, HEIGHT, luma))));
            }
        }
        List<Bytes> coded = new ArrayList<>();
        try (TurboJpegDecoder decoder = new TurboJpegDecoder("front", PixelFormat.NV12, arenas);
                M2mEncoder encoder = encoder(coded, PixelFormat.NV12, TestPicture.plain(WIDTH, HEIGHT, 0))) {
            for (InputFrame frame : frames(jpegs)) {
                decoder.put(frame, (picture, time) -> {
                    assertEquals(PixelFormat.NV12, picture.format());
                    assertEquals(
                            LUMAS.get((int) time.decodeNanos()),
                            picture.plane(0).get(1000) & 255,
                            2);
                    encoder.put(picture, time.decodeNanos() + 1);
                });
            }
            assertTrue(encoder.drain());
        }
        assertEquals(LUMAS.size(), coded.size());
        assertEquals(0, budget.leasedBytes());
    }

    private M2mEncoder encoder(List<Bytes> coded) throws CaptureException {
        return encoder(coded, PixelFormat.YUYV, TestPicture.plain(WIDTH, HEIGHT, 0));
    }

    private M2mEncoder encoder(List<Bytes> coded, PixelFormat raw, TestPicture first) throws CaptureException {
        String device = M2mDevices.first(SystemCalls.linux(), Optional.empty(), raw.fourcc(), FWHT)
                .orElseThrow();
        M2mRequest request = new M2mRequest(device, raw, FWHT, WIDTH, HEIGHT, 10, "test", "size", List.of());
        return M2mEncoder.open(
                SystemCalls.linux(), budget, request, first, (frame, stamp) -> coded.add(Bytes.copyOf(frame)));
    }

    private static List<InputFrame> frames(List<Bytes> all) {
        Frames reader = new Frames(all, new AtomicInteger(-1));
        List<InputFrame> frames = new ArrayList<>();
        while (reader.next()) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(reader.sizeBytes());
            reader.copyTo(bytes);
            frames.add(new InputFrame(reader, bytes.flip()));
        }
        return frames;
    }
}
