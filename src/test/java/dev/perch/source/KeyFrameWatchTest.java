package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeyFrameWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final KeyFrameWatch watch = new KeyFrameWatch(SECOND / 30, -5 * SECOND);

    @Test
    void overdue_onlyWhenSomebodyWaits() {
        assertFalse(watch.overdue(3600 * SECOND));
        watch.wanted(3600 * SECOND);
        assertFalse(watch.overdue(3601 * SECOND)); // an encoder that can be asked needs a moment
        assertTrue(watch.overdue(3603 * SECOND));
    }

    @Test
    void overdue_notWhileTheLastIsAsNearAsX264MakesThem() {
        watch.wanted(0);
        assertFalse(watch.overdue(24 * SECOND));
        assertTrue(watch.overdue(25 * SECOND));
        watch.came(25 * SECOND);
        assertFalse(watch.overdue(100 * SECOND));
    }

    @Test
    void overdue_ofASlowSource_takesThreeHundredFrames() {
        KeyFrameWatch slow = new KeyFrameWatch(15 * SECOND, 0);
        slow.wanted(1);
        assertFalse(slow.overdue(4499 * SECOND));
        assertTrue(slow.overdue(4500 * SECOND));
        assertEquals(
                "curl has sent no key frame for 4500 seconds, and who begins to watch needs one. It is started anew.",
                slow.sentence("curl"));
    }
}
