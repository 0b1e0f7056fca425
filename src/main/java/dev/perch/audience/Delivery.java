package dev.perch.audience;

import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outlet;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.memory.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Delivers frames to one viewer over its line: when to write, when to wait, when to give up. The subclass says what is written.
 *
 * <p>The pumps of the cameras that it watches and the line's threads meet here under one lock a viewer. Every method of a subclass is called under it.
 * Nothing here waits, and nothing is allocated a frame.
 */
public abstract class Delivery implements Viewer, LineListener {
    /** The longest that a stream waits for the frame that it begins with. */
    public static final long FIRST_FRAME_NANOS = 10_000_000_000L;

    /** The longest that it waits besides while its camera is loading: programs take long to load on a small machine. It is below the 60 s of proxies. */
    public static final long LOADING_NANOS = 20_000_000_000L;

    /** The longest silence before a sign of life. */
    public static final long HEARTBEAT_NANOS = 1_000_000_000L;

    /** The longest that a viewer may take nothing while bytes wait. */
    public static final long STALL_NANOS = 15_000_000_000L;

    /** The time without progress after which the pump tries whether the line has room: the container may report it late. */
    static final long RETRY_NANOS = 250_000_000L;

    private final ReentrantLock lock;
    private final Audience audience;
    private final Line line;
    private final Lease lease;
    private final Clock clock;
    private final Progress progress;
    private final List<Watched> watched = new ArrayList<>();
    private boolean over;
    private boolean byProducer; // who delivers now: what else an end takes is the closer's then
    private @Nullable Throwable fault; // of a delivery by a producer; the pump throws it

    /**
     * @param lock the one under which {@code line} tells its events
     * @param lease given back when the stream ends
     */
    protected Delivery(ReentrantLock lock, Audience audience, Line line, Lease lease) {
        this.lock = lock;
        this.audience = audience;
        this.line = line;
        this.lease = lease;
        this.clock = audience.clock();
        this.progress = new Progress(clock.nanoTime());
    }

    // ---- what a subclass says

    /**
     * Returns whether there is something to write, laying out what comes next if all before it has left. May end the stream.
     *
     * @throws FrameLostException when the frame had to give way to new ones
     */
    protected abstract boolean hasMore(long nowNanos) throws FrameLostException;

    /** Writes some of what is laid out and returns the bytes that left. */
    protected abstract int write() throws IOException, FrameLostException;

    /** Returns whether all that was laid out has left, so that a sign of life may be due. */
    protected abstract boolean idle();

    /** Lays out a sign of life. */
    protected abstract void heartbeat(long nowNanos);

    /** Returns whether the stream has begun; until then {@link #await} is called in place of the checks for silence and stall. */
    protected boolean begun() {
        return true;
    }

    /**
     * Looks whether a stream that has not begun ever will.
     *
     * @param late whether {@link #FIRST_FRAME_NANOS} have passed since its camera was last seen to be loading
     */
    protected void await(boolean late) {}

    /** Called when a frame may have come to the watch of this number, and some times a second. */
    protected void news(int watch) {}

    /**
     * Called when an idle stream may be due to end without another frame.
     *
     * @param silent whether a heartbeat follows unless this ends the stream
     */
    protected void quiet(long nowNanos, boolean silent) {}

    /** Called after each turn of writes. */
    protected void drained(long nowNanos) {}

    /** Looks for what else did not happen; called some times a second. */
    protected void look(long nowNanos) {}

    /** Tells the viewer that it may no longer watch, if there is a way to. */
    protected void sayNotAllowed(String why) {
        sayGoodbye();
    }

    /** Tells the viewer that the program ends, if there is a way to. */
    protected void sayGoodbye() {}

    // ---- its life

    /** Begins: from now on the line and the pumps may call. */
    protected final void begin(List<Watch> watches) {
        lock.lock();
        try {
            if (over) { // the connection was gone before
                watches.forEach(Watch::close);
                return;
            }
            for (Watch watch : watches) {
                watched.add(new Watched(watch, watched.size()));
            }
        } finally {
            lock.unlock();
        }
        if (!audience.enter(this)) {
            shutDown();
            return;
        }
        audience.announce(this, lease.bytes());
        boolean begun = false;
        try {
            line.open(this);
            watched.forEach(each -> each.watch.serve(each));
            begun = true;
        } finally {
            if (!begun) {
                underLock(this::onGone);
            }
        }
    }

    private void underLock(Runnable turn) {
        lock.lock();
        try {
            turn.run();
        } finally {
            lock.unlock();
        }
    }

    /** One watch, as its camera's pump sees it. */
    private final class Watched implements Outlet {
        private final Watch watch;
        private final int number;

        Watched(Watch watch, int number) {
            this.watch = watch;
            this.number = number;
        }

        @Override
        public void deliver(long nowNanos) {
            lock.lock();
            try {
                if (!over) {
                    news(number);
                    turn(nowNanos);
                } else if (line.ended(nowNanos)) {
                    watch.unserve(this);
                }
            } catch (RuntimeException | Error defect) {
                onGone(); // whatever failed, what it holds goes back
                audience.closer().execute(line::close);
                throw defect;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean deliverAtOnce(long nowNanos) {
            return Delivery.this.deliverAtOnce(nowNanos);
        }
    }

    /** Writes on the thread of a frame's producer, whose locks none of ours may meet: no camera is left here, and nobody waits for the viewer's own lock. */
    boolean deliverAtOnce(long nowNanos) {
        if (!line.direct() || !lock.tryLock()) {
            return false;
        }
        try {
            if (over || fault != null || !begun() || !line.writable()) {
                return false;
            }
            byProducer = true;
            drain(nowNanos);
            return true;
        } catch (RuntimeException | Error defect) {
            fault = defect;
            return false;
        } finally {
            byProducer = false;
            lock.unlock();
        }
    }

    void turn(long nowNanos) {
        if (fault != null) {
            throw new IllegalStateException("what its frame's producer wrote to it failed", fault);
        }
        if (line.writable() || (progress.stuck(nowNanos) && line.retry())) {
            drain(nowNanos);
        }
        if (!over) {
            findSilence(nowNanos);
        }
        if (!over) {
            look(nowNanos);
        }
    }

    /** Finds what did not happen: a first frame, a frame within the last second, progress. */
    private void findSilence(long nowNanos) {
        if (begun() && allOver()) {
            end(Departure.COMPLETE);
        } else if (!begun()) {
            if (progress.mayLoad(nowNanos) && anyLoads()) {
                progress.loads(nowNanos);
            }
            await(progress.late(nowNanos));
        } else if (!line.writable()) {
            if (progress.stalled(nowNanos)) {
                end(Departure.STALLED);
            }
        } else if (idle()) {
            boolean silent = progress.silent(nowNanos);
            quiet(nowNanos, silent);
            if (silent && !over) {
                progress.beat(nowNanos);
                heartbeat(nowNanos);
                drain(nowNanos);
            }
        }
    }

    /** Returns for how long it has been there, for sentences. */
    protected final long waitedSeconds() {
        return progress.seconds(clock.nanoTime());
    }

    private boolean anyLoads() {
        for (int i = 0; i < watched.size(); i++) {
            if (watched.get(i).watch.camera().loading()) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if no camera that it watches will come back for it. */
    private boolean allOver() {
        for (int i = 0; i < watched.size(); i++) {
            if (!watched.get(i).watch.camera().state().over()) {
                return false;
            }
        }
        return !watched.isEmpty();
    }

    /** Writes what the line takes now. */
    protected final void drain(long nowNanos) {
        try {
            int sent = 0;
            while (!over && hasMore(nowNanos) && line.ready()) {
                int some = write();
                sent += some;
                if (some > 0) {
                    progress.left(nowNanos);
                }
            }
            line.flush();
            audience.sent(sent);
            drained(nowNanos);
        } catch (IOException gone) {
            end(Departure.GONE);
        } catch (FrameLostException tooSlow) {
            end(Departure.TOO_SLOW);
        }
    }

    /** To be called when the last byte of a frame has left, with the time of its capture. */
    protected final void left(long capturedNanos) {
        audience.left(capturedNanos);
    }

    /** Ends the stream: leaves the cameras at once, and the line as soon as that can. Does nothing the second time. */
    protected final void end(Departure how) {
        if (over) {
            return;
        }
        over = true;
        if (byProducer) {
            audience.closer().execute(() -> underLock(() -> leave(how)));
        } else {
            leave(how);
        }
    }

    /** Leaves the cameras, and the line as soon as that can. */
    private void leave(Departure how) {
        watched.forEach(each -> each.watch.close());
        lease.close();
        audience.leave(this, how);
        line.end(how);
        if (line.ended(clock.nanoTime())) {
            unserve();
        }
    }

    private void unserve() {
        watched.forEach(each -> each.watch.unserve(each));
    }

    /** Returns whether the stream has ended. */
    protected final boolean over() {
        return over;
    }

    /** Returns the time by which the pump delivers. */
    protected final long nowNanos() {
        return clock.nanoTime();
    }

    @Override
    public final boolean watches(Camera camera, Set<Encoding> encodings) {
        return watched.stream()
                .anyMatch(each -> each.watch.camera() == camera
                        && encodings.contains(each.watch.cursor().encoding()));
    }

    @Override
    public final void shutDown() {
        lock.lock();
        try {
            sayGoodbye();
            end(Departure.SHUT_DOWN);
        } finally {
            lock.unlock();
        }
        line.close();
    }

    /** Ends the stream because its viewer may no longer watch. Any thread; the end is the closer's. */
    public final void dismiss(String why) {
        audience.closer().execute(() -> {
            lock.lock();
            try {
                if (over) {
                    return;
                }
                sayNotAllowed(why);
                end(Departure.NOT_ALLOWED);
            } finally {
                lock.unlock();
            }
            line.close();
        });
    }

    // ---- what the line tells, under the lock

    @Override
    public final void onWritable() {
        if (!over) {
            long nowNanos = clock.nanoTime();
            progress.room(nowNanos);
            drain(nowNanos);
        }
    }

    @Override
    public final void onGone() {
        end(Departure.GONE);
        unserve();
    }
}
