package dev.perch.v4l2;

import static dev.perch.v4l2.CaptureRig.FRAME_BYTES;
import static dev.perch.v4l2.CaptureRig.raw;
import static dev.perch.v4l2.CaptureRig.request;
import static dev.perch.v4l2.CaptureRig.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.FakeV4l2.Filled;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests a session against a driver without faults. */
@Timeout(20)
@Execution(ExecutionMode.CONCURRENT)
class CaptureSessionTest {
    private final CaptureRig rig = new CaptureRig();
    private final FakeV4l2 driver = rig.driver;
    private final Abi abi = rig.abi;
    private final MemoryBudget budget = rig.budget;
    private final CaptureRig.Recorder recorder = rig.recorder;

    @Test
    void encodedFrames_comeInOrderAndEverythingGoesBack() throws Exception {
        driver.offers("H264");
        CaptureSession session = rig.start(PixelFormat.H264);
        driver.deliver(Filled.frame(0, "one"), Filled.frame(1, "two"), Filled.frame(2, "three"));

        assertEquals(List.of("one", "two", "three"), take(recorder.encoded, 3));
        assertEquals(40_000_000, take(recorder.formats).frameNanos());
        assertEquals(4, driver.mappedBuffers());
        assertEquals(4 * 4096, budget.leasedBytes());
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        rig.assertNothingIsHeld();
        assertEquals(new CaptureSession.Counts(3, 0, 0), session.counts());
    }

    @Test
    void buffersOfMoreThanATenthOfTheBudget_areThree() throws Exception {
        MemoryBudget small = new MemoryBudget(39 * 4096, "memory.budget");
        CaptureSession session = CaptureSession.start(driver, small, request(PixelFormat.YUYV), recorder);
        driver.deliver(raw(0));
        take(recorder.pictures).close();
        assertEquals(3, driver.mappedBuffers());
        assertEquals(3 * 4096, small.leasedBytes());
        rig.end(session);
    }

    @Test
    void rawPicture_isEnqueuedWhenClosedAndOnlyOnce() throws Exception {
        driver.grants(2);
        CaptureSession session = rig.start(PixelFormat.YUYV);
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
        rig.end(session);
    }

    @Test
    void pictureClosedLongAfterItsSession_neverReachesTheNextOne() throws Exception {
        CaptureSession session = rig.start(PixelFormat.YUYV);
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
        assertEquals(4, driver.mappedBuffers()); // those of the new session
        assertEquals(0, budget.leasedBytes());
        picture.close();
        rig.end(next);
    }

    @Test
    void stop_wakesTheWaitingThread() throws Exception {
        CaptureSession session = rig.start(PixelFormat.YUYV);
        take(recorder.formats);
        long before = System.nanoTime();
        rig.end(session);
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
        CaptureSession session = rig.start(PixelFormat.YUYV);
        await(hangs);
        session.stop();
        session.requestKeyFrame();
        assertTrue(recorder.ends.isEmpty());
        release.countDown();
        assertEquals(Optional.empty(), take(recorder.ends));
        rig.assertNothingIsHeld();
    }

    @Test
    void timestamps_areTheDriversWhenTheyAreMonotonicAndBelievable() throws Exception {
        driver.offers("H264");
        CaptureSession session = rig.start(PixelFormat.H264);
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
        rig.end(session);
    }

    @Test
    void keyFrameRequest_reachesTheDriver() throws Exception {
        driver.offers("H264");
        CaptureSession session = rig.start(PixelFormat.H264);
        take(recorder.formats);
        session.requestKeyFrame();
        driver.deliver(Filled.frame(0, "one"), Filled.frame(1, "two"));
        take(recorder.encoded, 2);
        rig.end(session);
        assertEquals(1, driver.keyFramesForced());
    }

    @Test
    void deviceWithoutKeyFrameControl_isAskedOnce() throws Exception {
        driver.offers("H264").fails(abi.setCtrl, Errno.EINVAL);
        CaptureSession session = rig.start(PixelFormat.H264);
        for (int sequence = 0; sequence < 3; sequence++) {
            session.requestKeyFrame();
            driver.deliver(Filled.frame(sequence, "x"));
            take(recorder.encoded);
        }
        rig.end(session);
        assertEquals(1, driver.calls(abi.setCtrl));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
