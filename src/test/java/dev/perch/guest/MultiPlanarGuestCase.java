package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.codec.Derivation;
import dev.perch.codec.RawToJpeg;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureFormat;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureSession;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** vivid by the multi-planar API: pictures in one piece of memory and in several. */
class MultiPlanarGuestCase {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    @BeforeAll
    static void multiPlanar() throws IOException, InterruptedException {
        load(2);
    }

    @AfterAll
    static void asBefore() throws IOException, InterruptedException {
        load(1);
    }

    private static void load(int multiPlanar) throws IOException, InterruptedException {
        Guest.run("rmmod", "vivid");
        Guest.run(
                "insmod",
                "/guest-mods/vivid.ko",
                "n_devs=1",
                "node_types=0x1",
                "vid_cap_nr=0",
                "multiplanar=" + multiPlanar);
        Guest.control(Guest.vivid(), "osd_text_mode=2"); // or the picture would change with time
    }

    /** The first pictures as JPEG. */
    private static final class Jpegs implements CaptureSession.Output, FrameSink {
        final MemoryBudget budget = new MemoryBudget(16 << 20, "memory.budget");
        final BlockingQueue<byte[]> images = new LinkedBlockingQueue<>();
        final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();
        final Derivation encoder =
                RawToJpeg.start("vivid", new ArenaPool(budget), this, trouble -> ends.add(Optional.of(trouble)));
        private ByteBuffer claimed = ByteBuffer.allocate(0);

        @Override
        public void started(CaptureFormat format) {}

        @Override
        public boolean encoded(ByteBuffer frame, FrameTime time) {
            throw new AssertionError("not asked for");
        }

        @Override
        public void raw(RawPicture picture) {
            encoder.accept(picture);
        }

        @Override
        public void damaged() {
            throw new AssertionError("damaged");
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            ends.add(reason);
        }

        @Override
        public void configure(StreamConfig config) {}

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            claimed = ByteBuffer.allocate(sizeBytes);
            return Optional.of(claimed);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            images.add(claimed.array());
        }

        @Override
        public void dropped() {}
    }

    @Test
    void offers_areEnumerated() throws CaptureException {
        try (Device device = Device.open(SystemCalls.linux(), Guest.vivid())) {
            assertEquals(Optional.empty(), device.capabilities().noCamera());
            Offers offers = new Offers(device);
            assertEquals(
                    List.of(
                            PixelFormat.NV12,
                            PixelFormat.YU12,
                            PixelFormat.NM12,
                            PixelFormat.YM12,
                            PixelFormat.YUYV,
                            PixelFormat.UYVY,
                            PixelFormat.GREY),
                    offers.served());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PixelFormat.class,
            names = {"H264", "MJPG", "JPEG", "YUYV", "GREY"},
            mode = Mode.EXCLUDE)
    void pictures_lookTheSameInAnyFormat(PixelFormat format) throws Exception {
        BufferedImage wanted = capture(PixelFormat.YUYV);
        BufferedImage seen = capture(format);
        long difference = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                difference += difference(wanted.getRGB(x, y), seen.getRGB(x, y));
            }
        }
        double mean = difference / 3.0 / WIDTH / HEIGHT;
        assertTrue(mean < 3, format + " mean difference=" + mean);
    }

    /** By samples: BufferedImage.getRGB would take grey for linear light and brighten it. */
    @Test
    void grey_isTheLumaOfTheSamePicture() throws Exception {
        BufferedImage wanted = capture(PixelFormat.YUYV);
        BufferedImage seen = capture(PixelFormat.GREY);
        assertEquals(1, seen.getRaster().getNumBands());
        double difference = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                difference +=
                        Math.abs(luma(wanted.getRGB(x, y)) - seen.getRaster().getSample(x, y, 0));
            }
        }
        double mean = difference / WIDTH / HEIGHT;
        assertTrue(mean < 3, "mean difference=" + mean);
    }

    @Test
    void allStreams_andTheList() throws Exception {
        try (Perch perch = Perch.start(
                "  one: { device: " + Guest.vivid() + ", format: NV12, size: 320x180, fps: 5, linger: 20s }\n")) {
            Path annexB = again(perch, "/one/stream.h264?duration=3", "one.h264");
            assertEquals("", Guest.complaints("h264", annexB));
            assertEquals("", Guest.complaints("mp4", perch.fetch("/one/stream.mp4?duration=3", "one.mp4")));
            assertEquals("", Guest.complaints("mjpeg", perch.fetch("/one/stream.mjpg?duration=3", "one.mjpg")));
            assertTrue(perch.get("/stats").body().contains("\"format\":\"NV12\""));
        }
        String list = Perch.list();
        assertTrue(list.contains("camera: yes, in NV12, YU12, NM12, YM12, YUYV, UYVY, GREY"), list);
    }

    /** ffmpeg may take longer to start on the emulated machine than a viewer waits; it goes on for the linger. */
    private static Path again(Perch perch, String path, String name) throws IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            try {
                return perch.fetch(path, name);
            } catch (AssertionError tooSlow) {
                System.out.println(tooSlow.getMessage());
            }
        }
        return perch.fetch(path, name);
    }

    /** With the weights of ITU-R BT.709, which vivid has for GREY alone. */
    private static double luma(int rgb) {
        return 0.2126 * (rgb >> 16 & 255) + 0.7152 * (rgb >> 8 & 255) + 0.0722 * (rgb & 255);
    }

    private static int difference(int one, int other) {
        int[] a = {one >> 16 & 255, one >> 8 & 255, one & 255};
        int[] b = {other >> 16 & 255, other >> 8 & 255, other & 255};
        return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
    }

    private static BufferedImage capture(PixelFormat format) throws Exception {
        Jpegs jpegs = new Jpegs();
        CaptureRequest request = new CaptureRequest(
                Guest.vivid(),
                List.of(format),
                WIDTH,
                HEIGHT,
                true,
                5,
                1,
                List.of(),
                CaptureRequest.Embedding.OFF,
                "driver buffers",
                "size");
        CaptureSession session = CaptureSession.start(SystemCalls.linux(), jpegs.budget, request, jpegs);
        byte[] image = jpegs.images.poll(60, TimeUnit.SECONDS);
        session.stop();
        assertEquals(Optional.empty(), jpegs.ends.poll(60, TimeUnit.SECONDS));
        jpegs.encoder.close();
        assertEquals(0, jpegs.budget.leasedBytes());
        return ImageIO.read(new ByteArrayInputStream(image));
    }
}
