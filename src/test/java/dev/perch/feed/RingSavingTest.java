package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.memory.Lease;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a ring gives back while the machine is short of memory. */
class RingSavingTest {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private static TestFeed video(TestFeed test, int gops, int framesInGop) {
        for (int i = 0; i < gops * framesInGop; i++) {
            assertTrue(test.publish(i % framesInGop == 0 ? 100 * KIB : 20 * KIB, i % framesInGop == 0));
        }
        return test;
    }

    @Test
    void videoRing_goesDownToItsLastGop_andStaysThere() throws Exception {
        TestFeed test = video(TestFeed.fixed(Encoding.H264, 4 * MIB), 4, 30);
        assertEquals(4 * MIB, test.feed.stats().ringBytes());
        long given = test.feed.save(true);
        int ringBytes = test.feed.stats().ringBytes();
        assertEquals(4 * MIB - ringBytes, given);
        assertTrue(ringBytes >= 780 * KIB && ringBytes < 900 * KIB, "a GOP of 680 KiB and a frame: " + ringBytes);
        assertEquals(ringBytes, test.budget.leasedBytes());
        assertTrue(test.feed.stats().framesInRing() >= 30);
        assertFalse(test.feed.lacksKeyFrame());
        video(test, 4, 30);
        assertEquals(ringBytes, test.feed.stats().ringBytes());
    }

    @Test
    void automaticRing_growsNoMore_andAgainAfterwards() {
        TestFeed test = TestFeed.growing(Encoding.H264, 64 * MIB, 16 * MIB);
        test.feed.save(true);
        video(test, 3, 50);
        assertEquals(448 * KIB, test.feed.stats().ringBytes(), "four of the first frame");
        assertEquals(0, test.feed.stats().dropped());
        test.feed.save(false);
        video(test, 2, 50);
        assertTrue(
                test.feed.stats().ringBytes() >= 1080 * KIB,
                () -> test.feed.stats().toString());
        assertFalse(test.feed.lacksKeyFrame());
    }

    @Test
    void jpegRing_keepsFourFrames() {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 64 * MIB, 16 * MIB);
        test.publishAll(40, 200 * KIB);
        assertEquals(2048 * KIB, test.feed.stats().ringBytes());
        assertEquals(1216 * KIB, test.feed.save(true));
        assertEquals(832 * KIB, test.feed.stats().ringBytes());
        assertEquals(4, test.feed.stats().framesInRing());
    }

    @Test
    void frameLargerThanTheShortRing_isStillTaken() {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 64 * MIB, 16 * MIB);
        test.publishAll(40, 20 * KIB);
        test.feed.save(true);
        assertTrue(test.publish(MIB, true));
        assertEquals(0, test.feed.stats().dropped());
    }

    @Test
    void openClaim_isFilledInTheOldRing_thatGoesThen() {
        TestFeed test = video(TestFeed.fixed(Encoding.H264, 4 * MIB), 4, 30);
        Cursor cursor = test.feed.join(null);
        ByteBuffer claim = test.feed.claim(5 * KIB).orElseThrow();
        assertEquals(0, test.feed.save(true));
        assertEquals(4 * MIB, test.feed.stats().ringBytes());
        TestFeed.fill(claim, test.published(), 5 * KIB);
        long nanos = System.nanoTime();
        test.feed.publish(new FrameTime(nanos, nanos / 1000), false);
        assertTrue(test.feed.stats().ringBytes() < MIB);
        assertEquals(1, test.pool.openArenas());
        CheckingDestination destination = new CheckingDestination();
        int frames = 0;
        while (TestFeed.next(cursor)) {
            destination.begin(cursor.frame());
            write(cursor, destination);
            frames++;
        }
        assertTrue(frames >= 31, "the last GOP and the frame of the claim: " + frames);
    }

    private static void write(Cursor cursor, CheckingDestination destination) {
        try {
            cursor.outgoing().writeTo(destination, MIB);
        } catch (IOException | FrameLostException failed) {
            throw new AssertionError(failed);
        }
        assertEquals(cursor.frame().sizeBytes(), destination.offset());
    }

    @Test
    void frameThatAViewerHolds_keepsTheOldRingUntilItIsWritten() {
        TestFeed test = video(TestFeed.fixed(Encoding.H264, 4 * MIB), 1, 30);
        Cursor cursor = test.feed.join(null);
        assertTrue(TestFeed.next(cursor));
        CheckingDestination destination = new CheckingDestination();
        destination.begin(cursor.frame());
        assertTrue(test.feed.save(true) > 0);
        assertEquals(2, test.pool.openArenas());
        write(cursor, destination);
        cursor.release();
        assertEquals(1, test.pool.openArenas());
    }

    @Test
    void budgetWithoutRoomForBoth_leavesTheRing() throws Exception {
        TestFeed test = video(TestFeed.fixed(Encoding.H264, 4 * MIB), 4, 30);
        try (Lease others = test.budget.lease("others", 60 * MIB, "x")) {
            assertEquals(0, test.feed.save(true));
            assertEquals(4 * MIB, test.feed.stats().ringBytes());
            assertEquals(64 * MIB, others.bytes() + test.budget.leasedBytes() - 60 * MIB);
        }
        assertTrue(test.feed.save(true) > 0);
    }

    @Test
    void closedFeed_remembersToSave() {
        TestFeed test = TestFeed.growing(Encoding.JPEG, 64 * MIB, 16 * MIB);
        assertEquals(0, test.feed.save(true));
        test.publishAll(40, 200 * KIB);
        assertEquals(448 * KIB, test.feed.stats().ringBytes());
    }
}
