package dev.perch.window;

import dev.perch.cmaf.Geometry;
import dev.perch.cmaf.Init;
import dev.perch.cmaf.SegmentHead;
import dev.perch.cmaf.SegmentTaker;
import dev.perch.cmaf.Ticks;
import dev.perch.feed.Destination;
import dev.perch.media.FrameTime;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The latest segments of one presentation in memory. The segmenter's thread writes; reading is safe from any thread and never waits.
 *
 * <p>A segment that is no longer listed stays available to clients that found it in an older playlist (RFC 8216bis §6.2.2), for its own duration and
 * that of the longest list. When memory is short, kept segments go first; then the list is shortened down to three target durations.
 */
public final class SegmentWindow implements SegmentTaker {
    private static final int LEAST_TARGETS = 3; // RFC 8216bis §6.2.2
    private static final int LEAST_BLOCK_BYTES = 16 << 10;
    private static final int MOST_BLOCK_BYTES = 512 << 10;

    private static final int BUDGET_SHARE = 4;

    /**
     * A segment that is no longer listed.
     *
     * @param untilTicks where the newest segment ends when no client can want this one any more
     */
    private record Kept(Segment segment, long untilTicks) {}

    private final WindowSettings settings;
    private final ArenaPool pool;
    private final Deque<Segment> listed = new ArrayDeque<>(); // guarded by this, like all below except the view
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final List<Init> inits = new ArrayList<>();
    private @Nullable OpenSegment open;
    private long longestTicks;
    private long peakBitsPerSecond;
    private long allBytes;
    private long allTicks;
    private boolean saving;
    private volatile WindowView view; // written under the lock, read by everybody

    /**
     * Creates an empty window.
     *
     * @param presentation the name, unlike any other of any process
     * @param firstNumber the number of the first segment
     * @param origin the capture that has decode time 0
     */
    SegmentWindow(WindowSettings settings, ArenaPool pool, String presentation, long firstNumber, FrameTime origin) {
        this.settings = settings;
        this.pool = pool;
        this.view = WindowView.empty(presentation, firstNumber, origin);
    }

    /** Returns the current contents; never waits. */
    public WindowView view() {
        return view;
    }

    /** Returns the segment of that number, listed or kept, retained for the caller, who must close its bytes. */
    public synchronized Optional<Segment> retain(long number) {
        return Stream.concat(listed.stream(), kept.stream().map(Kept::segment))
                .filter(segment -> segment.number() == number && !segment.gap())
                .findFirst()
                .filter(segment -> segment.bytes().retain());
    }

    /** Returns the init segment of that version; empty if it is gone. */
    public synchronized Optional<Init> init(int version) {
        return version >= 0 && version < inits.size() ? Optional.of(inits.get(version)) : Optional.empty();
    }

    /**
     * Keeps the window as short as possible, or lets it grow again.
     *
     * @return the bytes given back
     */
    public synchronized long save(boolean on) {
        saving = on;
        long before = heldBytes();
        if (on) {
            dropKept();
            shorten();
        }
        return before - heldBytes();
    }

    // ---- the segmenter

    @Override
    public synchronized void init(Init init) {
        inits.add(init);
    }

    /** Begins a segment, in memory blocks of some parts of the last segment's size. */
    @Override
    public synchronized void open(SegmentHead head) {
        int last = listed.isEmpty() ? 0 : listed.getLast().sizeBytes();
        int block = Math.max(LEAST_BLOCK_BYTES, Math.min(MOST_BLOCK_BYTES, Integer.highestOneBit(last / 4 + 1)));
        open = new OpenSegment(head, new SegmentBytes(pool, settings.holder(), settings.setting(), block));
    }

    /** Makes room for a fragment; the oldest segments are dropped if the budget has none. */
    @Override
    public Destination fragment(int sizeBytes) throws BudgetExceededException {
        SegmentBytes bytes = opened().bytes;
        long most = pool.budget().totalBytes() / BUDGET_SHARE;
        synchronized (this) {
            while (heldBytes() + sizeBytes > most && dropOldest()) {}
        }
        while (true) {
            try {
                bytes.reserve(sizeBytes);
                return bytes;
            } catch (BudgetExceededException full) {
                if (!dropOldest()) {
                    throw full;
                }
            }
        }
    }

    @Override
    public synchronized void commit(int addedTicks, boolean key, boolean fullLength) {
        OpenSegment current = opened();
        current.commit(addedTicks, key);
        show(current.view(/* complete= */ false), fullLength);
    }

    @Override
    public synchronized void part() {
        OpenSegment current = opened();
        current.endPart();
        show(current.view(/* complete= */ false), view.keyFrameNext());
    }

    @Override
    public synchronized void measured(Geometry geometry) {
        renew(Optional.of(geometry), view.keyFrameNext(), view.away());
    }

    @Override
    public synchronized void close() {
        OpenSegment done = opened();
        open = null;
        if (done.empty() || done.erased) {
            done.bytes.close();
            return;
        }
        Segment complete = done.view(/* complete= */ true);
        replaceLast(complete);
        measure(complete);
        trim();
        renew(view.geometry(), /* keyFrameNext= */ false, view.away());
    }

    private synchronized OpenSegment opened() {
        OpenSegment current = open;
        if (current == null) {
            throw new IllegalStateException("no segment is open: presentation=" + view.presentation());
        }
        return current;
    }

    private void show(Segment segment, boolean keyFrameNext) {
        OpenSegment current = open;
        if (current != null && current.erased) {
            return;
        }
        replaceLast(segment);
        renew(view.geometry(), keyFrameNext, view.away());
    }

    private void replaceLast(Segment segment) {
        if (!listed.isEmpty() && listed.getLast().number() == segment.number()) {
            listed.removeLast();
        }
        listed.addLast(segment);
    }

    /** Sets why no frame will come for now; empty when frames come again. */
    synchronized void away(String reason) {
        if (!reason.equals(view.away())) {
            renew(view.geometry(), view.keyFrameNext(), reason);
        }
    }

    private void measure(Segment segment) {
        allBytes += segment.sizeBytes();
        allTicks += segment.durationTicks();
        long bits = segment.sizeBytes() * 8L * Ticks.HZ / Math.max(1, segment.durationTicks());
        peakBitsPerSecond = Math.max(peakBitsPerSecond, bits);
    }

    private void renew(Optional<Geometry> geometry, boolean keyFrameNext, String away) {
        view = new WindowView(
                view.presentation(),
                geometry,
                List.copyOf(listed),
                listed.isEmpty() ? view.nextNumber() : listed.getLast().number() + 1,
                keyFrameNext,
                peakBitsPerSecond,
                allTicks == 0 ? 0 : allBytes * 8 * Ticks.HZ / allTicks,
                view.originWallMicros(),
                view.originNanos(),
                away,
                /* closed= */ false);
    }

    private void trim() {
        long now = listed.getLast().endTicks();
        while (!kept.isEmpty() && kept.getFirst().untilTicks() <= now) {
            kept.removeFirst().segment().bytes().close();
        }
        if (saving) {
            dropKept();
            shorten();
            return;
        }
        long total = listed.stream().mapToLong(Segment::durationTicks).sum();
        longestTicks = Math.max(longestTicks, total);
        long wanted = Math.max(leastTicks(), Ticks.of(settings.length().toNanos()));
        while (total - listed.getFirst().durationTicks() >= wanted) {
            Segment oldest = listed.removeFirst();
            total -= oldest.durationTicks();
            if (oldest.gap()) {
                continue;
            }
            kept.addLast(new Kept(oldest, now + oldest.durationTicks() + longestTicks));
        }
    }

    private long leastTicks() {
        int target = view.geometry().map(Geometry::targetSeconds).orElse(1);
        return (long) LEAST_TARGETS * target * Ticks.HZ;
    }

    private void dropKept() {
        kept.forEach(each -> each.segment().bytes().close());
        kept.clear();
    }

    private void shorten() {
        while (dropListed()) {}
    }

    /** Drops the first listed segment if the remaining ones last long enough. */
    private boolean dropListed() {
        long complete = listed.stream()
                .filter(Segment::complete)
                .mapToLong(Segment::durationTicks)
                .sum();
        if (listed.isEmpty() || complete - listed.getFirst().durationTicks() < leastTicks()) {
            return false;
        }
        free(listed.removeFirst());
        renew(view.geometry(), view.keyFrameNext(), view.away());
        return true;
    }

    private synchronized boolean dropOldest() {
        if (!kept.isEmpty()) {
            kept.removeFirst().segment().bytes().close();
            return true;
        }
        return dropListed();
    }

    /** Returns the bytes of memory held. */
    public synchronized long heldBytes() {
        long bytes = Stream.concat(listed.stream(), kept.stream().map(Kept::segment))
                .filter(segment -> !segment.gap())
                .mapToLong(segment -> segment.bytes().heldBytes())
                .sum();
        OpenSegment current = open;
        return current == null || shown(current) ? bytes : bytes + current.bytes.heldBytes();
    }

    private boolean shown(OpenSegment segment) {
        return !listed.isEmpty() && !listed.getLast().gap() && listed.getLast().bytes() == segment.bytes;
    }

    private static void free(Segment segment) {
        if (!segment.gap()) {
            segment.bytes().close();
        }
    }

    /**
     * Overwrites all segments, including the one under construction, of which no more is listed. Gaps of the same times replace them, so that players
     * stay in step; the presentation continues with the next segment. Nothing may be written in the meantime.
     */
    synchronized void erase() {
        OpenSegment current = open;
        if (current != null) {
            current.bytes.erase();
            current.erased = !current.empty();
        }
        kept.forEach(each -> each.segment().bytes().erase());
        dropKept();
        List<Segment> gaps = new ArrayList<>();
        for (Segment segment : listed) {
            if (!segment.gap()) {
                segment.bytes().erase();
            }
            if (current == null || segment.bytes() != current.bytes) {
                free(segment);
            }
            gaps.add(segment.erased());
        }
        listed.clear();
        listed.addAll(gaps);
        renew(view.geometry(), /* keyFrameNext= */ false, view.away());
    }

    /** Ends the presentation. Its memory is freed as soon as nobody reads it. */
    synchronized void end() {
        if (view.closed()) {
            return;
        }
        OpenSegment unlisted = open;
        if (unlisted != null && !shown(unlisted)) {
            unlisted.bytes.close();
        }
        open = null;
        dropKept();
        listed.forEach(SegmentWindow::free);
        listed.clear();
        view = view.ended();
    }
}
