package dev.perch.app;

import dev.perch.memory.Faults;
import dev.perch.memory.MemoryWatch;
import dev.perch.web.Site;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does the periodic work: polls the watch on memory and tends the site every second, and connections more often while they are crowded. It uses
 * Tomcat's timer or, in another container, its own thread.
 */
final class WatchTimer implements AutoCloseable {
    /** The name under which Tomcat lends its timer to applications (org.apache.catalina.core.StandardContext). */
    private static final String TOMCATS_TIMER = "org.apache.tomcat.util.threads.ScheduledThreadPoolExecutor";

    /** How long a crowd may go unnoticed by those behind it. */
    private static final long CALM_MILLIS = 250;

    /** The same for each half of a connector's room that the crowd fills. */
    private static final long CROWDED_MILLIS = 50;

    private static final System.Logger LOG = System.getLogger(WatchTimer.class.getName());

    private final MemoryWatch watch;
    private final Site site;
    private final Runnable more;
    private final Faults faults;
    private final Optional<ScheduledExecutorService> own;
    private @Nullable ScheduledFuture<?> polls; // guarded by this, like all below
    private @Nullable ScheduledFuture<?> connections;
    private boolean faulty;
    private boolean closed;

    private WatchTimer(MemoryWatch watch, Site site, Runnable more, Faults faults, ServletContext context) {
        this.watch = watch;
        this.site = site;
        this.more = more;
        this.faults = faults;
        this.own = context.getAttribute(TOMCATS_TIMER) instanceof ScheduledExecutorService
                ? Optional.empty()
                : Optional.of(ownTimer());
    }

    /**
     * Starts the timer.
     *
     * @param more further work every second, which must not wait
     * @param faults told of each Error that the timer survives
     */
    static WatchTimer start(MemoryWatch watch, Site site, Runnable more, Faults faults, ServletContext context) {
        WatchTimer timer = new WatchTimer(watch, site, more, faults, context);
        timer.begin(timer.own.orElseGet(() -> (ScheduledExecutorService) context.getAttribute(TOMCATS_TIMER)));
        return timer;
    }

    private synchronized void begin(ScheduledExecutorService timer) {
        polls = timer.scheduleWithFixedDelay(() -> poll(timer), 1, 1, TimeUnit.SECONDS);
        tendConnectionsIn(CALM_MILLIS, timer);
    }

    private synchronized void tendConnectionsIn(long millis, ScheduledExecutorService timer) {
        if (!closed) {
            connections = timer.schedule(() -> tendConnections(timer), millis, TimeUnit.MILLISECONDS);
        }
    }

    private static ScheduledExecutorService ownTimer() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "perch-memory-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Polls once. A fault must not end the polls: a timer drops a task that throws. */
    private synchronized void poll(ScheduledExecutorService timer) {
        if (closed) {
            return;
        }
        try {
            if (connections == null || connections.isDone()) { // the task could not schedule its successor
                tendConnectionsIn(CALM_MILLIS, timer);
            }
            watch.poll(System.nanoTime());
            site.tend();
            more.run();
            faulty = false;
        } catch (Throwable fault) {
            boolean known = faulty;
            faulty = true;
            faults.tell("what is done every second", fault);
            if (!known) {
                LOG.log(Level.ERROR, "The check of memory and idle cameras failed; it runs again in a second.", fault);
            }
        }
    }

    private synchronized void tendConnections(ScheduledExecutorService timer) {
        boolean crowded = false;
        try {
            crowded = !closed && site.tendConnections();
        } catch (Throwable fault) {
            faults.tell("the look for idle connections", fault);
            LOG.log(Level.DEBUG, "The look for idle connections failed; it is done again in a second.", fault);
        }
        tendConnectionsIn(crowded ? CROWDED_MILLIS : CALM_MILLIS, timer);
    }

    /** Ends the polls. None runs once this has returned. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (polls != null) {
                polls.cancel(/* mayInterruptIfRunning= */ false);
            }
            if (connections != null) {
                connections.cancel(/* mayInterruptIfRunning= */ false);
            }
        }
        own.ifPresent(ScheduledExecutorService::shutdown);
    }
}
