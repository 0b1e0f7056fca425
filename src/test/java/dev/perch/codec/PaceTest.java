package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
    /** Returns which of the frames of ten seconds are let through. */
    private static List<Integer> taken(double cameraRate, double most, long jitterNanos) {
        Pace pace = new Pace(most);
        List<Integer> taken = new ArrayList<>();
        for (int frame = 0; frame < 10 * cameraRate; frame++) {
            long nanos = Math.round(frame * 1e9 / cameraRate) + (frame % 2 == 0 ? jitterNanos : -jitterNanos);
            if (pace.takes(nanos)) {
                taken.add(frame);
            }
        }
        return taken;
    }

    @Test
    void frames_areLetThroughAtTheRate_evenly() {
        assertEquals(300, taken(30, 0, 0).size());
        List<Integer> third = taken(30, 10, 3_000_000);
        assertEquals(100, third.size());
        for (int i = 1; i < third.size(); i++) {
            assertEquals(3, third.get(i) - third.get(i - 1), third::toString);
        }
        assertEquals(120, taken(30, 12, 0).size(), 1);
        assertEquals(50, taken(25, 5, 0).size());
        assertEquals(100, taken(10, 10, 4_000_000).size(), "those that come a little early are not left out");
        assertEquals(50, taken(5, 10, 0).size());
    }

    @Test
    void gap_andAClockThatIsSetBack_beginAnew() {
        Pace pace = new Pace(10);
        assertTrue(pace.takes(1_000_000_000L));
        assertFalse(pace.takes(1_033_000_000L));
        assertTrue(pace.takes(9_000_000_000L));
        assertFalse(pace.takes(9_033_000_000L), "nothing is made up for");
        assertTrue(pace.takes(2_000_000_000L));
        assertFalse(pace.takes(2_033_000_000L));
    }
}
