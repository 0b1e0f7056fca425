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

    @Test
    void overdue_ofASourceOfLongGops_takesTwiceTheLongestSeen_inAllItsSessions() {
        watch.came(0);
        watch.came(40 * SECOND);
        watch.begin(1000 * SECOND);
        watch.came(1000 * SECOND);
        watch.wanted(1010 * SECOND);
        assertFalse(watch.overdue(1079 * SECOND));
        assertTrue(watch.overdue(1080 * SECOND));
    }

    /** A GOP of 40 s is not known before it was seen whole, which a second start after 30 s would prevent for good. */
    @Test
    void overdue_afterASessionThatWasGivenUp_takesTwiceAsLong() {
        watch.begin(0);
        watch.came(0);
        watch.wanted(1);
        assertTrue(watch.overdue(30 * SECOND));
        assertEquals(
                "ffmpeg has sent no key frame for 30 seconds, and who begins to watch needs one. It is started anew.",
                watch.giveUp("ffmpeg"));
        watch.begin(31 * SECOND);
        watch.came(31 * SECOND);
        watch.wanted(40 * SECOND);
        assertFalse(watch.overdue(90 * SECOND));
        watch.came(71 * SECOND);
        watch.wanted(72 * SECOND);
        assertFalse(watch.overdue(150 * SECOND));
        assertTrue(watch.overdue(151 * SECOND));
    }

    @Test
    void giveUp_ofASlowSource_givesTheNextSessionTwiceItsTime() {
        KeyFrameWatch slow = new KeyFrameWatch(SECOND / 4, 0);
        slow.begin(0);
        slow.came(0);
        slow.wanted(1);
        assertTrue(slow.overdue(75 * SECOND));
        slow.giveUp("curl");
        slow.begin(80 * SECOND);
        slow.came(80 * SECOND);
        slow.wanted(81 * SECOND);
        assertFalse(slow.overdue(229 * SECOND));
        assertTrue(slow.overdue(230 * SECOND));
    }
}
