package dev.perch.cmaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How segments tell the times of pictures that arrive otherwise than a camera takes them: as evenly as they were taken. */
class PictureClockTest {
    private static final long INTERVAL_NANOS = 40_000_000;
    private static final long INTERVAL_TICKS = Ticks.of(INTERVAL_NANOS);
    private static final int FRAMES = 25 * 60;
    private static final int PART_FRAMES = 5;

    /** What became of one stream. */
    private record Told(List<Long> decodeTicks, List<Integer> durations, int holes) {
        /** The durations from then on. */
        List<Integer> settled(int fromFrame) {
            return durations.subList(fromFrame, durations.size());
        }
    }

    private interface Arrival {
        /** When a frame arrives. */
        long nanos(int frame);
    }

    private static Told tell(Arrival arrival, long nominalNanos) {
        PictureClock clock = new PictureClock(new FrameTime(arrival.nanos(0), 0), nominalNanos);
        Told told = new Told(new ArrayList<>(), new ArrayList<>(), 0);
        int holes = 0;
        for (int i = 0; i < FRAMES; i++) {
            FrameTime time = new FrameTime(arrival.nanos(i), 0);
            if (clock.hole(time)) {
                holes++;
                clock.restart();
            }
            if (i % PART_FRAMES == 0) {
                clock.partBegins(PART_FRAMES * INTERVAL_TICKS);
            }
            clock.next(time);
            told.decodeTicks.add(clock.decodeTicks());
            told.durations.add(clock.durationTicks());
        }
        return new Told(told.decodeTicks, told.durations, holes);
    }

    private static void assertEven(Told told, int settledFrame, double share) {
        assertEquals(0, told.holes);
        for (int duration : told.settled(settledFrame)) {
            assertTrue(
                    duration > INTERVAL_TICKS * (1 - share) && duration < INTERVAL_TICKS * (1 + share),
                    () -> "duration=" + duration + " of " + told.durations);
        }
    }

    /** By pairs, as two pictures fill a buffer, up to a second at once. */
    @ParameterizedTest
    @CsvSource({"2", "3", "5", "8", "15", "25"})
    void bursts_areToldEvenly_andInTrueTimeInTotal(int burst) {
        Arrival bursts = frame -> (long) frame / burst * burst * INTERVAL_NANOS + frame % burst * 50_000L;
        Told told = tell(bursts, INTERVAL_NANOS);
        assertEven(told, 0, 0.2);
        long last = told.decodeTicks.get(FRAMES - 1);
        assertEquals((double) Ticks.of(bursts.nanos(FRAMES - 1)), (double) last, (double) burst * INTERVAL_TICKS);
    }

    /** The rate that the stream tells is wrong, as some encoders write it. */
    @ParameterizedTest
    @ValueSource(longs = {20_000_000, 33_333_333, 80_000_000})
    void burstsOfAnUntoldRate_areMeasured(long nominalNanos) {
        assertEven(tell(frame -> frame / 8 * 8L * INTERVAL_NANOS, nominalNanos), 200, 0.2);
    }

    /** Half a second is held up every two seconds, and then comes at once (Wi-Fi, SD card). */
    @Test
    void stalls_areCaughtUp() {
        Arrival stalls = frame -> {
            long due = frame * INTERVAL_NANOS;
            long phase = due % 2_000_000_000L;
            return phase < 500_000_000L ? due - phase + 500_000_000L : due;
        };
        assertEven(tell(stalls, INTERVAL_NANOS), 60, 0.3);
    }

    /** A machine that is busy wakes its reader late, and reads what has come meanwhile at once. */
    @Test
    void jitter_isNoOtherRate() {
        Random random = new Random(7);
        long[] lateNanos = new long[FRAMES];
        for (int i = 1; i < FRAMES; i++) {
            lateNanos[i] = Math.max(
                    lateNanos[i - 1] - INTERVAL_NANOS, random.nextInt(8) == 0 ? random.nextInt(90_000_000) : 0);
        }
        assertEven(
                tell(frame -> frame * INTERVAL_NANOS + lateNanos[frame], INTERVAL_NANOS),
                60,
                0.4); // a part one frame short is stretched
    }

    /** As a camera that gives fewer pictures in the dark, and more again by day. */
    @ParameterizedTest
    @CsvSource({"40000000, 100000000", "100000000, 33333333", "100000000, 16666666", "33333333, 66666666"})
    void anotherRate_isFollowed(long beforeNanos, long behindNanos) {
        int change = FRAMES / 2;
        Arrival changing =
                frame -> frame < change ? frame * beforeNanos : change * beforeNanos + (frame - change) * behindNanos;
        Told told = tell(changing, beforeNanos);
        for (int duration : told.settled(change + 200)) {
            assertEquals((double) Ticks.of(behindNanos), duration, Ticks.of(behindNanos) * 0.2);
        }
        assertTrue(told.holes <= 1, () -> "holes=" + told.holes);
    }

    @Test
    void outage_isAHole() {
        Arrival away = frame -> frame * INTERVAL_NANOS + (frame < 500 ? 0 : 5_000_000_000L);
        Told told = tell(away, INTERVAL_NANOS);
        assertEquals(1, told.holes);
        assertFalse(told.durations.stream().anyMatch(duration -> duration > 2 * INTERVAL_TICKS));
    }
}
