package dev.perch.feed;

import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** A feed with a budget of its own, whose frames carry a pattern that tells every byte's frame and place. */
final class TestFeed {
    static final StreamConfig.H264 VIDEO = new StreamConfig.H264(
            Bytes.copyOf(new byte[] {0x67, 0x42, 0, 30}), Bytes.copyOf(new byte[2]), 640, 360, 33);
    static final StreamConfig.Jpeg JPEG = new StreamConfig.Jpeg(640, 360);
    static final long FRAME_NANOS = 33_333_333;

    final MemoryBudget budget;
    final ArenaPool pool;
    final Feed feed;
    private final Encoding encoding;
    private long frameNanos = FRAME_NANOS;
    private long nanos = System.nanoTime();

    private TestFeed(Encoding encoding, long budgetBytes, RingSize size, Runnable onFrame) {
        this.encoding = encoding;
        this.budget = new MemoryBudget(budgetBytes, "memory.budget");
        this.pool = new ArenaPool(budget);
        this.feed = new Feed("front", TrackId.main(encoding), pool, size, onFrame);
        feed.configure(encoding.everyFrameStarts() ? JPEG : VIDEO);
    }

    static TestFeed fixed(Encoding encoding, int ringBytes) {
        return fixed(encoding, ringBytes, () -> {});
    }

    static TestFeed fixed(Encoding encoding, int ringBytes, Runnable onFrame) {
        RingSize size = new RingSize(OptionalInt.of(ringBytes), 64 << 20, "cameras.front");
        return new TestFeed(encoding, 64 << 20, size, onFrame);
    }

    static TestFeed growing(Encoding encoding, long budgetBytes, int largestBytes) {
        RingSize size = new RingSize(OptionalInt.empty(), largestBytes, "cameras.front");
        return new TestFeed(encoding, budgetBytes, size, () -> {});
    }

    void frameNanos(long nanosBetweenFrames) {
        frameNanos = nanosBetweenFrames;
    }

    /** Publishes the next frame. @return false when the feed dropped it */
    boolean publish(int sizeBytes, boolean key) {
        return publish(sizeBytes, sizeBytes, key);
    }

    boolean publish(int claimedBytes, int sizeBytes, boolean key) {
        long sequence = published();
        Optional<ByteBuffer> claim = feed.claim(claimedBytes);
        claim.ifPresent(buffer -> {
            fill(buffer, sequence, sizeBytes);
            nanos += frameNanos;
            feed.publish(new FrameTime(nanos, nanos / 1000), key);
        });
        return published() > sequence;
    }

    /** Publishes a frame of that time of capture. */
    void publishAt(long decodeNanos, int sizeBytes, boolean key) {
        nanos = decodeNanos - frameNanos;
        publish(sizeBytes, key);
    }

    /** How many frames were published: the next one's sequence number. */
    long published() {
        return feed.stats().frames();
    }

    void publishAll(int frames, int sizeBytes) {
        for (int i = 0; i < frames; i++) {
            publish(sizeBytes, encoding.everyFrameStarts() || i == 0);
        }
    }

    static void fill(ByteBuffer buffer, long sequence, int sizeBytes) {
        for (int i = 0; i < sizeBytes; i++) {
            buffer.put(pattern(sequence, i));
        }
    }

    static byte pattern(long sequence, int index) {
        long mixed = (sequence + 1) * 0x9E3779B97F4A7C15L + index * 0xC2B2AE3D27D4EB4FL;
        return (byte) (mixed >>> 40);
    }

    /** Holds the next frame with its whole payload laid out. @return false when there is none */
    static boolean next(Cursor cursor) {
        if (!cursor.advance()) {
            return false;
        }
        cursor.outgoing().addPayload(0, cursor.frame().sizeBytes());
        return true;
    }
}
