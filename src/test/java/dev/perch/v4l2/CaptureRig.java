package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.FakeV4l2.Filled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A scripted driver, the sessions on it, and the pictures that they deliver. */
final class CaptureRig {
    static final int FRAME_BYTES = 64 * 16 * 2;

    final FakeV4l2 driver = new FakeV4l2();
    final Abi abi = Abi.running();
    final MemoryBudget budget = new MemoryBudget(40 * 4096, "memory.budget");
    final Recorder recorder = new Recorder();

    /** Keeps what a session delivers. */
    static final class Recorder implements CaptureSession.Output {
        final BlockingQueue<String> encoded = new LinkedBlockingQueue<>();
        final BlockingQueue<FrameTime> times = new LinkedBlockingQueue<>();
        final BlockingQueue<RawPicture> pictures = new LinkedBlockingQueue<>();
        final BlockingQueue<CaptureFormat> formats = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> damaged = new LinkedBlockingQueue<>();
        final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();
        volatile boolean usable = true; // set by the test, read by the session

        @Override
        public void started(CaptureFormat format) {
            formats.add(format);
        }

        @Override
        public boolean encoded(ByteBuffer frame, FrameTime time) {
            times.add(time);
            encoded.add(StandardCharsets.US_ASCII.decode(frame).toString());
            return usable;
        }

        @Override
        public void raw(RawPicture picture) {
            pictures.add(picture);
        }

        @Override
        public void damaged() {
            damaged.add(true);
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            ends.add(reason);
        }

        CaptureException failure() throws InterruptedException {
            return take(ends).orElseThrow();
        }
    }

    CaptureSession start(PixelFormat format) {
        return CaptureSession.start(driver, budget, request(format), recorder);
    }

    static CaptureRequest request(PixelFormat format) {
        return request(format, /* exactSize= */ true);
    }

    static CaptureRequest request(PixelFormat format, boolean exactSize) {
        return new CaptureRequest(
                "/dev/video0",
                List.of(format),
                64,
                16,
                exactSize,
                25,
                1,
                List.of(),
                CaptureRequest.Embedding.OFF,
                "front driver buffers",
                "cameras.front.size");
    }

    static Filled raw(int sequence) {
        return Filled.frame(sequence, Integer.toString(sequence)).withBytesUsed(FRAME_BYTES);
    }

    void end(CaptureSession session) throws InterruptedException {
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertNothingIsHeld();
    }

    void assertNothingIsHeld() {
        assertEquals(0, driver.openDescriptors());
        assertEquals(0, driver.mappedBuffers());
        assertEquals(0, budget.leasedBytes());
    }

    static <T> T take(BlockingQueue<T> from) throws InterruptedException {
        T taken = from.poll(10, TimeUnit.SECONDS);
        assertFalse(taken == null, "nothing came");
        return taken;
    }

    static <T> List<T> take(BlockingQueue<T> from, int count) throws InterruptedException {
        List<T> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(take(from));
        }
        return taken;
    }
}
