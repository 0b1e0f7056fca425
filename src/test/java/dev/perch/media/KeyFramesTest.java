package dev.perch.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class KeyFramesTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void due_isTheLongestGopSeen_lessWhatIsOverOfThisOne() {
        KeyFrames keys = KeyFrames.NONE.next(100 * SECOND).next(140 * SECOND).next(150 * SECOND);
        assertEquals(40 * SECOND, keys.longestNanos());
        assertEquals(OptionalLong.of(28 * SECOND), keys.dueNanos(162 * SECOND));
        assertEquals(OptionalLong.empty(), keys.dueNanos(190 * SECOND), "longer than any before");
    }

    @Test
    void due_beforeAWholeGop_isNotKnown() {
        assertEquals(OptionalLong.empty(), KeyFrames.NONE.dueNanos(0));
        assertEquals(OptionalLong.empty(), KeyFrames.NONE.next(SECOND).dueNanos(2 * SECOND));
    }

    @Test
    void interruption_isNoGop_andWhatWasSeenBeforeStays() {
        KeyFrames keys = KeyFrames.NONE.next(0).next(4 * SECOND).interrupted();
        assertEquals(OptionalLong.empty(), keys.dueNanos(5 * SECOND));
        assertEquals(4 * SECOND, keys.next(900 * SECOND).longestNanos());
        assertEquals(OptionalLong.of(3 * SECOND), keys.next(900 * SECOND).dueNanos(901 * SECOND));
    }

    @Test
    void never_isTwiceTheLongestGop_andAtLeastHalfAMinuteAndThreeHundredFrames() {
        assertEquals(30 * SECOND, KeyFrames.NONE.neverNanos(SECOND / 30));
        assertEquals(30 * SECOND, KeyFrames.NONE.lasting(10 * SECOND).neverNanos(SECOND / 30));
        assertEquals(80 * SECOND, KeyFrames.NONE.lasting(40 * SECOND).neverNanos(SECOND / 30));
        assertEquals(300 * SECOND, KeyFrames.NONE.lasting(40 * SECOND).neverNanos(SECOND));
    }
}
