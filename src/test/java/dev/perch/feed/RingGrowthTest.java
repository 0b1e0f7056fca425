package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.memory.Lease;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How large a ring becomes. */
class RingGrowthTest {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @Test
    void fixed_neverGrows() {
        TestFeed test = TestFeed.fixed(Encoding.H264, 300 * KIB);
        for (int i = 0; i < 60; i++) {
            assertTrue(test.publish(100 * KIB, i == 0));
        }
        assertEquals(300 * KIB, test.feed.stats().ringBytes());
        assertTrue(test.feed.lacksKeyFrame());
        assertFalse(test.publish(301 * KIB, true), "larger than the ring");
        assertEquals(1, test.feed.stats().dropped());
    }

    @Test
    void automatic_growsToHoldTheGop() {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, 16 * MIB);
        Cursor slow = test.feed.join(null);
        for (int i = 0; i < 60; i++) { // 2 s
            assertTrue(test.publish(i == 0 ? 200 * KIB : 60 * KIB, i == 0));
        }
        assertFalse(test.feed.lacksKeyFrame());
        assertEquals(60, test.feed.stats().framesInRing());
        assertTrue(test.feed.stats().ringBytes() < 8 * MIB, "not larger than by half");
        assertTrue(slow.advance());
        assertEquals(0, slow.frame().sequence());
        assertEquals(test.feed.stats().ringBytes(), test.budget.leasedBytes(), "the smaller arenas are given back");
    }

    @Test
    void automatic_doesNotGrowForAGopOlderThanTwoSeconds() {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, 16 * MIB);
        test.frameNanos(1_000_000_000L);
        for (int i = 0; i < 100; i++) {
            test.publish(60 * KIB, i == 0);
        }
        assertTrue(test.feed.lacksKeyFrame());
        assertEquals(512 * KIB, test.feed.stats().ringBytes());
    }

    @Test
    void automatic_holdsFourOfTheLargestFrame() {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, 16 * MIB);
        test.frameNanos(3_000_000_000L);
        test.publish(10 * KIB, true);
        assertEquals(256 * KIB, test.feed.stats().ringBytes());
        test.publish(MIB, true);
        assertEquals(4 * MIB, test.feed.stats().ringBytes());
    }

    @Test
    void automatic_stopsAtItsLargest() {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, MIB);
        for (int i = 0; i < 60; i++) {
            assertTrue(test.publish(100 * KIB, i == 0));
        }
        assertEquals(MIB, test.feed.stats().ringBytes());
        assertFalse(test.publish(MIB + 1, true));
    }

    /** libturbojpeg asks for the most that a picture can have; the ring is sized by what it makes of it. */
    @Test
    void jpegRing_isSizedByFramesNotByClaims() {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 64 * MIB, 16 * MIB);
        for (int i = 0; i < 40; i++) {
            assertTrue(test.publish(/* claimedBytes= */ MIB, /* sizeBytes= */ 100 * KIB, true));
        }
        assertEquals(2 * MIB, test.feed.stats().ringBytes());
        for (int i = 0; i < 40; i++) {
            assertTrue(test.publish(400 * KIB, true));
        }
        assertEquals(4032 * KIB, test.feed.stats().ringBytes());
        assertEquals(10, test.feed.stats().framesInRing());
    }

    @Test
    void refusedFirstArena_isRememberedUntilForgottenOrOpened() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 4 * MIB, MIB);
        Lease others = test.budget.lease("others", 4 * MIB - 100, "x");
        assertFalse(test.publish(50 * KIB, true));
        assertEquals(1, test.feed.stats().dropped());
        String sentence = String.valueOf(test.feed.refusal().orElseThrow().getMessage());
        assertEquals(
                "Out of media memory: front JPEG ring asks for 0.3 MiB, 0.0 MiB of 4.0 MiB are left."
                        + " Raise memory.budget, or lower cameras.front.ring.",
                sentence);
        test.feed.forgetRefusal();
        assertTrue(test.feed.refusal().isEmpty());
        assertFalse(test.publish(50 * KIB, true));
        others.close();
        assertTrue(test.publish(50 * KIB, true));
        assertTrue(test.feed.refusal().isEmpty());
        test.feed.releaseMemory();
        assertTrue(test.feed.refusal().isEmpty());
    }

    @Test
    void refusedGrowth_keepsTheRingAndIsNoRefusalOfTheFeed() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.H264, 4 * MIB, MIB);
        assertTrue(test.publish(50 * KIB, true));
        Lease others = test.budget.lease("others", 4 * MIB - test.budget.leasedBytes(), "x");
        for (int i = 0; i < 100; i++) {
            assertTrue(test.publish(50 * KIB, false));
        }
        assertEquals(448 * KIB, test.feed.stats().ringBytes());
        assertTrue(test.budget.refusals() <= 2, "not asked for with every frame");
        others.close();
        test.publish(50 * KIB, true);
        for (int i = 0; i < 100; i++) {
            assertTrue(test.publish(50 * KIB, i % 30 == 0));
        }
        assertEquals(MIB, test.feed.stats().ringBytes(), "asked for again");
        test.feed.releaseMemory();
        assertTrue(test.feed.refusal().isEmpty(), "a refused growth does not stop a camera");
    }

    @Test
    void firstArena_isMadeSmallerBeforeItIsRefused() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.H264, 4 * MIB, 2 * MIB);
        test.budget.lease("others", 4 * MIB - 500 * KIB, "x");
        assertTrue(test.publish(100 * KIB, true));
        assertEquals(448 * KIB, test.feed.stats().ringBytes());
    }

    @Test
    void growth_whileAViewerHoldsAFrame_leavesItTheOldArena() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, 16 * MIB);
        Cursor cursor = test.feed.join(null);
        test.publish(50 * KIB, true);
        assertTrue(TestFeed.next(cursor));
        CheckingDestination destination = new CheckingDestination();
        destination.begin(cursor.frame());
        for (int i = 0; i < 50; i++) {
            test.publish(60 * KIB, false);
        }
        assertEquals(2, test.pool.openArenas());
        cursor.outgoing().writeTo(destination, MIB);
        for (int i = 0; i < 50; i++) {
            assertTrue(TestFeed.next(cursor));
            destination.begin(cursor.frame());
            cursor.outgoing().writeTo(destination, MIB);
            assertEquals(60 * KIB, destination.offset());
        }
        assertEquals(1, test.pool.openArenas());
        assertEquals(0, cursor.skippedFrames());
    }

    /** 1080p as raw pictures where the budget is 32 MiB: libturbojpeg asks for 4 bytes a pixel. */
    @Test
    void frameLargerThanTheRingMayBecome_isRefusedWithWhatToChange() {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 32 * MIB, 4 * MIB);
        assertFalse(test.publish(4 * 1920 * 1080, 300 * KIB, true));
        assertEquals(
                "Out of media memory: a frame may have 7.9 MiB, the front JPEG ring at most 4.0 MiB."
                        + " Raise memory.budget, or lower cameras.front.size.",
                test.feed.refusal().orElseThrow().getMessage());
        assertEquals(1, test.budget.refusals());
        assertEquals(0, test.budget.leasedBytes());
    }

    @Test
    void frameLargerThanAFixedRing_namesTheRing() {
        TestFeed test = TestFeed.fixed(Encoding.H264, 300 * KIB);
        assertFalse(test.publish(301 * KIB, true));
        assertEquals(
                "Out of media memory: a frame may have 0.3 MiB, the front H264 ring at most 0.3 MiB."
                        + " Raise cameras.front.ring, or lower cameras.front.size.",
                test.feed.refusal().orElseThrow().getMessage());
    }

    @Test
    void ringSize_neverBelow64KiB() {
        assertThrows(IllegalArgumentException.class, () -> new RingSize(OptionalInt.empty(), 65_535, "cameras.front"));
    }
}
