package dev.perch.feed;

import dev.perch.media.Clock;
import dev.perch.memory.Faults;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One named thread a camera that delivers a feed's frames to the outlets that watch it, and runs the camera's own control between deliveries.
 *
 * <p>Neither an outlet nor the control may wait on it. Waking it never waits and allocates nothing.
 */
public final class Pump implements AutoCloseable {
    /** The camera's control, which the pump runs each round. */
    public interface Control {
        /**
         * Does its turn; called when it asked for that, and after a wake-up. A frame is none.
         *
         * @return in how many nanoseconds to call again at the latest; {@link Long#MAX_VALUE} for not before a wake-up
         */
        long run(long nowNanos);
    }

    private static final System.Logger LOG = System.getLogger(Pump.class.getName());

    /** Heartbeats, stalls and time-outs of viewers are found at this pace. */
    private static final long TICK_NANOS = 250_000_000L;

    private final Outlets outlets = new Outlets();
    private final Outlets.Visitor visitor = this::deliver;
    private final Outlets.AtOnce atOnce = this::deliverAtOnce;
    private final AtomicBoolean woken = new AtomicBoolean(); // set by anybody, cleared by the pump
    private final Control control;
    private final Faults faults;
    private final Clock clock;
    private final Thread thread;
    private boolean controlFaulty; // the pump's own, like the next
    private long lastTickNanos;
    private long controlDueNanos;
    private boolean controlRests; // until it is woken
    private volatile boolean controlWoken = true; // set by anybody, cleared by the pump
    private volatile boolean closed; // set by close, read by the pump

    /**
     * Makes a pump, which delivers nothing before {@link #start}.
     *
     * @param faults told of each Error, which the pump survives
     */
    public Pump(String threadName, Control control, Faults faults) {
        this(threadName, control, faults, Clock.SYSTEM);
    }

    /**
     * Makes a pump that tells another clock's times. The pump itself waits by the machine's clock, so whoever moves the other clock wakes it.
     *
     * @param clock the clock of the times that the control and the outlets are told
     */
    public Pump(String threadName, Control control, Faults faults, Clock clock) {
        this.control = control;
        this.faults = faults;
        this.clock = clock;
        this.lastTickNanos = clock.nanoTime();
        this.thread = new Thread(this::loop, threadName);
        thread.setDaemon(true);
    }

    /** Starts the thread; called once, when all that the control calls is wired. */
    public void start() {
        thread.start();
    }

    /**
     * Delivers to {@code outlet} from now on, at once for the first time.
     *
     * @param feeds whose frames it is to be told of
     */
    public void add(Outlet outlet, List<Feed> feeds) {
        outlets.add(outlet, feeds);
        goRound();
    }

    /** Delivers to {@code outlet} no more, once a delivery that is under way has returned. */
    public void remove(Outlet outlet) {
        outlets.remove(outlet);
    }

    /** Delivers the frames of {@code feed} to {@code outlet} no more, as {@link #remove(Outlet)} if it watches no other. */
    public void remove(Outlet outlet, Feed feed) {
        outlets.remove(outlet, feed);
    }

    /** Delivers to those who watch {@code feed}, if any: it has another frame. Called by its producer, who serves them if they are few and take it at once. */
    public void wake(Feed feed) {
        if (outlets.tell(feed, atOnce)) {
            goRound();
        }
    }

    /** Delivers to everyone and runs the control: something else has changed. */
    public void wake() {
        outlets.tellAll();
        controlWoken = true;
        goRound();
    }

    /** Runs the control; nobody is delivered to for that. */
    public void wakeControl() {
        controlWoken = true;
        goRound();
    }

    private void goRound() {
        if (woken.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    private void loop() {
        while (!closed) {
            turn();
        }
    }

    /** A method of its own: as a part of the loop, which has few turns a second, it would be interpreted for half an hour. */
    private void turn() {
        woken.set(false);
        long waitNanos = aroundWhatever();
        if (!woken.get() && !closed) {
            if (waitNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, waitNanos);
            }
        }
        if (Thread.interrupted()) {
            controlWoken = true;
            LOG.log(Level.DEBUG, "an interrupt is not how a pump ends; left set, it would keep the pump from parking");
        }
    }

    /** Goes around once. Nothing that is thrown ends the pump, even when it reports what was thrown before: it goes around again at the next tick. */
    private long aroundWhatever() {
        try {
            return around(clock.nanoTime());
        } catch (Throwable fault) {
            faults.tell("a camera's pump", fault);
            return TICK_NANOS;
        }
    }

    private long around(long nowNanos) {
        if (nowNanos - lastTickNanos >= TICK_NANOS) {
            lastTickNanos = nowNanos;
            controlWoken = true;
            outlets.visitAll(visitor, nowNanos);
        } else {
            outlets.visitNews(visitor, nowNanos);
        }
        long waitNanos = controlIfDue(nowNanos);
        return outlets.isEmpty() ? waitNanos : Math.min(waitNanos, lastTickNanos + TICK_NANOS - nowNanos);
    }

    private void deliver(Outlet outlet, long nowNanos) {
        try {
            outlet.deliver(nowNanos);
        } catch (Throwable fault) {
            outlets.remove(outlet);
            faults.tell("a viewer", fault);
            LOG.log(Level.ERROR, "Serving a viewer failed; it gets no more. This is a bug in Perch.", fault);
        }
    }

    /** On a producer's thread, which a viewer's fault must not end; the pump goes on with that viewer. */
    private boolean deliverAtOnce(Outlet outlet) {
        try {
            return outlet.deliverAtOnce(clock.nanoTime());
        } catch (Throwable fault) {
            faults.tell("a viewer", fault);
            LOG.log(Level.DEBUG, "a frame's producer could not serve a viewer", fault);
            return false;
        }
    }

    /** Returns in how many nanoseconds the control is due. */
    private long controlIfDue(long nowNanos) {
        if (controlWoken || (!controlRests && nowNanos - controlDueNanos >= 0)) {
            controlWoken = false; // before it looks at what changed
            long waitNanos = control(nowNanos);
            controlRests = waitNanos == Long.MAX_VALUE;
            controlDueNanos = nowNanos + waitNanos;
        }
        return controlRests ? Long.MAX_VALUE : Math.max(0, controlDueNanos - nowNanos);
    }

    /** The control's fault must not end the deliveries; it is tried again at the next tick. */
    private long control(long nowNanos) {
        try {
            long waitNanos = control.run(nowNanos);
            controlFaulty = false;
            return waitNanos;
        } catch (Throwable fault) {
            boolean known = controlFaulty;
            controlFaulty = true;
            faults.tell("a camera's control", fault);
            if (!known) {
                LOG.log(Level.ERROR, "Controlling a camera failed; it is tried again. This is a bug in Perch.", fault);
            }
            return TICK_NANOS;
        }
    }

    /** Ends the thread; waits for it shortly. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(2_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
