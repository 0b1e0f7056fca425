package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The pauses between tries at a server. */
class BackOffTest {
    private static final long SECOND = 1_000_000_000L;

    private final BackOff backOff = new BackOff();
    private long nowNanos = -SECOND; // a monotonic clock may be negative

    /** Fails once more, and asserts that the pause is of {@code seconds}, or up to a quarter longer. */
    private void fails(int seconds) {
        backOff.failed(nowNanos);
        assertFalse(backOff.due(nowNanos + seconds * SECOND - 1), seconds + " s");
        nowNanos += seconds * SECOND + seconds * SECOND / 4;
        assertTrue(backOff.due(nowNanos), seconds + " s and a quarter");
    }

    @Test
    void pauses_doubleFromOneSecondToThirty_andGoOnForEver() {
        backOff.begin(nowNanos);
        assertTrue(backOff.due(nowNanos), "the first try is at once");
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            fails(seconds);
        }
        for (int i = 0; i < 10_000; i++) {
            fails(30);
        }
    }

    @Test
    void connectionThatHasWorked_beginsAnewWithOneSecond() {
        backOff.begin(nowNanos);
        fails(1);
        fails(2);
        backOff.worked();
        fails(1);
        backOff.begin(nowNanos);
        assertTrue(backOff.due(nowNanos), "who starts it does not wait");
    }
}
