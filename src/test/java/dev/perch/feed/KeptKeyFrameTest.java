package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The key frame of a GOP that is longer than the ring. */
class KeptKeyFrameTest {
    private static final Bytes SPS = Bytes.copyOf((byte) 0x67, (byte) 66, (byte) 0, (byte) 30);
    private static final Bytes PPS = Bytes.copyOf((byte) 0x68, (byte) 1);
    private static final int RING_BYTES = 64 << 10;

    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final Feed feed = new Feed(
            "front",
            TrackId.main(Encoding.H264),
            new ArenaPool(budget),
            new RingSize(OptionalInt.of(RING_BYTES), 1 << 20, "cameras.front"),
            () -> {});
    private int frames;

    @Test
    void isKeptWhenTheRingGivesItUp_untilTheNext() {
        Cursor cursor = feed.join(null);
        publish(20_000, /* key= */ true);
        for (int i = 0; i < 6; i++) {
            publish(10_000, /* key= */ false);
        }
        assertEquals(0, cursor.rewind(), "the ring has it no more");
        Frame kept = feed.keptKeyFrame().orElseThrow();
        assertEquals(0, kept.sequence());
        ByteBuffer copy = ByteBuffer.allocate(20_000);
        assertTrue(feed.copyKeptKeyFrame(kept, copy));
        assertEquals(1, copy.get(0), "its bytes are those of the first frame");
        assertEquals(1, copy.get(19_999));

        publish(20_000, /* key= */ true);
        assertTrue(feed.keptKeyFrame().isEmpty());
        assertFalse(feed.copyKeptKeyFrame(kept, copy.clear()));
        publish(10_000, /* key= */ false);
        assertEquals(2, cursor.rewind());
        assertTrue(cursor.advance());
        assertTrue(cursor.frame().key());
        cursor.close();
        feed.releaseMemory();
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void ofGopsThatFit_nothingIsKept() {
        for (int i = 0; i < 30; i++) {
            publish(10_000, /* key= */ i % 3 == 0);
            assertTrue(feed.keptKeyFrame().isEmpty());
        }
        assertEquals(RING_BYTES, budget.leasedBytes());
    }

    @Test
    void goesBackWithTheRing_andIsLeftOutWhereThereIsNoRoom() throws Exception {
        publish(20_000, /* key= */ true);
        try (var full = budget.lease("others", budget.totalBytes() - budget.leasedBytes(), "test")) {
            for (int i = 0; i < 6; i++) {
                publish(10_000, /* key= */ false);
            }
            assertTrue(feed.keptKeyFrame().isEmpty(), () -> full.bytes() + " bytes leased by others");
        }
        publish(20_000, /* key= */ true);
        for (int i = 0; i < 6; i++) {
            publish(10_000, /* key= */ false);
        }
        assertTrue(feed.keptKeyFrame().isPresent());
        feed.releaseMemory();
        assertEquals(0, budget.leasedBytes());
    }

    private void publish(int sizeBytes, boolean key) {
        feed.configure(new StreamConfig.H264(SPS, PPS, 64, 48, 66_666_667));
        ByteBuffer claimed = feed.claim(sizeBytes).orElseThrow();
        frames++;
        while (claimed.hasRemaining()) {
            claimed.put((byte) frames);
        }
        feed.publish(new FrameTime(frames * 66_666_667L, 0), key);
    }
}
