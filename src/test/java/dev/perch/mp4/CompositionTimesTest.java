package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CompositionTimesTest {
    private static final int FRAME = 3000;

    private final CompositionTimes times = new CompositionTimes();

    private long shown(long order, long decodeTicks, double aheadFrames) {
        FrameTime time = new FrameTime(0, 0).shown((long) (aheadFrames * 40_000_000), order);
        return decodeTicks + times.offsetTicks(time, decodeTicks, Math.round(aheadFrames * FRAME));
    }

    @Test
    void withoutReordering_nothingIsAdded() {
        assertEquals(0, times.offsetTicks(new FrameTime(5, 5), 70, 0));
    }

    @Test
    void evenly_isAsTold() {
        List<Long> shown = new ArrayList<>();
        int[] orders = {0, 6, 2, 4, 12, 8, 10};
        int[] ahead = {1, 3, 0, 0, 3, 0, 0};
        for (int i = 0; i < orders.length; i++) {
            shown.add(shown(1 + orders[i], (long) i * FRAME, ahead[i]) / FRAME);
        }
        assertEquals(List.of(1L, 4L, 2L, 3L, 7L, 5L, 6L), shown);
    }

    /** The backlog's steps are 1 ms, and those after it a frame's: what was told last of the backlog bounds what comes between. */
    @Test
    void betweenTwo_standsBetweenTheirTimes_whateverItsDecodeTime() {
        assertEquals(90, shown(1, 0, 0.03));
        assertEquals(360, shown(7, 90, 0.09));
        assertEquals(270, shown(3, 400, 0)); // late: in order all the same
        assertTrue(shown(5, 3400, 0) < 360);
    }

    @Test
    void cleared_continuesNothing() {
        shown(100, 0, 9);
        times.clear();
        assertEquals(FRAME, shown(50, 0, 1));
    }

    /** Decode times that jitter, rates that change and pictures that are lost: what is shown is always in order. */
    @Test
    void anything_isShownInOrder() {
        Random random = new Random(3);
        TreeMap<Long, Long> shown = new TreeMap<>();
        long decode = 0;
        long order = 1;
        for (int gop = 0; gop < 2000; gop++) {
            int pictures = 1 + random.nextInt(4);
            int depth = random.nextInt(3);
            for (int i = 0; i < pictures; i++) {
                decode += 200 + random.nextInt(2 * FRAME);
                long place = order + 2L * (i == 0 ? pictures - 1 : i - 1);
                if (random.nextInt(20) > 0) {
                    long ticks = shown(place, decode, depth + (i == 0 ? pictures - 1 : 0));
                    assertEquals(null, shown.put(place, ticks));
                }
            }
            order += 2L * pictures;
        }
        long last = -1;
        for (long ticks : shown.values()) {
            assertTrue(ticks > last, "ticks=" + ticks + " last=" + last);
            last = ticks;
        }
    }
}
