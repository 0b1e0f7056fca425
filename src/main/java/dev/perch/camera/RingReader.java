package dev.perch.camera;

import dev.perch.codec.FrameReader;
import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A derivation's position in the ring that it reads: a cursor like any other, for which the capture never waits. */
final class RingReader implements FrameReader {
    /** Two seconds at 30 fps, as much as a ring holds; an encoder that is still behind then is too slow for all frames. */
    private static final int MOST_IN_ORDER = 60;

    /**
     * How long every JPEG is read. Frames come together where a program buffers its output, or an image without an end is known to be whole by the next
     * one's beginning; an encoder that has not caught up by then is too slow for all of them.
     */
    private static final long MOST_BEHIND_NANOS = 1_000_000_000L;

    private final Feed feed;
    private final Cursor cursor;
    private final Clock clock;
    private @Nullable Frame kept; // the current frame, if it is not the cursor's
    private int inOrder; // the number of frames that must be read without leaving out any
    private boolean behind; // whether frames have waited since behindSinceNanos
    private long behindSinceNanos;
    private final AtomicLong passedOver = new AtomicLong(); // counted by the derivation, read by pages

    RingReader(Feed feed) {
        this(feed, Clock.SYSTEM); // an encoder is slow in real time
    }

    RingReader(Feed feed, Clock clock) {
        this.feed = feed;
        this.clock = clock;
        this.cursor = feed.join(/* packager= */ null);
    }

    @Override
    public int rewind() {
        kept = null;
        return cursor.rewind();
    }

    @Override
    public boolean takeKept() {
        kept = feed.keptKeyFrame().orElse(null);
        return kept != null;
    }

    @Override
    public long framesAhead() {
        return cursor.framesAhead();
    }

    private Frame frame() {
        Frame older = kept;
        return older == null ? cursor.frame() : older;
    }

    @Override
    public void catchUp() {
        inOrder = MOST_IN_ORDER;
    }

    @Override
    public boolean next() {
        kept = null;
        boolean there = cursor.advance();
        inOrder = there ? Math.max(0, inOrder - 1) : 0;
        if (there && inOrder == 0 && tooSlow() && cursor.encoding() == Encoding.JPEG) {
            while (cursor.advance()) { // each JPEG is independent: the newest wins
                passedOver.incrementAndGet();
            }
            return cursor.repeat();
        }
        behind &= there;
        return there;
    }

    private boolean tooSlow() {
        long nowNanos = clock.nanoTime();
        if (!behind) {
            behind = true;
            behindSinceNanos = nowNanos;
        }
        return nowNanos - behindSinceNanos > MOST_BEHIND_NANOS;
    }

    @Override
    public int sizeBytes() {
        return frame().sizeBytes();
    }

    @Override
    public FrameTime time() {
        return frame().time();
    }

    @Override
    public boolean key() {
        return frame().key();
    }

    @Override
    public StreamConfig config() {
        return frame().config();
    }

    @Override
    public boolean copyTo(ByteBuffer destination) {
        Frame older = kept;
        if (older != null) {
            return feed.copyKeptKeyFrame(older, destination);
        }
        try {
            cursor.copyTo(destination);
            return true;
        } catch (FrameLostException overtaken) {
            passedOver.incrementAndGet();
            return false;
        } finally {
            cursor.release();
        }
    }

    @Override
    public long skipped() {
        return passedOver.get() + cursor.skippedFrames();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
