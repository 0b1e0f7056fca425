package dev.perch.feed;

import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.KeyFrames;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ring of one track's latest frames, in one arena, and the positions of its readers.
 *
 * <p>One thread at a time produces ({@link FrameSink}); any number of cursors read. All methods are safe from any thread. This object's lock guards
 * bookkeeping only: nobody copies media bytes to or from a socket under it.
 */
public final class Feed implements FrameSink {
    private final String name;
    private final TrackId track;
    private final ArenaPool pool;
    private final RingSize size;
    private final Wakes wakes;
    private final Relocation relocation;
    private final FrameTable table = new FrameTable();
    private final FeedTally tally = new FeedTally();
    private final Cursors cursors;
    private final KeptKeyFrame keptKey;
    private Heads heads = Heads.none();

    private @Nullable RingSpace space;
    private @Nullable StreamConfig config;
    private final Claim claim = new Claim();
    private boolean gap;
    private boolean saving;
    private boolean shrinkDue;
    private @Nullable BudgetExceededException refusal;
    private final FrameRefusals refusals = new FrameRefusals();

    /**
     * Creates a feed without memory; the first claim takes an arena.
     *
     * @param camera the camera's id, which names the feed in leases and pages together with the track: {@code front H264}
     * @param onFrame called after each frame on the producer's thread, outside the lock; must not wait
     */
    public Feed(String camera, TrackId track, ArenaPool pool, RingSize size, Runnable onFrame) {
        this.name = camera + " " + track;
        this.track = track;
        this.pool = pool;
        this.size = size;
        this.wakes = new Wakes(onFrame);
        this.keptKey = new KeptKeyFrame(pool, name + " key frame", size.setting());
        this.relocation = new Relocation(new SpareSlots(pool, name + " spare slot", size.setting()));
        this.cursors = new Cursors(track.encoding(), table, relocation);
    }

    /** Returns the track whose frames this feed holds. */
    public TrackId track() {
        return track;
    }

    public Encoding encoding() {
        return track.encoding();
    }

    /** Adds {@code packager}, before the first cursor that names it. The heads of the frames in the ring are made at once. */
    public synchronized void attach(Packager packager) {
        heads = heads.with(packager, table);
    }

    // ---- the producer

    @Override
    public synchronized void configure(StreamConfig newConfig) {
        config = newConfig;
    }

    @Override
    public synchronized Optional<ByteBuffer> claim(int sizeBytes) {
        claim.takeBack();
        boolean open = sizeBytes > 0 && (space != null || open(sizeBytes));
        RingSpace room = space;
        int offset = room == null || !open ? -1 : room.place(sizeBytes);
        if (room == null || offset < 0) {
            tally.dropped();
            return Optional.empty();
        }
        return Optional.of(claim.take(room, offset, sizeBytes));
    }

    private boolean open(int frameBytes) {
        RingSpace room = new RingSpace(pool, name + " ring", encoding(), size, table, this::makeRoom, keptKey::keep);
        room.saving(saving);
        try {
            room.open(frameBytes);
            refusal = null;
            space = room;
            return true;
        } catch (BudgetExceededException full) {
            refusal = full;
            return false;
        }
    }

    /**
     * Shrinks the ring, even one of fixed size, to its last GOP and keeps it so, or lets it grow again as needed.
     *
     * @return the bytes given back
     */
    public synchronized long save(boolean on) {
        saving = on;
        if (space != null) {
            space.saving(on);
        }
        shrinkDue = on;
        return shrinkIfDue();
    }

    /** Shrinks unless the producer is filling a claim, which lies in the current ring. */
    private long shrinkIfDue() {
        if (!shrinkDue || claim.held()) {
            return 0;
        }
        shrinkDue = false;
        return space == null ? 0 : space.shrink();
    }

    private boolean makeRoom(FrameEntry entry) {
        return relocation.makeRoom(entry, cursors.all());
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        synchronized (this) {
            ByteBuffer frameBytes = claim.takeBack();
            RingSpace room = space;
            StreamConfig current = config;
            if (frameBytes == null || current == null) {
                throw new IllegalStateException("publish needs a claim and a configuration first: feed=" + name);
            }
            if (room == null || frameBytes.position() == 0) {
                tally.dropped(); // the memory was released in the meantime, or the frame is empty
                return;
            }
            add(
                    room,
                    new Frame(table.next(), frameBytes.position(), time, key, gap, /* placeholder= */ false, current));
            gap = false;
            tally.published(frameBytes.position(), time);
            refusals.forget();
        }
        wakes.tell();
    }

    private void add(RingSpace room, Frame frame) {
        table.add(new FrameEntry(room.ring(), claim.offset(), frame));
        if (frame.key()) {
            keptKey.forget();
        }
        room.published(claim.offset(), frame.sizeBytes());
        heads.make(frame);
        shrinkIfDue();
    }

    /**
     * Shows {@code jpeg} to the viewers in place of the frames of a source that is away. It does not count as a frame, and the caller must not
     * produce any in the meantime.
     *
     * @param jpeg position to limit; copied
     * @return false when there is no room for it now
     */
    public boolean showPlaceholder(ByteBuffer jpeg, FrameTime time) {
        synchronized (this) {
            StreamConfig current = config;
            Optional<ByteBuffer> room = space == null || current == null ? Optional.empty() : claim(jpeg.remaining());
            if (room.isEmpty()) {
                return false;
            }
            room.get().put(jpeg.duplicate());
            claim.takeBack();
            add(
                    Objects.requireNonNull(space),
                    new Frame(table.next(), jpeg.remaining(), time, true, gap, true, Objects.requireNonNull(current)));
            tally.placeholder();
        }
        wakes.tell();
        return true;
    }

    @Override
    public synchronized void refused(String why) {
        refusals.add(name, why);
    }

    /** Returns why the source's frames are not published, as a sentence; empty if they are. */
    public synchronized String refusedWhy() {
        return refusals.why();
    }

    @Override
    public synchronized void withdraw() {
        claim.takeBack();
        shrinkIfDue();
    }

    @Override
    public synchronized void dropped() {
        tally.dropped();
        withdraw();
    }

    /** Marks the next frame as one after a gap: the source was away. */
    public synchronized void markGap() {
        gap = true;
        tally.gap();
    }

    /**
     * Frees the arena as soon as no cursor holds a frame in it and the producer has no claim; the next claim takes a new one. A frame that is
     * published to the old arena counts as dropped.
     */
    public synchronized void releaseMemory() {
        if (space != null) {
            table.clear();
            keptKey.forget();
            space.close();
            space = null;
            tally.gap();
        }
    }

    /** Overwrites every frame in memory, even while it is being sent, and frees the memory. Readers continue with the frames to come. */
    public synchronized void erase() {
        for (Cursor cursor : cursors.all()) {
            FrameEntry held = cursor.pinned;
            if (held != null) {
                held.ring.erase(); // perhaps an arena that the feed has left already
            }
        }
        relocation.erase();
        keptKey.erase();
        if (space != null) {
            space.ring().erase();
        }
        releaseMemory();
    }

    // ---- the cursors

    /**
     * Returns a new cursor at the newest key frame in the ring, or else at the next one to come. Where every frame starts, it begins at the next
     * frame. The caller closes the cursor.
     *
     * @param packager whose heads stand in the cursor's scratch buffer, attached before; null for none
     */
    public synchronized Cursor join(@Nullable Packager packager) {
        Cursor cursor = cursor(packager);
        cursors.beginNewest(cursor);
        return cursor;
    }

    /**
     * Returns a new cursor at the last key frame captured at or before {@code nanos}, or else at the oldest key frame in the ring. While the ring
     * holds none, it begins at the next one to come. The caller closes the cursor.
     *
     * @param packager as with {@link #join}
     * @param nanos on the monotonic clock; {@link Long#MIN_VALUE} for the oldest key frame
     */
    public synchronized Cursor joinAt(@Nullable Packager packager, long nanos) {
        Cursor cursor = cursor(packager);
        cursors.beginAt(cursor, nanos);
        return cursor;
    }

    private Cursor cursor(@Nullable Packager packager) {
        if (packager != null) {
            heads.indexOf(packager); // throws if it was never attached
        }
        return new Cursor(this, packager, table.next());
    }

    /** Returns what the last key frames say about the next one. */
    public synchronized KeyFrames keyFrames() {
        return table.keyFrames();
    }

    /** Returns whether a cursor that joins now must wait for the next key frame. */
    public synchronized boolean lacksKeyFrame() {
        return !encoding().everyFrameStarts() && table.newestKey() < 0;
    }

    /** Returns whether such a cursor waits for a key frame that is still to be expected. */
    public synchronized boolean keyFrameMayCome(long nowNanos) {
        return lacksKeyFrame() && table.keyFrames().mayCome(nowNanos);
    }

    /** Returns the listeners that are told of each frame. */
    Wakes wakes() {
        return wakes;
    }

    synchronized void skipBacklog(Cursor cursor) {
        cursors.awaitKey(cursor);
    }

    synchronized int rewind(Cursor cursor) {
        return cursors.rewind(cursor);
    }

    synchronized boolean advance(Cursor cursor) {
        return withHead(cursor, cursors.advance(cursor));
    }

    synchronized @Nullable Frame peek(Cursor cursor) {
        FrameEntry entry = cursors.next(cursor);
        return entry == null ? null : entry.frame;
    }

    synchronized boolean take(Cursor cursor, Frame expected) {
        FrameEntry entry = cursors.next(cursor);
        return entry != null && entry.frame.sequence() == expected.sequence() && advance(cursor);
    }

    synchronized void passTo(Cursor cursor, long nanos, boolean jump) {
        cursors.passTo(cursor, nanos, jump);
    }

    synchronized boolean repeat(Cursor cursor) {
        return withHead(cursor, cursors.repeat(cursor));
    }

    private boolean withHead(Cursor cursor, boolean held) {
        if (held) {
            heads.copyTo(cursor, cursor.frame().sequence());
        }
        return held;
    }

    synchronized void release(Cursor cursor) {
        relocation.release(cursor);
    }

    synchronized void leave(Cursor cursor) {
        cursors.leave(cursor);
    }

    synchronized long skippedFrames(Cursor cursor) {
        return cursor.skippedFrames;
    }

    synchronized long framesAhead(Cursor cursor) {
        return table.next() - cursor.next;
    }

    /** Returns the last key frame if its GOP has outgrown the ring, which no longer holds it. */
    public synchronized Optional<Frame> keptKeyFrame() {
        return keptKey.frame();
    }

    /** Copies the kept key frame behind the position of {@code destination}. Returns false if {@code wanted} is no longer kept. */
    public synchronized boolean copyKeptKeyFrame(Frame wanted, ByteBuffer destination) {
        return keptKey.copyTo(wanted, destination);
    }

    /** Returns the source's newest frame in the ring; empty if there is none. A placeholder does not count. */
    public synchronized Optional<Frame> newest() {
        return Optional.ofNullable(table.newestOfSource());
    }

    /** Returns the configuration of the frames to come; empty before the source has told it. */
    public synchronized Optional<StreamConfig> config() {
        return Optional.ofNullable(config);
    }

    /** Returns the budget's refusal if the ring could not be opened. */
    public synchronized Optional<BudgetExceededException> refusal() {
        return space == null ? Optional.ofNullable(refusal) : Optional.empty();
    }

    /** Forgets an earlier refusal before a new attempt. */
    public synchronized void forgetRefusal() {
        refusal = null;
    }

    /** Returns the number of cursors: viewers, derivations, the window. */
    public synchronized int readers() {
        return cursors.all().size();
    }

    /** Returns the counts so far. */
    public synchronized FeedStats stats() {
        int ringBytes = space == null ? 0 : space.sizeBytes();
        int inRing = (int) (table.next() - table.tail());
        return tally.stats(table.next(), cursors.skipped(), relocation.count(), ringBytes, inRing);
    }
}
