package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryBudget;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests raw pictures of 1080p, 4.0 MiB each, with the budgets of small machines. */
@Timeout(20)
class SmallMachineTest {
    private static final long MIB = 1 << 20;
    private static final long PICTURE_BYTES = 1013 * 4096; // 1920 × 1080 × 2 in whole pages

    private final CaptureRig rig = new CaptureRig();

    SmallMachineTest() {
        rig.driver.change(1920, 1080);
    }

    private MemoryBudget leasedWith(long budgetBytes) throws Exception {
        MemoryBudget budget = new MemoryBudget(budgetBytes, "memory.budget");
        CaptureSession session =
                CaptureSession.start(rig.driver, budget, CaptureRig.request(PixelFormat.YUYV, false), rig.recorder);
        CaptureRig.take(rig.recorder.formats);
        MemoryBudget copy = new MemoryBudget(budgetBytes, "memory.budget");
        copy.lease("what was leased", budget.leasedBytes(), "x");
        rig.end(session);
        assertEquals(0, budget.leasedBytes());
        return copy;
    }

    @Test
    void piZero2_hasThreeBuffersOfSuchAPicture() throws Exception {
        assertEquals(3 * PICTURE_BYTES, leasedWith(75 * MIB).leasedBytes());
    }

    @Test
    void lessRoom_isFewerBuffers_downToTwo() throws Exception {
        assertEquals(3 * PICTURE_BYTES, leasedWith(12 * MIB).leasedBytes());
        assertEquals(2 * PICTURE_BYTES, leasedWith(8 * MIB).leasedBytes());
    }

    @Test
    void noRoomForTwo_isRefusedWithTheNumbersAndWhatToChange() throws Exception {
        MemoryBudget budget = new MemoryBudget(7 * MIB, "memory.budget");
        CaptureSession.start(rig.driver, budget, CaptureRig.request(PixelFormat.YUYV, false), rig.recorder);
        Optional<CaptureException> end = CaptureRig.take(rig.recorder.ends);
        assertEquals(CaptureException.Kind.NO_ROOM, end.orElseThrow().kind());
        String sentence = String.valueOf(end.get().getMessage());
        assertTrue(
                sentence.matches("Out of media memory: .* asks for 4\\.0 MiB, 3\\.0 MiB of 7\\.0 MiB are left\\."
                        + " Raise memory\\.budget, or lower .*\\."),
                sentence);
        assertEquals(0, budget.leasedBytes());
    }
}
