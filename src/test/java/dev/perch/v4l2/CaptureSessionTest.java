package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CaptureSessionTest {
    private static final int FRAME_BYTES = 64 * 16 * 2;

    private final FakeV4l2 driver = new FakeV4l2();
    private final Abi abi = Abi.running();
    private final MemoryBudget budget = new MemoryBudget(4 * 4096, "memory.budget");
    private final Recorder recorder = new Recorder();

    /** Keeps what a session hands over. */
    private static final class Recorder implements CaptureSession.Output {
        final BlockingQueue<String> encoded = new LinkedBlockingQueue<>();
        final BlockingQueue<FrameTime> times = new LinkedBlockingQueue<>();
        final BlockingQueue<RawPicture> pictures = new LinkedBlockingQueue<>();
        final BlockingQueue<CaptureFormat> formats = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> damaged = new LinkedBlockingQueue<>();
        final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();

        @Override
        public void started(CaptureFormat format) {
            formats.add(format);
        }

        @Override
        public void encoded(ByteBuffer frame, FrameTime time) {
            times.add(time);
            encoded.add(StandardCharsets.US_ASCII.decode(frame).toString());
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

    @Test
    void encodedFrames_comeInOrderAndEverythingGoesBack() throws Exception {
        driver.offers("H264");
        CaptureSession session = start(PixelFormat.H264);
        driver.deliver(Filled.frame(0, "one"), Filled.frame(1, "two"), Filled.frame(2, "three"));

        assertEquals(List.of("one", "two", "three"), take(recorder.encoded, 3));
        assertEquals(40_000_000, take(recorder.formats).frameNanos());
        assertEquals(4, driver.mappedBuffers());
        assertEquals(4 * 4096, budget.leasedBytes());
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertNothingIsHeld();
        assertEquals(new CaptureSession.Counts(3, 0, 0), session.counts());
    }

    @Test
    void damagedEmptyAndShortFrames_areDroppedAndCounted() throws Exception {
        CaptureSession session = start(PixelFormat.YUYV);
        driver.deliver(
                raw(0).withFlags(0x2040), raw(1).withBytesUsed(0), raw(2).withBytesUsed(FRAME_BYTES - 1), raw(3));
        RawPicture picture = take(recorder.pictures);
        assertEquals(3, recorder.damaged.size());
        assertEquals(new CaptureSession.Counts(1, 0, 3), session.counts());
        picture.close();
        end(session);
    }

    @Test
    void bytesUsedBeyondTheBuffer_isCutToItsLength() throws Exception {
        driver.offers("MJPG");
        CaptureSession session = start(PixelFormat.MJPG);
        driver.deliver(
                Filled.frame(0, "x").withBytesUsed(1 << 30),
                Filled.frame(1, "y").withBytesUsed(-1));
        assertEquals(FRAME_BYTES, take(recorder.encoded).length());
        assertEquals(FRAME_BYTES, take(recorder.encoded).length());
        end(session);
    }

    @Test
    void sequenceGaps_areCountedAcrossTheWrap() throws Exception {
        driver.offers("H264");
        CaptureSession session = start(PixelFormat.H264);
        // the first is where counting begins; -2 → 1 loses -1 and 0; 1 → 0 goes back and is no gap
        driver.deliver(
                Filled.frame(-2, "a"),
                Filled.frame(1, "b"),
                Filled.frame(0, "c"),
                Filled.frame(1, "d"),
                Filled.frame(3, "e"));
        take(recorder.encoded, 5);
        assertEquals(3, session.counts().sequenceGaps());
        end(session);
    }

    @Test
    void interruptedAndTemporaryErrors_areNoErrors() throws Exception {
        driver.offers("H264");
        driver.fails(abi.setFmt, Errno.EINTR, Errno.EINTR);
        driver.fails(abi.streamOn, Errno.EINTR);
        driver.fails(abi.dqbuf, Errno.EINTR, Errno.EAGAIN, Errno.EINTR);
        CaptureSession session = start(PixelFormat.H264);
        driver.deliver(Filled.frame(0, "one"));
        assertEquals("one", take(recorder.encoded));
        end(session);
    }

    @Test
    void inputOutputError_endsTheSessionWithASentence() throws Exception {
        start(PixelFormat.YUYV);
        driver.deliver(Filled.error(Errno.EIO));
        CaptureException failure = recorder.failure();
        assertEquals(Kind.FAULT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("fault"), failure.getMessage());
        assertNothingIsHeld();
    }

    @Test
    void unplugging_isAbsence() throws Exception {
        start(PixelFormat.YUYV);
        driver.deliver(Filled.error(Errno.ENODEV));
        assertEquals(Kind.ABSENT, recorder.failure().kind());
        assertNothingIsHeld();
    }

    @Test
    void unpluggingThatTheDriverHides_isAbsenceToo() throws Exception {
        start(PixelFormat.YUYV);
        take(recorder.formats);
        driver.fails(abi.querycap, Errno.ENODEV);
        driver.deliver(Filled.error(Errno.EINVAL));
        assertEquals(Kind.ABSENT, recorder.failure().kind());
    }

    @Test
    void silenceOfTenSeconds_isAFault() throws Exception {
        driver.skipWaits();
        start(PixelFormat.YUYV);
        CaptureException failure = recorder.failure();
        assertEquals(
                "/dev/video0 has given no frame for 10 seconds, though it is open and streaming.",
                failure.getMessage());
        assertEquals(15_000_000_000L, driver.monotonicNanos());
        assertNothingIsHeld();
    }

    @Test
    void errorEventThatDequeueDoesNotExplain_endsInSilenceNotInABusyLoop() throws Exception {
        driver.skipWaits().pollSays(0x8);
        start(PixelFormat.YUYV);
        assertEquals(Kind.FAULT, recorder.failure().kind());
        assertTrue(driver.calls(abi.dqbuf) <= 201, "dequeues=" + driver.calls(abi.dqbuf));
    }

    @Test
    void rawPicture_isEnqueuedWhenClosedAndOnlyOnce() throws Exception {
        driver.grants(2);
        CaptureSession session = start(PixelFormat.YUYV);
        driver.deliver(raw(0), raw(1), raw(2));
        RawPicture first = take(recorder.pictures);
        RawPicture second = take(recorder.pictures);
        assertEquals('0', first.pixels().get(0));
        assertEquals(128, first.bytesPerLine());
        assertEquals(FRAME_BYTES, first.pixels().remaining());
        assertTrue(first.pixels().isReadOnly());
        assertTrue(recorder.pictures.isEmpty()); // the driver has no buffer left
        assertEquals(2 * 4096, budget.leasedBytes());

        first.close();
        assertThrows(IllegalStateException.class, first::close);
        assertThrows(IllegalStateException.class, first::pixels);
        RawPicture third = take(recorder.pictures);
        second.close();
        third.close();
        end(session);
    }

    @Test
    void pictureClosedLongAfterItsSession_neverReachesTheNextOne() throws Exception {
        CaptureSession session = start(PixelFormat.YUYV);
        driver.deliver(raw(0));
        RawPicture late = take(recorder.pictures);
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends)); // after the deadline for borrowers
        assertEquals(0, driver.openDescriptors());
        assertEquals(4, driver.mappedBuffers()); // still readable
        assertEquals('0', late.pixels().get(0));

        MemoryBudget ownBudget = new MemoryBudget(1 << 20, "memory.budget");
        CaptureSession next = CaptureSession.start(driver, ownBudget, request(PixelFormat.YUYV), recorder);
        take(recorder.formats, 2);
        driver.deliver(raw(1));
        RawPicture picture = take(recorder.pictures);
        int enqueues = driver.calls(abi.qbuf);
        late.close();
        assertEquals(enqueues, driver.calls(abi.qbuf));
        assertEquals(4, driver.mappedBuffers()); // the new session's own
        assertEquals(0, budget.leasedBytes());
        picture.close();
        end(next);
    }

    @Test
    void stop_wakesTheWaitingThread() throws Exception {
        CaptureSession session = start(PixelFormat.YUYV);
        take(recorder.formats);
        long before = System.nanoTime();
        end(session);
        assertTrue(System.nanoTime() - before < TimeUnit.MILLISECONDS.toNanos(900));
    }

    @Test
    void stopOfADriverThatHangs_returnsAtOnce() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        driver.onStreamOn(() -> {
            hangs.countDown();
            await(release);
        });
        CaptureSession session = start(PixelFormat.YUYV);
        await(hangs);
        session.stop();
        session.requestKeyFrame();
        assertTrue(recorder.ends.isEmpty());
        release.countDown();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertNothingIsHeld();
    }

    @Test
    void scarceMemory_meansFewerBuffersThenRefusal() throws Exception {
        MemoryBudget three = new MemoryBudget(3 * 4096, "memory.budget");
        CaptureSession session = CaptureSession.start(driver, three, request(PixelFormat.YUYV), recorder);
        take(recorder.formats);
        assertEquals(3, driver.mappedBuffers());
        end(session);

        MemoryBudget one = new MemoryBudget(4096, "memory.budget");
        CaptureSession.start(driver, one, request(PixelFormat.YUYV), recorder);
        CaptureException refusal = recorder.failure();
        assertEquals(Kind.NO_ROOM, refusal.kind());
        assertTrue(String.valueOf(refusal.getMessage()).contains("cameras.front.size"), refusal.getMessage());
        assertEquals(0, one.leasedBytes());
        assertNothingIsHeld();
    }

    @Test
    void busyDevice_isToldWhereverTheDriverSaysIt() throws Exception {
        for (int request : List.of(abi.setFmt, abi.reqbufs, abi.streamOn)) {
            driver.fails(request, Errno.EBUSY);
            start(PixelFormat.YUYV);
            CaptureException failure = recorder.failure();
            assertEquals(Kind.BUSY, failure.kind());
            assertEquals("/dev/video0 is in use by another program.", failure.getMessage());
            assertNothingIsHeld();
        }
    }

    @Test
    void usbWithoutBandwidth_isToldInWords() throws Exception {
        driver.fails(abi.streamOn, Errno.ENOSPC);
        start(PixelFormat.YUYV);
        CaptureException failure = recorder.failure();
        assertEquals(Kind.NO_ROOM, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("USB"), failure.getMessage());
        assertNothingIsHeld();
    }

    @Test
    void everyCallThatFails_leavesNothingBehind() throws Exception {
        for (int request : List.of(
                abi.querycap,
                abi.enumFmt,
                abi.setFmt,
                abi.getParm,
                abi.reqbufs,
                abi.querybuf,
                abi.qbuf,
                abi.streamOn)) {
            for (int errno : List.of(Errno.EIO, Errno.ENODEV)) {
                driver.fails(request, errno);
                start(PixelFormat.YUYV);
                recorder.failure();
                assertNothingIsHeld();
            }
        }
    }

    @Test
    void formatThatIsNotOffered_isRefusedWithTheList() throws Exception {
        driver.offers("MJPG", "BA81");
        start(PixelFormat.H264);
        CaptureException refusal = recorder.failure();
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals("/dev/video0 does not give H264; it offers MJPG (64x16).", refusal.getMessage());
        assertNothingIsHeld();
    }

    @Test
    void timestamps_areTheDriversWhenTheyAreMonotonicAndBelievable() throws Exception {
        driver.offers("H264");
        CaptureSession session = start(PixelFormat.H264);
        long now = driver.monotonicNanos();
        driver.deliver(
                new Filled("a", 1, 0x2000, 0, now - 1_000_000, 0),
                new Filled("b", 1, 0x0000, 1, now - 1_000_000, 0), // unknown clock
                new Filled("c", 1, 0x2000, 2, 0, 0),
                new Filled("d", 1, 0x2000, 3, now + 3_600_000_000_000L, 0),
                new Filled("e", 1, 0x2000, 4, now + 30_000_000, 0)); // from the future
        long wall = driver.wallClockMicros();
        FrameTime ofNow = new FrameTime(now, wall);
        assertEquals(
                List.of(new FrameTime(now - 1_000_000, wall - 1000), ofNow, ofNow, ofNow, ofNow),
                take(recorder.times, 5));
        end(session);
    }

    @Test
    void keyFrameRequest_reachesTheDriver() throws Exception {
        driver.offers("H264");
        CaptureSession session = start(PixelFormat.H264);
        take(recorder.formats);
        session.requestKeyFrame();
        driver.deliver(Filled.frame(0, "one"), Filled.frame(1, "two"));
        take(recorder.encoded, 2);
        end(session);
        assertEquals(1, driver.keyFramesForced());
    }

    @Test
    void deviceWithoutKeyFrameControl_isAskedOnce() throws Exception {
        driver.offers("H264").fails(abi.setCtrl, Errno.EINVAL);
        CaptureSession session = start(PixelFormat.H264);
        for (int sequence = 0; sequence < 3; sequence++) {
            session.requestKeyFrame();
            driver.deliver(Filled.frame(sequence, "x"));
            take(recorder.encoded);
        }
        end(session);
        assertEquals(1, driver.calls(abi.setCtrl));
    }

    @Test
    void absentDevice_isTold() throws Exception {
        driver.openFails(Errno.ENOENT);
        start(PixelFormat.YUYV);
        assertEquals(Kind.ABSENT, recorder.failure().kind());
        assertNothingIsHeld();
    }

    private CaptureSession start(PixelFormat format) {
        return CaptureSession.start(driver, budget, request(format), recorder);
    }

    private static CaptureRequest request(PixelFormat format) {
        return new CaptureRequest(
                "/dev/video0",
                List.of(format),
                64,
                16,
                /* exactSize= */ true,
                25,
                1,
                List.of(),
                "front driver buffers",
                "cameras.front.size");
    }

    private static Filled raw(int sequence) {
        return Filled.frame(sequence, Integer.toString(sequence)).withBytesUsed(FRAME_BYTES);
    }

    private void end(CaptureSession session) throws InterruptedException {
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertNothingIsHeld();
    }

    private void assertNothingIsHeld() {
        assertEquals(0, driver.openDescriptors());
        assertEquals(0, driver.mappedBuffers());
        assertEquals(0, budget.leasedBytes());
    }

    private static <T> T take(BlockingQueue<T> from) throws InterruptedException {
        T taken = from.poll(10, TimeUnit.SECONDS);
        assertFalse(taken == null, "nothing came");
        return taken;
    }

    private static <T> List<T> take(BlockingQueue<T> from, int count) throws InterruptedException {
        List<T> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(take(from));
        }
        return taken;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
