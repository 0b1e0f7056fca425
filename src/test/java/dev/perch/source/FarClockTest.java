package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.testing.FakeClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FarClockTest {
    private static final long FRAME_NANOS = 40_000_000;

    private final FakeClock clock = new FakeClock();
    private final FarClock far = new FarClock(clock);

    private FrameTime arrived(long streamNanos) {
        return far.arrived(streamNanos, FarClock.UNTOLD);
    }

    @Test
    void arrived_networkThatIsUneven_keepsTheDistancesOfCapture() {
        Random random = new Random(3);
        long start = clock.nanoTime();
        FrameTime before = arrived(0);
        for (int i = 1; i < 1000; i++) {
            long due = start + i * FRAME_NANOS + random.nextInt(35_000_000);
            clock.advance(Duration.ofNanos(Math.max(0, due - clock.nanoTime())));
            FrameTime time = arrived(i * FRAME_NANOS);
            if (i > 300) {
                assertEquals((double) FRAME_NANOS, (double) (time.decodeNanos() - before.decodeNanos()), 1_000_000);
            }
            assertTrue(time.decodeNanos() <= clock.nanoTime(), "no frame lies in the future");
            assertTrue(clock.nanoTime() - time.decodeNanos() < 50_000_000, "and none far in the past");
            before = time;
        }
    }

    @Test
    void arrived_farClockIsSlowOrQuick_isFollowed() {
        for (double pace : new double[] {0.9995, 1.0005}) {
            FarClock drifting = new FarClock(clock);
            FrameTime last = new FrameTime(0, 0);
            for (int i = 0; i < 25 * 600; i++) {
                clock.advance(Duration.ofNanos(FRAME_NANOS));
                last = drifting.arrived((long) (i * FRAME_NANOS * pace), FarClock.UNTOLD);
            }
            assertEquals(0, (double) (clock.nanoTime() - last.decodeNanos()), 20_000_000, "pace=" + pace);
        }
    }

    @Test
    void arrived_wallClocksThatAgree_giveTheBacklogItsTrueTime() {
        long capturedMicros = clock.wallClockMicros() - 1_000_000;
        FrameTime old = far.arrived(0, capturedMicros);
        assertEquals(clock.nanoTime() - 1_000_000_000L, old.decodeNanos());
        assertEquals(capturedMicros, old.wallClockMicros());
        FrameTime next = far.arrived(0, capturedMicros + 40_000);
        assertEquals(FRAME_NANOS, next.decodeNanos() - old.decodeNanos());
    }

    @Test
    void arrived_farTimeIsSet_beginsAnew() {
        long far1 = clock.wallClockMicros() - 3_600_000_000L; // an hour slow
        assertEquals(clock.nanoTime(), far.arrived(0, far1).decodeNanos());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(clock.nanoTime(), far.arrived(0, far1 + 7_200_000_000L).decodeNanos(), "set forward");
        clock.advance(Duration.ofSeconds(1));
        assertEquals(clock.nanoTime(), far.arrived(0, far1).decodeNanos(), "and back");
    }

    @Test
    void arrived_countFromTheFarMachinesStart_isNoTimeOfDay() {
        FrameTime time = far.arrived(0, 4_711_000_000L);
        assertEquals(clock.wallClockMicros(), time.wallClockMicros());
        clock.advance(Duration.ofNanos(FRAME_NANOS));
        assertEquals(FRAME_NANOS, far.arrived(0, 4_711_040_000L).decodeNanos() - time.decodeNanos());
    }
}
