package dev.perch.feed;

import dev.perch.media.Clock;
import dev.perch.memory.Faults;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of one camera that delivers its feeds' frames to the outlets that watch them, and runs the camera's control between deliveries.
 *
 * <p>Neither an outlet nor the control may wait on it. Waking it never waits and allocates nothing.
 */
public final class Pump implements AutoCloseable {
    /** The camera's control, which the pump runs in each round. */
    public interface Control {
        /**
         * Takes its turn: called when it asked for one, and after a wake-up of the control. A frame does not wake it.
         *
         * @param nowNanos the monotonic clock
         * @return in how many nanoseconds to call again at the latest; {@link Long#MAX_VALUE} for not before a wake-up
         */
        long run(long nowNanos);
    }

    private static final System.Logger LOG = System.getLogger(Pump.class.getName());

    /** The pace at which heartbeats, stalls and time-outs of viewers are found. */
    private static final long TICK_NANOS = 250_000_000L;

    private final Outlets outlets = new Outlets();
    private final Outlets.Visitor visitor = this::deliver;
    private final Outlets.AtOnce atOnce = this::deliverAtOnce;
    private final AtomicBoolean woken = new AtomicBoolean(); // set by anybody, cleared by the pump
    private final Control control;
    private final Faults faults;
    private final Clock clock;
    private final Thread thread;
    private boolean controlFaulty; // used by the pump only, like the next
    private long lastTickNanos;
    private long controlDueNanos;
    private boolean controlRests; // until the control is woken
    private volatile boolean controlWoken = true; // set by anybody, cleared by the pump
    private volatile boolean closed; // set by close, read by the pump

    /**
     * Creates a pump, which delivers nothing before {@link #start}.
     *
     * @param faults told of each Error that the pump survives
     */
    public Pump(String threadName, Control control, Faults faults) {
        this(threadName, control, faults, Clock.SYSTEM);
    }

    /**
     * Creates a pump on another clock. The pump itself waits by the machine's clock, so whoever moves the other clock must wake it.
     *
     * @param clock gives the times that the control and the outlets see
     */
    public Pump(String threadName, Control control, Faults faults, Clock clock) {
        this.control = control;
        this.faults = faults;
        this.clock = clock;
        this.lastTickNanos = clock.nanoTime();
        this.thread = new Thread(this::loop, threadName);
        thread.setDaemon(true);
    }

    /** Starts the thread. Called once, when everything that the control calls is wired. */
    public void start() {
        thread.start();
    }

    /**
     * Delivers to {@code outlet} from now on; the first time is at once.
     *
     * @param feeds the feeds whose frames it is told of
     */
    public void add(Outlet outlet, List<Feed> feeds) {
        outlets.add(outlet, feeds);
        goRound();
    }

    /** Ends the deliveries to {@code outlet}; one that is under way completes. */
    public void remove(Outlet outlet) {
        outlets.remove(outlet);
    }

    /** Ends the deliveries of {@code feed} to {@code outlet}, and all deliveries if it watches no other feed. */
    public void remove(Outlet outlet, Feed feed) {
        outlets.remove(outlet, feed);
    }

    /**
     * Delivers a new frame to the outlets that watch {@code feed}. Called by the producer, which serves them itself if they are few and take it at
     * once.
     */
    public void wake(Feed feed) {
        if (outlets.tell(feed, atOnce)) {
            goRound();
        }
    }

    /** Visits every outlet and runs the control: something other than a frame has changed. */
    public void wake() {
        outlets.tellAll();
        controlWoken = true;
        goRound();
    }

    /** Runs the control without visiting any outlet. */
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

    /**
     * Takes one turn of the loop. It is a method of its own, because the loop has few turns a second and would be interpreted for half an hour.
     */
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

    /**
     * Goes around once. Nothing thrown ends the pump, not even while a throwable is being reported: it goes around again at the next tick.
     */
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

    /** Serves an outlet on a producer's thread, which must not end by a viewer's fault; the pump handles that viewer then. */
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

    /** Runs the control. A fault in it must not end the deliveries; it runs again at the next tick. */
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

    /** Ends the thread and waits for it shortly. */
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
