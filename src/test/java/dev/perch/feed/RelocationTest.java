package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a frame that is held when its place is needed. */
@Timeout(30)
class RelocationTest {
    private static final int FRAME_BYTES = 1_000;

    private final TestFeed test = TestFeed.fixed(Encoding.JPEG, 4 * FRAME_BYTES);
    private final CheckingDestination destination = new CheckingDestination();

    private Cursor holding(int writtenBytes) throws Exception {
        Cursor cursor = test.feed.join(null);
        test.publish(FRAME_BYTES, true);
        assertTrue(TestFeed.next(cursor));
        destination.begin(cursor.frame());
        destination.allow(writtenBytes);
        cursor.outgoing().writeTo(destination, writtenBytes);
        return cursor;
    }

    @Test
    void heldFrame_whenItsPlaceIsNeeded_goesOnFromASpareSlot() throws Exception {
        Cursor cursor = holding(300);
        test.publishAll(4, FRAME_BYTES);
        assertEquals(1, test.feed.stats().relocated());
        assertEquals(700L, test.budget.leasedByHolder().get("front JPEG spare slot"));
        destination.allow(200);
        cursor.outgoing().writeTo(destination, 200);
        test.publishAll(9, FRAME_BYTES);
        destination.allow(FRAME_BYTES);
        cursor.outgoing().writeTo(destination, FRAME_BYTES);
        assertEquals(FRAME_BYTES, destination.offset());
        assertTrue(TestFeed.next(cursor));
        assertFalse(test.budget.leasedByHolder().containsKey("front JPEG spare slot"), "the slot is given back");
        assertEquals(13, cursor.frame().sequence());
        assertEquals(12, cursor.skippedFrames());
        assertTrue(cursor.jumped());
    }

    @Test
    void manySlowViewersOfOneFrame_shareASlot_fromTheByteThatTheSlowestWants() throws Exception {
        List<Cursor> slow = new ArrayList<>();
        List<CheckingDestination> destinations = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slow.add(test.feed.join(null));
            destinations.add(new CheckingDestination());
        }
        test.publish(FRAME_BYTES, true);
        for (int i = 0; i < 50; i++) {
            assertTrue(TestFeed.next(slow.get(i)));
            destinations.get(i).begin(slow.get(i).frame());
            destinations.get(i).allow(100 + 10 * i);
            slow.get(i).outgoing().writeTo(destinations.get(i), 100 + 10 * i);
        }
        test.publishAll(9, FRAME_BYTES);
        assertEquals(1, test.feed.stats().relocated());
        assertEquals(900L, test.budget.leasedByHolder().get("front JPEG spare slot"));
        for (int i = 0; i < 50; i++) {
            destinations.get(i).allow(FRAME_BYTES);
            slow.get(i).outgoing().writeTo(destinations.get(i), FRAME_BYTES);
            assertEquals(FRAME_BYTES, destinations.get(i).offset());
            slow.get(i).release();
        }
        assertFalse(test.budget.leasedByHolder().containsKey("front JPEG spare slot"), "the slot is given back");
    }

    @Test
    void slotsAllUsed_theLongestSlowLoseTheirs() throws Exception {
        List<Cursor> slow = new ArrayList<>();
        for (int i = 0; i <= SpareSlots.MOST; i++) {
            slow.add(holding(0));
        }
        test.publishAll(4, FRAME_BYTES);
        assertEquals(SpareSlots.MOST + 1, test.feed.stats().relocated());
        assertEquals(0, test.feed.stats().dropped());
        assertEquals(
                (long) SpareSlots.MOST * FRAME_BYTES,
                test.budget.leasedByHolder().get("front JPEG spare slot"));
        assertThrows(FrameLostException.class, () -> slow.get(0).outgoing().writeTo(destination, FRAME_BYTES));
        assertThrows(FrameLostException.class, () -> slow.get(0).payloadInt(0));
        for (Cursor cursor : slow.subList(1, slow.size())) {
            destination.begin(cursor.frame());
            destination.allow(FRAME_BYTES);
            cursor.outgoing().writeTo(destination, FRAME_BYTES);
            cursor.close();
        }
        slow.get(0).close();
        assertFalse(test.budget.leasedByHolder().containsKey("front JPEG spare slot"), "the slots are given back");
    }

    @Test
    void writtenFrame_takesNoSpareSlot() throws Exception {
        Cursor cursor = holding(FRAME_BYTES);
        test.publishAll(8, FRAME_BYTES);
        assertEquals(0, test.feed.stats().relocated());
        assertTrue(cursor.outgoing().isEmpty());
    }

    @Test
    void spareSlot_refusedByTheBudget_losesTheFrameOnly() throws Exception {
        Cursor cursor = holding(0);
        try (var rest = test.budget.lease("others", test.budget.totalBytes() - test.budget.leasedBytes() - 10, "x")) {
            test.publishAll(4, FRAME_BYTES);
            assertThrows(FrameLostException.class, () -> cursor.outgoing().writeTo(destination, 1));
            assertTrue(TestFeed.next(cursor), "an owner may go on with the next frame");
            assertEquals(rest.bytes() + 4 * FRAME_BYTES, test.budget.leasedBytes());
        }
    }

    /** The destination does not return before the producer is done: were the producer to wait, this would never end. */
    @Test
    void frameBeingRead_isJumpedOver_andTheProducerDoesNotWait() throws Exception {
        Cursor cursor = holding(100);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch produced = new CountDownLatch(1);
        Thread reader = new Thread(() -> writeSlowly(cursor, reading, produced), "slow reader");
        reader.start();
        assertTrue(reading.await(10, TimeUnit.SECONDS));
        test.publishAll(20, FRAME_BYTES);
        produced.countDown();
        reader.join(10_000);
        assertEquals(FRAME_BYTES, destination.offset(), "the frame was intact till the end");
        assertEquals(0, test.feed.stats().dropped());
        assertEquals(0, test.feed.stats().relocated());
        test.publishAll(20, FRAME_BYTES);
        assertEquals(4, test.feed.stats().framesInRing(), "the place that was jumped over is used again");
    }

    @Test
    void ringFullOfFramesBeingRead_dropsNewOnesAndCounts() throws Exception {
        List<Thread> readers = new ArrayList<>();
        List<CheckingDestination> destinations = new ArrayList<>();
        CountDownLatch produced = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            Cursor cursor = test.feed.join(null);
            test.publish(FRAME_BYTES, true);
            assertTrue(TestFeed.next(cursor));
            CountDownLatch reading = new CountDownLatch(1);
            CheckingDestination own = new CheckingDestination();
            own.begin(cursor.frame());
            destinations.add(own);
            readers.add(new Thread(() -> write(cursor, own, reading, produced), "slow reader " + i));
            readers.get(i).start();
            assertTrue(reading.await(10, TimeUnit.SECONDS));
        }
        assertFalse(test.publish(FRAME_BYTES, true));
        assertFalse(test.publish(1, true));
        assertEquals(2, test.feed.stats().dropped());
        produced.countDown();
        for (Thread reader : readers) {
            reader.join(10_000);
        }
        destinations.forEach(own -> assertEquals(FRAME_BYTES, own.offset()));
        assertTrue(test.publish(FRAME_BYTES, true));
    }

    private void writeSlowly(Cursor cursor, CountDownLatch reading, CountDownLatch produced) {
        destination.allow(FRAME_BYTES);
        write(cursor, destination, reading, produced);
    }

    private static void write(Cursor cursor, Destination destination, CountDownLatch reading, CountDownLatch produced) {
        try {
            cursor.outgoing()
                    .writeTo(
                            source -> {
                                reading.countDown();
                                await(produced);
                                destination.write(source);
                            },
                            FRAME_BYTES);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "the producer waits for a reader");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void close_duringAWrite_holdsUpNobody() throws Exception {
        Cursor cursor = holding(0);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch produced = new CountDownLatch(1);
        Thread reader = new Thread(() -> writeSlowly(cursor, reading, produced), "slow reader");
        reader.start();
        assertTrue(reading.await(10, TimeUnit.SECONDS));
        Thread closer = new Thread(cursor::close, "closer");
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        test.publishAll(20, FRAME_BYTES);
        produced.countDown();
        reader.join(10_000);
        closer.join(10_000);
        assertEquals(0, test.feed.readers());
        assertFalse(cursor.advance(), "a closed viewer pins nothing any more");
    }

    @Test
    void releasedFrame_cannotBeReadAnyMore() throws Exception {
        Cursor cursor = holding(10);
        cursor.release();
        test.feed.releaseMemory();
        assertEquals(0, test.pool.openArenas());
        assertThrows(IllegalStateException.class, () -> cursor.outgoing().writeTo(destination, 1));
        assertThrows(IllegalStateException.class, () -> cursor.payloadInt(0));
    }

    @Test
    void piecesBeyondTheFrame_areRefused() throws Exception {
        Cursor cursor = holding(0);
        cursor.outgoing().addPayload(FRAME_BYTES, FRAME_BYTES + 1);
        assertThrows(IndexOutOfBoundsException.class, () -> cursor.payloadInt(FRAME_BYTES - 3));
        destination.allow(FRAME_BYTES);
        assertThrows(IndexOutOfBoundsException.class, () -> cursor.outgoing().writeTo(destination, 2 * FRAME_BYTES));
    }

    @Test
    void releaseMemory_whileTheProducerFillsItsClaim_leavesThatMemoryAlone() {
        ByteBuffer claim = test.feed.claim(FRAME_BYTES).orElseThrow();
        test.feed.releaseMemory();
        assertEquals(1, test.pool.openArenas());
        TestFeed.fill(claim, 0, FRAME_BYTES);
        test.feed.publish(new FrameTime(0, 0), true);
        assertEquals(0, test.pool.openArenas());
        assertEquals(0, test.budget.leasedBytes());
        assertEquals(1, test.feed.stats().dropped());
        assertEquals(0, test.feed.stats().frames());
        assertTrue(test.publish(FRAME_BYTES, true));
    }

    @Test
    void claimThatCameToNothing_isTakenBack() {
        assertTrue(test.feed.claim(FRAME_BYTES).isPresent());
        test.feed.dropped();
        assertThrows(IllegalStateException.class, () -> test.feed.publish(new FrameTime(0, 0), true));
        test.feed.releaseMemory();
        assertEquals(0, test.pool.openArenas());
    }

    @Test
    void emptyFrames_areDroppedAndCounted() {
        assertTrue(test.feed.claim(0).isEmpty());
        assertFalse(test.publish(10, /* sizeBytes= */ 0, true));
        assertEquals(2, test.feed.stats().dropped());
        assertTrue(test.feed.newest().isEmpty());
    }
}
