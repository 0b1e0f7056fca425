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
 * Delivers frames to one viewer over its line: decides when to write, when to wait and when to give up. Subclasses decide what to write.
 *
 * <p>The pumps of the watched cameras and the line's threads meet here under one lock per viewer; every method of a subclass is called under it.
 * Nothing here waits, and nothing is allocated per frame.
 */
public abstract class Delivery implements Viewer, LineListener {
    /** How long a stream waits for its first frame. */
    public static final long FIRST_FRAME_NANOS = 10_000_000_000L;

    /** How long it waits in addition while its camera is loading (programs are slow on a small machine) or has distant key frames. Below the 60 s of proxies. */
    public static final long LOADING_NANOS = 20_000_000_000L;

    /** The longest silence before a heartbeat. */
    public static final long HEARTBEAT_NANOS = 1_000_000_000L;

    /** How long a viewer may take nothing while bytes wait. */
    public static final long STALL_NANOS = 15_000_000_000L;

    /** The time without progress after which the pump checks whether the line has room: the container may report it late. */
    static final long RETRY_NANOS = 250_000_000L;

    private final ReentrantLock lock;
    private final Audience audience;
    private final Line line;
    private final Lease lease;
    private final Clock clock;
    private final Progress progress;
    private final List<Watched> watched = new ArrayList<>();
    private boolean over;
    private boolean byProducer; // whether the producer delivers now: then an end is completed by the closer
    private @Nullable Throwable fault; // from a delivery by a producer; thrown by the pump

    /**
     * Creates a delivery that has not begun.
     *
     * @param lock the lock under which {@code line} reports its events
     * @param lease closed when the stream ends
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
     * Returns whether there is something to write; lays out the next frame if the last one was sent. May end the stream.
     *
     * @throws FrameLostException when the frame's memory was needed for new frames
     */
    protected abstract boolean hasMore(long nowNanos) throws FrameLostException;

    /** Writes some of the laid out bytes and returns how many were sent. */
    protected abstract int write() throws IOException, FrameLostException;

    /** Returns whether all laid out bytes were sent, so that a heartbeat may be due. */
    protected abstract boolean idle();

    /** Lays out a heartbeat. */
    protected abstract void heartbeat(long nowNanos);

    /** Returns whether the stream has begun. Before that, {@link #await} replaces the checks for silence and stall. */
    protected boolean begun() {
        return true;
    }

    /**
     * Checks whether a stream that has not begun ever will.
     *
     * @param late whether {@link #FIRST_FRAME_NANOS} have passed since the camera was last seen to be loading
     */
    protected void await(boolean late) {}

    /** Called when a frame may have come to watch number {@code watch}, and some times a second. */
    protected void news(int watch) {}

    /**
     * Called when an idle stream may end without another frame.
     *
     * @param silent whether a heartbeat follows unless this ends the stream
     */
    protected void quiet(long nowNanos, boolean silent) {}

    /** Called after each round of writes. */
    protected void drained(long nowNanos) {}

    /** Called some times a second to find events that did not happen. */
    protected void look(long nowNanos) {}

    /** Tells the viewer that it may no longer watch, if the protocol can. */
    protected void sayNotAllowed(String why) {
        sayGoodbye();
    }

    /** Tells the viewer that the program ends, if the protocol can. */
    protected void sayGoodbye() {}

    // ---- its life

    /** Begins: from now on the line and the pumps may call. */
    protected final void begin(List<Watch> watches) {
        lock.lock();
        try {
            if (over) { // the connection was already gone
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
                onGone(); // whatever failed, the viewer's resources are released
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

    /**
     * Writes on the thread of a frame's producer, which may hold its source's locks: no camera is left here, and nobody waits for the viewer's lock.
     */
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
            if (progress.mayLoad(nowNanos) && mayBeginLater(nowNanos)) {
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

    /** Returns how long the viewer has been there, for sentences. */
    protected final long waitedSeconds() {
        return progress.seconds(clock.nanoTime());
    }

    private boolean mayBeginLater(long nowNanos) {
        for (int i = 0; i < watched.size(); i++) {
            Watch watch = watched.get(i).watch;
            if (watch.camera().loading() || watch.cursor().feed().keyFrameMayCome(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if none of the watched cameras will come back for this viewer. */
    private boolean allOver() {
        for (int i = 0; i < watched.size(); i++) {
            if (!watched.get(i).watch.camera().state().over()) {
                return false;
            }
        }
        return !watched.isEmpty();
    }

    /** Writes as much as the line takes now. */
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

    /** Must be called when the last byte of a frame was sent, with the frame's capture time. */
    protected final void left(long capturedNanos) {
        audience.left(capturedNanos);
    }

    /** Ends the stream: leaves the cameras at once, and the line as soon as possible. Does nothing the second time. */
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

    /** Leaves the cameras at once, and the line as soon as possible. */
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

    /** Returns the time that the pump goes by. */
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

    /** Ends the stream because its viewer may no longer watch. Any thread; the closer completes the end. */
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

    // ---- events of the line, under the lock

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
