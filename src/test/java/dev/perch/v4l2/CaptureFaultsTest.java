package dev.perch.v4l2;

import static dev.perch.v4l2.CaptureRig.FRAME_BYTES;
import static dev.perch.v4l2.CaptureRig.raw;
import static dev.perch.v4l2.CaptureRig.request;
import static dev.perch.v4l2.CaptureRig.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.FakeV4l2.Filled;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a session against each fault that a driver may have. */
@Timeout(20)
class CaptureFaultsTest {
    private final CaptureRig rig = new CaptureRig();
    private final FakeV4l2 driver = rig.driver;
    private final Abi abi = rig.abi;
    private final MemoryBudget budget = rig.budget;
    private final CaptureRig.Recorder recorder = rig.recorder;

    @Test
    void damagedEmptyAndShortFrames_areDroppedAndCounted() throws Exception {
        CaptureSession session = rig.start(PixelFormat.YUYV);
        driver.deliver(
                raw(0).withFlags(0x2040), raw(1).withBytesUsed(0), raw(2).withBytesUsed(FRAME_BYTES - 1), raw(3));
        RawPicture picture = take(recorder.pictures);
        assertEquals(3, recorder.damaged.size());
        assertEquals(new CaptureSession.Counts(1, 0, 3), session.counts());
        picture.close();
        rig.end(session);
    }

    @Test
    void bytesUsedBeyondTheBuffer_isCutToItsLength() throws Exception {
        driver.offers("MJPG");
        CaptureSession session = rig.start(PixelFormat.MJPG);
        driver.deliver(
                Filled.frame(0, "x").withBytesUsed(1 << 30),
                Filled.frame(1, "y").withBytesUsed(-1));
        assertEquals(FRAME_BYTES, take(recorder.encoded).length());
        assertEquals(FRAME_BYTES, take(recorder.encoded).length());
        rig.end(session);
    }

    @Test
    void sequenceGaps_areCountedAcrossTheWrap() throws Exception {
        driver.offers("H264");
        CaptureSession session = rig.start(PixelFormat.H264);
        // the first is where counting begins; -2 → 1 loses -1 and 0; 1 → 0 goes back and is no gap
        driver.deliver(
                Filled.frame(-2, "a"),
                Filled.frame(1, "b"),
                Filled.frame(0, "c"),
                Filled.frame(1, "d"),
                Filled.frame(3, "e"));
        take(recorder.encoded, 5);
        assertEquals(3, session.counts().sequenceGaps());
        rig.end(session);
    }

    @Test
    void interruptedAndTemporaryErrors_areNoErrors() throws Exception {
        driver.offers("H264");
        driver.fails(abi.setFmt, Errno.EINTR, Errno.EINTR);
        driver.fails(abi.streamOn, Errno.EINTR);
        driver.fails(abi.dqbuf, Errno.EINTR, Errno.EAGAIN, Errno.EINTR);
        CaptureSession session = rig.start(PixelFormat.H264);
        driver.deliver(Filled.frame(0, "one"));
        assertEquals("one", take(recorder.encoded));
        rig.end(session);
    }

    @Test
    void inputOutputError_endsTheSessionWithASentence() throws Exception {
        rig.start(PixelFormat.YUYV);
        driver.deliver(Filled.error(Errno.EIO));
        CaptureException failure = recorder.failure();
        assertEquals(Kind.FAULT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("fault"), failure.getMessage());
        rig.assertNothingIsHeld();
    }

    @Test
    void unplugging_isAbsence() throws Exception {
        rig.start(PixelFormat.YUYV);
        driver.deliver(Filled.error(Errno.ENODEV));
        assertEquals(Kind.ABSENT, recorder.failure().kind());
        rig.assertNothingIsHeld();
    }

    /** For a device that is gone, the kernel's v4l2_poll returns POLLERR, POLLHUP and POLLPRI. */
    @Test
    void unpluggingThatPollTells_isAbsenceAtOnce() throws Exception {
        driver.skipWaits().tellsChanges().pollSays(0x1a);
        driver.deliver(Filled.error(Errno.ENODEV));
        rig.start(PixelFormat.YUYV);
        assertEquals(Kind.ABSENT, recorder.failure().kind());
        assertEquals(5_000_000_000L, driver.monotonicNanos());
        rig.assertNothingIsHeld();
    }

    @Test
    void unpluggingThatTheDriverHides_isAbsenceToo() throws Exception {
        rig.start(PixelFormat.YUYV);
        take(recorder.formats);
        driver.fails(abi.querycap, Errno.ENODEV);
        driver.deliver(Filled.error(Errno.EINVAL));
        assertEquals(Kind.ABSENT, recorder.failure().kind());
    }

    @Test
    void silenceOfTenSeconds_isAFault() throws Exception {
        driver.skipWaits();
        rig.start(PixelFormat.YUYV);
        CaptureException failure = recorder.failure();
        assertEquals(
                "/dev/video0 has given no frame for 10 seconds, though it is open and streaming.",
                failure.getMessage());
        assertEquals(15_000_000_000L, driver.monotonicNanos());
        rig.assertNothingIsHeld();
    }

    @Test
    void errorEventThatDequeueDoesNotExplain_endsInSilenceNotInABusyLoop() throws Exception {
        driver.skipWaits().pollSays(0x8);
        rig.start(PixelFormat.YUYV);
        assertEquals(Kind.FAULT, recorder.failure().kind());
        assertTrue(driver.calls(abi.dqbuf) <= 201, "dequeues=" + driver.calls(abi.dqbuf));
    }

    @Test
    void scarceMemory_meansFewerBuffersThenRefusal() throws Exception {
        MemoryBudget two = new MemoryBudget(2 * 4096, "memory.budget");
        CaptureSession session = CaptureSession.start(driver, two, request(PixelFormat.YUYV), recorder);
        take(recorder.formats);
        assertEquals(2, driver.mappedBuffers());
        rig.end(session);

        MemoryBudget one = new MemoryBudget(4096, "memory.budget");
        CaptureSession.start(driver, one, request(PixelFormat.YUYV), recorder);
        CaptureException refusal = recorder.failure();
        assertEquals(Kind.NO_ROOM, refusal.kind());
        assertTrue(String.valueOf(refusal.getMessage()).contains("cameras.front.size"), refusal.getMessage());
        assertEquals(0, one.leasedBytes());
        rig.assertNothingIsHeld();
    }

    @Test
    void busyDevice_isToldWhereverTheDriverSaysIt() throws Exception {
        for (int request : List.of(abi.setFmt, abi.reqbufs, abi.streamOn)) {
            driver.fails(request, Errno.EBUSY);
            rig.start(PixelFormat.YUYV);
            CaptureException failure = recorder.failure();
            assertEquals(Kind.BUSY, failure.kind());
            assertEquals("/dev/video0 is in use by another program.", failure.getMessage());
            rig.assertNothingIsHeld();
        }
    }

    @Test
    void usbWithoutBandwidth_isToldInWords() throws Exception {
        driver.fails(abi.streamOn, Errno.ENOSPC);
        rig.start(PixelFormat.YUYV);
        CaptureException failure = recorder.failure();
        assertEquals(Kind.NO_ROOM, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("USB"), failure.getMessage());
        rig.assertNothingIsHeld();
    }

    private static final List<Integer> ERRNOS =
            List.of(Errno.EIO, Errno.EINVAL, Errno.ENODEV, Errno.EBUSY, Errno.ENOMEM);

    /** Tests the calls between open and the first frame. The session streams although the driver refuses those that it may refuse. */
    @Test
    void everyCallOfTheStartThatFails_isNamedAndLeavesNothingBehind() throws Exception {
        driver.offers("H264");
        Map<Integer, String> calls = Map.of(
                abi.querycap, "VIDIOC_QUERYCAP",
                abi.enumFmt, "VIDIOC_ENUM_FMT",
                abi.setFmt, "VIDIOC_S_FMT",
                abi.reqbufs, "VIDIOC_REQBUFS",
                abi.querybuf, "VIDIOC_QUERYBUF",
                abi.qbuf, "VIDIOC_QBUF",
                abi.streamOn, "VIDIOC_STREAMON");
        for (Map.Entry<Integer, String> call : calls.entrySet()) {
            for (int errno : ERRNOS) {
                if (call.getKey() == abi.enumFmt && errno == Errno.EINVAL) {
                    continue; // the end of the list
                }
                driver.fails(call.getKey(), errno);
                rig.start(PixelFormat.H264);
                assertNames(recorder.failure(), call.getValue(), errno);
                rig.assertNothingIsHeld();
            }
        }
    }

    @Test
    void callsThatADriverMayLack_failWithoutHarm() throws Exception {
        driver.offers("H264");
        M2mAbi events = new M2mAbi(abi.model);
        for (int call : List.of(abi.getParm, abi.setParm, abi.enumFramesizes, abi.setCtrl, events.subscribeEvent)) {
            for (int errno : List.of(Errno.EINVAL, Errno.ENOTTY)) {
                driver.fails(call, errno);
                CaptureSession session = rig.start(PixelFormat.H264);
                session.requestKeyFrame();
                driver.deliver(Filled.frame(0, "one"));
                take(recorder.encoded);
                rig.end(session);
            }
        }
    }

    @Test
    void memoryThatCannotBeMapped_isNamedAndLeavesNothingBehind() throws Exception {
        for (int errno : ERRNOS) {
            driver.mmapFails(errno);
            rig.start(PixelFormat.YUYV);
            assertNames(recorder.failure(), "mmap", errno);
            rig.assertNothingIsHeld();
        }
    }

    @Test
    void wakeUpThatCannotBeMade_isNamedAndLeavesNothingBehind() throws Exception {
        driver.eventfdFails(Errno.EMFILE);
        rig.start(PixelFormat.YUYV);
        assertNames(recorder.failure(), "eventfd", Errno.EMFILE);
        rig.assertNothingIsHeld();
    }

    @Test
    void everyCallOfTheStreamThatFails_isNamedAndLeavesNothingBehind() throws Exception {
        driver.offers("H264");
        for (int errno : ERRNOS) {
            for (String call : List.of("VIDIOC_DQBUF", "VIDIOC_QBUF", "poll")) {
                rig.start(PixelFormat.H264);
                driver.deliver(Filled.frame(0, "one"));
                take(recorder.encoded);
                switch (call) {
                    case "VIDIOC_DQBUF" -> driver.deliver(Filled.error(errno));
                    case "poll" -> driver.pollFails(errno);
                    default -> {
                        driver.fails(abi.qbuf, errno);
                        driver.deliver(Filled.frame(1, "two"));
                    }
                }
                assertNames(recorder.failure(), call, errno);
                rig.assertNothingIsHeld();
            }
        }
    }

    @Test
    void endThatTheDriverRefuses_leavesNothingBehind() throws Exception {
        for (int errno : ERRNOS) {
            driver.fails(abi.streamOff, errno);
            CaptureSession session = rig.start(PixelFormat.YUYV);
            take(recorder.formats);
            rig.end(session);
        }
    }

    private static void assertNames(CaptureException failure, String call, int errno) {
        String told = failure.getMessage() + " " + failure.getCause();
        assertTrue(told.contains(Errno.name(errno) + " at " + call), told);
    }

    @Test
    void bufferThatTheDriverDidNotHave_isAFault() throws Exception {
        driver.offers("H264").misnumbers(7);
        rig.start(PixelFormat.H264);
        take(recorder.formats);
        driver.deliver(Filled.frame(0, "one"));
        CaptureException failure = recorder.failure();
        assertTrue(String.valueOf(failure.getMessage()).contains("index=7"), failure.getMessage());
        rig.assertNothingIsHeld();
    }

    @Test
    void framesOfNoUseFor20Seconds_areAFault() throws Exception {
        driver.offers("H264");
        recorder.usable = false;
        rig.start(PixelFormat.H264);
        take(recorder.formats);
        for (int sequence = 0; sequence < 5; sequence++) { // every 4 s
            driver.deliver(Filled.frame(sequence, "no key"));
            take(recorder.encoded);
            driver.pass(4_000_000_000L);
        }
        driver.deliver(Filled.frame(5, "no key"));
        CaptureException failure = recorder.failure();
        assertEquals(
                "/dev/video0 has given no frame of use for 20 seconds: those that come are damaged, or lack their parameter sets.",
                failure.getMessage());
        rig.assertNothingIsHeld();
    }

    @Test
    void damagedFramesAmongGoodOnes_areNoFault() throws Exception {
        CaptureSession session = rig.start(PixelFormat.YUYV);
        take(recorder.formats);
        for (int sequence = 0; sequence < 12; sequence++) {
            boolean good = sequence % 3 == 2;
            driver.deliver(good ? raw(sequence) : raw(sequence).withFlags(0x2040));
            if (good) {
                take(recorder.pictures).close();
            } else {
                take(recorder.damaged);
            }
            driver.pass(6_000_000_000L);
        }
        assertEquals(new CaptureSession.Counts(4, 0, 8), session.counts());
        rig.end(session);
    }

    @Test
    void changeOfTheSource_beginsAnewInTheNewFormat() throws Exception {
        driver.tellsChanges();
        CaptureSession session =
                CaptureSession.start(driver, budget, request(PixelFormat.YUYV, /* exactSize= */ false), recorder);
        assertEquals(64, take(recorder.formats).width());
        driver.deliver(raw(0));
        take(recorder.pictures).close();
        driver.change(32, 16);
        assertEquals(32, take(recorder.formats).width());
        driver.deliver(Filled.frame(0, "x").withBytesUsed(FRAME_BYTES / 2));
        try (RawPicture picture = take(recorder.pictures)) {
            assertEquals(32, picture.width());
        }
        assertTrue(recorder.ends.isEmpty());
        rig.end(session);
    }

    @Test
    void changeBeforeAnyFrame_isAFault() throws Exception {
        driver.tellsChanges();
        rig.start(PixelFormat.YUYV);
        take(recorder.formats);
        driver.change(32, 16);
        assertEquals(Kind.FAULT, recorder.failure().kind());
        rig.assertNothingIsHeld();
    }

    @Test
    void formatThatIsNotOffered_isRefusedWithTheList() throws Exception {
        driver.offers("MJPG", "BA81");
        rig.start(PixelFormat.H264);
        CaptureException refusal = recorder.failure();
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals("/dev/video0 does not give H264; it offers MJPG (64x16).", refusal.getMessage());
        rig.assertNothingIsHeld();
    }

    @Test
    void absentDevice_isTold() throws Exception {
        driver.openFails(Errno.ENOENT);
        rig.start(PixelFormat.YUYV);
        assertEquals(Kind.ABSENT, recorder.failure().kind());
        rig.assertNothingIsHeld();
    }
}
