package dev.perch.feed;

import dev.perch.media.Encoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A reader's position in a feed's ring, and the one frame that it holds pinned.
 *
 * <p>Used by one thread at a time (under its owner's lock). The producer touches it in one case: it moves the unwritten rest of a pinned frame
 * elsewhere, but only while nobody is reading the frame ({@code reading}).
 */
public final class Cursor implements AutoCloseable {
    private final Feed feed;
    private final @Nullable Packager packager;
    private final Outgoing outgoing = new Outgoing(this);

    /** Held while bytes are read from the pinned frame; the producer only ever tries it. */
    private final ReentrantLock reading = new ReentrantLock();

    /** The first frame that was not yet in the ring when the cursor joined; frames before it are the cursor's backlog. */
    private final long firstLive;

    // the position: guarded by the feed
    long next;
    boolean awaitingKey;
    long notBefore = Long.MIN_VALUE; // the earliest key frame that serves while the cursor awaits one
    int falls; // the times that the cursor fell off the ring's tail
    boolean landsOldest; // where every frame starts: whether a fall lands on the oldest frame, not the newest
    boolean jumpPending;
    boolean left;
    long skippedFrames;

    // the pinned frame: changed under the feed's lock and `reading`
    @Nullable
    FrameEntry pinned;

    // where the frame's rest lies once its place was needed: likewise
    SpareSlots.@Nullable Slot spare;

    private @Nullable Frame frame;
    private @Nullable ByteBuffer view;
    private @Nullable Ring viewedRing;
    private int base;
    private int consumedBytes;
    private boolean lost;
    private boolean jumped;

    Cursor(Feed feed, @Nullable Packager packager, long firstLive) {
        this.feed = feed;
        this.firstLive = firstLive;
        this.packager = packager;
    }

    /** Holds the next frame and releases the one held. Returns false if there is none yet, or the cursor is closed. */
    public boolean advance() {
        return feed.advance(this);
    }

    /** Returns the frame that {@link #advance} would hold; null when there is none yet. */
    @Nullable
    Frame peek() {
        return feed.peek(this);
    }

    /** Returns whether {@link #advance} would hold a frame now. */
    public boolean hasNext() {
        return peek() != null;
    }

    /** Holds the next frame if it is still {@code expected}, and releases the one held. Returns false if the ring has moved on. */
    boolean take(Frame expected) {
        return feed.take(this, expected);
    }

    /**
     * Skips the frames before {@code nanos}, and then all before the next key frame.
     *
     * @param nanos on the monotonic clock
     * @param jump whether the skipped frames count as missed
     */
    void passTo(long nanos, boolean jump) {
        feed.passTo(this, nanos, jump);
    }

    /** Skips everything in the ring: the next frame is the next key frame to come. Called before the first frame. */
    public void skipBacklog() {
        feed.skipBacklog(this);
    }

    /** Holds the newest frame of a JPEG feed once more, as a heartbeat. Returns false if the ring is empty. */
    public boolean repeat() {
        return feed.repeat(this);
    }

    /**
     * Goes back to the newest key frame, which the next {@link #advance} holds.
     *
     * @return the number of frames from it on; 0 if the ring has no key frame, and nothing changes
     */
    public int rewind() {
        return feed.rewind(this);
    }

    /** Releases the held frame, so that the cursor keeps no memory and no spare slot. The rest of the frame cannot be written any more. */
    public void release() {
        feed.release(this);
    }

    /** Returns the frame that is held, or was held last. */
    public Frame frame() {
        if (frame == null) {
            throw new IllegalStateException("no frame was held yet");
        }
        return frame;
    }

    /** Returns whether frames were missed between the held frame and the one held before. */
    public boolean jumped() {
        return jumped;
    }

    /** Returns the number of the first frame that was not yet in the ring when the cursor joined. */
    public long firstLive() {
        return firstLive;
    }

    /** Returns the bytes still to be written. */
    public Outgoing outgoing() {
        return outgoing;
    }

    /** Returns the number of frames missed so far by falling off the ring's tail. */
    public long skippedFrames() {
        return feed.skippedFrames(this);
    }

    /** Returns the number of frames newer than the one held; 0 at the live edge. */
    public long framesAhead() {
        return feed.framesAhead(this);
    }

    /** Returns the feed that this cursor reads. */
    public Feed feed() {
        return feed;
    }

    /** Returns the encoding of the frames. */
    public Encoding encoding() {
        return feed.encoding();
    }

    /**
     * Copies the held payload behind the position of {@code destination}, which must have room for it.
     *
     * @throws FrameLostException when the frame's memory was needed for new frames; nothing is copied then
     */
    public void copyTo(ByteBuffer destination) throws FrameLostException {
        reading.lock();
        try {
            int sizeBytes = frame().sizeBytes();
            ByteBuffer bytes = readable(0, sizeBytes);
            destination.put(bytes.limit(base + sizeBytes).position(base));
        } finally {
            reading.unlock();
        }
    }

    /**
     * Reads one 32-bit big-endian number of the held payload, such as a NAL unit's length.
     *
     * @throws FrameLostException when the frame's memory was needed for new frames
     */
    public int payloadInt(int offset) throws FrameLostException {
        reading.lock();
        try {
            return readable(offset, Integer.BYTES).getInt(base + offset);
        } finally {
            reading.unlock();
        }
    }

    int writePayload(int offset, int sizeBytes, Destination destination) throws IOException, FrameLostException {
        reading.lock();
        try {
            ByteBuffer bytes = readable(offset, sizeBytes);
            bytes.limit(base + offset + sizeBytes).position(base + offset);
            destination.write(bytes);
            int taken = bytes.position() - base - offset;
            consumedBytes = Math.min(offset + taken, outgoing.laterPayload(frame().sizeBytes()));
            return taken;
        } finally {
            reading.unlock();
        }
    }

    /** Writes the next {@code pieces} of the outgoing bytes, some of them of the held frame, in one gathering write. */
    int gather(GatheringByteChannel channel, int pieces) throws IOException, FrameLostException {
        reading.lock();
        try {
            ByteBuffer bytes = readable(0, 0);
            int taken = outgoing.gather(channel, pieces, bytes, base);
            consumedBytes = outgoing.payloadRest(frame().sizeBytes());
            return taken;
        } finally {
            reading.unlock();
        }
    }

    private ByteBuffer readable(int offset, int sizeBytes) throws FrameLostException {
        if (lost) {
            throw new FrameLostException();
        }
        // the view outlives its pin, so that a frame does not cost a new one; without a pin its memory may be gone
        if (view == null || frame == null || (pinned == null && spare == null)) {
            throw new IllegalStateException("no frame is held");
        }
        Objects.checkFromIndexSize(offset, sizeBytes, frame.sizeBytes());
        if (sizeBytes > 0 && base + offset < 0) { // written already, and not copied when the rest moved
            throw new FrameLostException();
        }
        return view.clear();
    }

    @Nullable
    Packager packager() {
        return packager;
    }

    /** Pins a frame. Called by the feed, under its lock. */
    void hold(FrameEntry entry, boolean afterJump) {
        reading.lock();
        try {
            entry.ring.pin(entry);
            pinned = entry;
            frame = entry.frame;
            jumped = afterJump;
            base = entry.offset;
            consumedBytes = 0;
            lost = false;
            if (viewedRing != entry.ring) {
                viewedRing = entry.ring;
                look(entry.ring.memory.asReadOnlyBuffer());
            }
        } finally {
            reading.unlock();
        }
    }

    /** Releases the pinned frame and returns the spare slot that was in use; null if there was none. Called by the feed, under its lock. */
    SpareSlots.@Nullable Slot letGo() {
        reading.lock();
        try {
            if (pinned != null) {
                pinned.ring.unpin(pinned);
                pinned = null;
            }
            SpareSlots.Slot used = spare;
            if (used != null) {
                spare = null;
                viewedRing = null;
                look(null);
            }
            return used;
        } finally {
            reading.unlock();
        }
    }

    private void look(@Nullable ByteBuffer memory) {
        view = memory;
        outgoing.forgetViews();
    }

    /**
     * Keeps the frame from being read until {@link #resume}. Called by the feed, under its lock. Returns false if the frame is being read now.
     */
    boolean pause() {
        return reading.tryLock();
    }

    void resume() {
        reading.unlock();
    }

    /** Returns the index of the held frame's first byte that is not written yet. Called while paused. */
    int consumedBytes() {
        return consumedBytes;
    }

    /**
     * Leaves the pinned frame's place, which is needed: the rest continues from {@code slot}, or is lost if that is null. Called by the feed, under
     * its lock, while paused.
     *
     * @return whether the cursor holds the slot from now on
     */
    boolean giveWay(SpareSlots.@Nullable Slot slot) {
        FrameEntry entry = pinned;
        if (entry == null) {
            return false;
        }
        boolean rest = entry.frame.sizeBytes() > consumedBytes;
        if (rest) {
            viewedRing = null;
            spare = slot;
            lost = slot == null;
            look(slot == null ? null : slot.arena.memory().asReadOnlyBuffer());
            base = slot == null ? 0 : -slot.firstByte;
        }
        entry.ring.unpin(entry);
        pinned = null;
        return rest && slot != null;
    }

    /** Gives up the slot, which another frame needs. Called by the feed, under its lock, while paused. */
    void lose() {
        spare = null;
        lost = true;
        look(null);
    }

    /** Leaves the feed. Waits for a write that is under way, without blocking the feed. Closing twice does nothing. */
    @Override
    public void close() {
        reading.lock(); // before the feed's lock: the producer holds that one and only ever tries this one
        try {
            feed.leave(this);
        } finally {
            reading.unlock();
        }
    }
}
