package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.memory.Faults;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FollowerTest {
    private static final int FRAME_BYTES = 100;

    private final Logger log = Logger.getLogger(Follower.class.getName());
    private final TestFeed pictures = TestFeed.fixed(Encoding.H264, 10 * FRAME_BYTES);
    private final Faults faults = new Faults();
    private final Recording reader = new Recording();

    /** A frame as the reader saw it. */
    private record Seen(long sequence, boolean key, boolean jumped, Thread thread) {}

    /** Keeps what it is given; waits for a disk when it is told to. */
    private static final class Recording implements Follower.Reader {
        private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
        private final Semaphore disk = new Semaphore(0);
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean slow;
        private volatile boolean overtaken;
        private volatile boolean defective;
        private final AtomicInteger ends = new AtomicInteger();

        @Override
        public void frame(Cursor cursor) throws FrameLostException {
            Frame frame = cursor.frame();
            seen.add(new Seen(frame.sequence(), frame.key(), cursor.jumped(), Thread.currentThread()));
            if (slow) {
                disk.acquireUninterruptibly();
            }
            if (overtaken) {
                throw new FrameLostException();
            }
            if (defective) {
                throw new StackOverflowError("a test's error");
            }
        }

        @Override
        public void ended() {
            ends.incrementAndGet();
            over.countDown();
        }

        Seen take() throws InterruptedException {
            Seen next = seen.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no frame came");
            }
            return next;
        }
    }

    @BeforeEach
    void muteExpectedFaults() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void unmute() {
        log.setLevel(null);
    }

    private Follower follow(Cursor... cursors) {
        Interleave frames = new Interleave(List.of(cursors), Interleave.MOST_WAIT_NANOS, System.nanoTime());
        Follower follower = new Follower("follower", frames, reader, faults, Clock.SYSTEM);
        follower.start();
        return follower;
    }

    @Test
    void close_ofOneThatWasNeverStarted_letsItsCursorsGo() {
        Interleave frames =
                new Interleave(List.of(pictures.feed.join(null)), Interleave.MOST_WAIT_NANOS, System.nanoTime());
        Follower follower = new Follower("follower", frames, reader, faults, Clock.SYSTEM);
        assertEquals(1, pictures.feed.readers());
        follower.close();
        follower.close();
        assertEquals(0, pictures.feed.readers());
        assertEquals(1, reader.ends.get());
    }

    private Follower follow() {
        return follow(pictures.feed.join(null));
    }

    @Test
    void frames_areReadAsTheyCome_onAThreadOfItsOwn() throws Exception {
        pictures.publish(FRAME_BYTES, true);
        try (Follower follower = follow()) {
            for (int i = 0; i < 100; i++) {
                Seen seen = reader.take();
                assertEquals(i, seen.sequence());
                assertFalse(seen.jumped());
                assertNotEquals(Thread.currentThread(), seen.thread());
                pictures.publish(FRAME_BYTES, i % 5 == 4);
            }
            assertFalse(follower.stopped());
        }
    }

    @Test
    void readerThatWaits_isOvertaken_andGoesOnAtAKeyFrame_whileTheProducerNeverWaits() throws Exception {
        try (Follower follower = follow()) {
            reader.slow = true;
            pictures.publish(FRAME_BYTES, true);
            assertEquals(0, reader.take().sequence());
            for (int i = 1; i <= 50; i++) {
                pictures.publish(FRAME_BYTES, i % 5 == 0);
            }
            reader.slow = false;
            reader.disk.release();
            Seen next = reader.take();
            assertTrue(next.key() && next.jumped(), next::toString);
            assertEquals(50, next.sequence());
            assertFalse(follower.stopped());
        }
    }

    @Test
    void frameThatIsOvertakenWhileItIsRead_isMissed_andSoAreThoseThatNeedIt() throws Exception {
        try (Follower follower = follow()) {
            reader.slow = true;
            reader.overtaken = true;
            pictures.publish(FRAME_BYTES, true);
            assertEquals(0, reader.take().sequence());
            pictures.publish(FRAME_BYTES, false);
            pictures.publish(FRAME_BYTES, false);
            pictures.publish(FRAME_BYTES, true);
            reader.slow = false;
            reader.disk.release();
            Seen next = reader.take();
            assertEquals(3, next.sequence());
            assertTrue(next.jumped());
            assertFalse(follower.stopped());
        }
    }

    @Test
    void silentTrack_isNotWaitedForLongerThanTheBound_thoughNoFrameComes() throws Exception {
        TestFeed sound = TestFeed.fixed(Encoding.AAC, 10 * FRAME_BYTES);
        pictures.publish(FRAME_BYTES, true);
        pictures.publish(FRAME_BYTES, false);
        try (Follower follower = follow(pictures.feed.join(null), sound.feed.join(null))) {
            assertEquals(0, reader.take().sequence());
            assertEquals(1, reader.take().sequence());
            assertFalse(follower.stopped());
        }
    }

    @Test
    void close_waitsForTheFrameThatIsRead_andLeavesTheFeeds() throws Exception {
        Follower follower = follow();
        reader.slow = true;
        pictures.publish(FRAME_BYTES, true);
        Thread thread = reader.take().thread();
        follower.stop();
        assertTrue(follower.stopped());
        assertTrue(thread.isAlive());
        assertEquals(1, pictures.feed.readers());
        reader.disk.release();
        follower.close();
        follower.close();
        assertFalse(thread.isAlive());
        assertEquals(0, pictures.feed.readers());
        assertEquals(1, reader.ends.get());
        pictures.publish(FRAME_BYTES, true);
        assertNull(reader.seen.poll());
    }

    @Test
    void readerThatFails_endsTheFollower_isTold_andHoldsNothing() throws Exception {
        try (Follower follower = follow()) {
            reader.defective = true;
            pictures.publish(FRAME_BYTES, true);
            assertTrue(reader.over.await(10, TimeUnit.SECONDS));
            assertTrue(follower.stopped());
            assertEquals(1, reader.ends.get());
            assertEquals(0, pictures.feed.readers());
            String told = faults.recent(System.nanoTime()).orElseThrow();
            assertTrue(told.startsWith("An error (StackOverflowError) befell a follower "), told);
        }
    }

    @Test
    void interruptedFollower_readsOn() throws Exception {
        pictures.publish(FRAME_BYTES, true);
        try (Follower follower = follow()) {
            Thread thread = reader.take().thread();
            thread.interrupt();
            pictures.publish(FRAME_BYTES, false);
            assertEquals(1, reader.take().sequence());
            assertFalse(follower.stopped());
        }
    }
}
