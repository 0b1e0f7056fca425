package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Several producers of one feed, one after the other, of which one may die in the middle of a frame. */
class TurnSinkTest {
    private static final byte[] FRAME = {1, 2, 3};

    private final RecordingSink feed = new RecordingSink();
    private final ReentrantLock turn = new ReentrantLock();
    private final TurnSink first = new TurnSink(feed, turn);
    private final TurnSink second = new TurnSink(feed, turn);

    TurnSinkTest() {
        feed.configure(new StreamConfig.Jpeg(16, 16));
    }

    @Test
    void aClaim_keepsOthersOut_untilItIsPublished() {
        first.claim(FRAME.length).orElseThrow().put(FRAME);
        assertTrue(turn.isLocked());
        first.publish(new FrameTime(1, 1), /* key= */ true);
        assertTrue(first.published());
        second.claim(FRAME.length).orElseThrow().put(FRAME);
        second.publish(new FrameTime(2, 2), /* key= */ true);
        assertEquals(2, feed.frames().size());
        assertEquals(Bytes.copyOf(FRAME), feed.frames().get(1).bytes());
    }

    @Test
    void aFrameThatNeverCameWhole_givesTheTurnBack() throws InterruptedException {
        Thread producer = new Thread(() -> {
            first.claim(FRAME.length);
            first.dropped();
        });
        producer.start();
        producer.join();
        assertFalse(turn.isLocked());
        assertEquals(1, feed.droppedFrames());
        assertTrue(second.claim(FRAME.length).isPresent());
    }

    @Test
    void aClaimWithoutAFrame_givesTheTurnBack_uncounted() {
        first.claim(FRAME.length);
        first.withdraw();
        assertFalse(turn.isLocked());
        assertEquals(0, feed.droppedFrames());
    }

    @Test
    void aClosedSink_takesNothing_butGivesItsClaimBack() throws InterruptedException {
        first.claim(FRAME.length);
        Thread pump = new Thread(first::close);
        pump.start();
        pump.join();
        first.dropped();
        assertFalse(turn.isLocked());
        assertTrue(first.claim(FRAME.length).isEmpty());
        first.dropped();
        assertEquals(1, feed.droppedFrames(), "only of the claim that it had");
    }
}
