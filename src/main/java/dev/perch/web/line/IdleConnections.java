package dev.perch.web.line;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.AbstractEndpoint;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

/**
 * Closes connections without a request, to make room for those with one. Each takes memory in Tomcat, most of all one with an incomplete head, and
 * Tomcat's time-out restarts with each byte. Covers the NIO and NIO2 connectors of the server that runs this program.
 */
public final class IdleConnections {
    private static final System.Logger LOG = System.getLogger(IdleConnections.class.getName());

    /** The longest time for a complete head, however few connections there are. */
    private static final long HEAD_MILLIS = 10_000;

    /** The longest time without a request while more than half of the connections are in use. */
    private static final long CROWDED_MILLIS = 2_000;

    /** A head that its client has sent is read within this time, unless requests wait for a thread. */
    private static final long FRESH_MILLIS = 50;

    /** Slightly less than the timer's second, so that a timer that comes early is not ignored. */
    private static final long LOOK_NANOS = 900_000_000;

    /**
     * The estimated memory of a connection whose TLS handshake has begun, relative to one without: a few hundred of them, and of upgrades to HTTP/2,
     * have filled a heap of 37 MB.
     */
    private static final int TLS_WEIGHT = 4;

    private static final int TRIES = 20;
    private static final long TRY_NANOS = 10_000_000;

    private final List<AbstractEndpoint<?, ?>> endpoints;
    private final int most;
    private final IntSupplier served;
    private final ServingThreads threads;
    private final Map<AbstractEndpoint<?, ?>, Map<SocketWrapperBase<?>, Long>> idleSinceMillis =
            new HashMap<>(); // guarded by this
    private long lastLookNanos = System.nanoTime(); // used by the timer's thread

    private IdleConnections(List<AbstractEndpoint<?, ?>> endpoints, int most, IntSupplier served) {
        this.endpoints = endpoints;
        this.most = most;
        this.served = served;
        this.threads = new ServingThreads(endpoints);
    }

    /**
     * Returns the guard of the server that {@code context} runs in; empty in other containers than Tomcat.
     *
     * @param most the connections that memory allows beside those of viewers
     * @param served the number of viewers
     */
    public static Optional<IdleConnections> find(ServletContext context, int most, IntSupplier served) {
        try {
            return Optional.of(new IdleConnections(Tomcats.endpoints(context), most, served));
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "connections are left to the container", unlike);
            return Optional.empty();
        }
    }

    /** Returns why a connector serves nobody any more, as a sentence; empty if each serves. Called about once a second. */
    public String unserving() {
        return threads.missing();
    }

    /** Checks whether there is room. Called some times a second. */
    public boolean tend() {
        long nowNanos = System.nanoTime();
        boolean lookDue = nowNanos - lastLookNanos >= LOOK_NANOS;
        lastLookNanos = lookDue ? nowNanos : lastLookNanos;
        boolean anyCrowded = false;
        for (AbstractEndpoint<?, ?> endpoint : endpoints) {
            boolean crowded = unserved(endpoint) > bound(endpoint) / 2;
            if (crowded || lookDue) {
                look(endpoint, crowded);
            }
            anyCrowded |= crowded;
        }
        return anyCrowded;
    }

    /** Makes room for one more connection, or waits briefly for room. Called by the thread that accepts connections. */
    public void makeRoom() {
        for (AbstractEndpoint<?, ?> endpoint : endpoints) {
            for (int i = 0; i < TRIES && unserved(endpoint) > bound(endpoint) * 3L / 4; i++) {
                look(endpoint, /* crowded= */ true);
                if (unserved(endpoint) >= bound(endpoint)) {
                    LockSupport.parkNanos(TRY_NANOS);
                }
            }
        }
    }

    private int bound(AbstractEndpoint<?, ?> endpoint) {
        int set = endpoint.getMaxConnections();
        int borne = endpoint.isSSLEnabled() ? Math.max(1, most / TLS_WEIGHT) : most;
        return set > 0 ? Math.min(borne, set) : borne;
    }

    private long unserved(AbstractEndpoint<?, ?> endpoint) {
        return endpoint.getConnectionCount() - served.getAsInt();
    }

    /** Closes what has been idle for too long and, if three quarters of the room are in use, more until half is left. */
    private synchronized void look(AbstractEndpoint<?, ?> endpoint, boolean crowded) {
        long patienceMillis = crowded ? CROWDED_MILLIS : HEAD_MILLIS;
        long nowMillis = System.currentTimeMillis();
        long bound = bound(endpoint);
        long unserved = unserved(endpoint);
        long excess = unserved > bound * 3 / 4 ? unserved - bound / 2 : 0;
        boolean backlogged = backlogged(endpoint);
        for (Idle one : mostDispensable(endpoint, crowded)) {
            long ageMillis = nowMillis - one.sinceMillis;
            boolean waits = backlogged && !one.floods(bound, endpoint.isSSLEnabled());
            long mostMillis = waits ? HEAD_MILLIS : patienceMillis; // who waits for our threads is not slow
            boolean due = ageMillis > mostMillis || (excess > 0 && ageMillis > (waits ? patienceMillis : FRESH_MILLIS));
            if (due && TomcatSockets.closeIf(one.connection, () -> idle(one.connection, crowded))) {
                excess--;
            }
        }
    }

    /** Returns whether requests wait for a thread: a seemingly silent connection may be one of them, as when a crowd returns at once. */
    private static boolean backlogged(AbstractEndpoint<?, ?> endpoint) {
        return endpoint.getExecutor() instanceof ThreadPoolExecutor pool
                && (!pool.getQueue().isEmpty() || pool.getActiveCount() >= pool.getMaximumPoolSize());
    }

    /**
     * A connection without a request.
     *
     * @param sinceMillis when it was made, or last answered
     * @param newer the number of newer idle ones from the same address
     */
    private record Idle(SocketWrapperBase<?> connection, long sinceMillis, int newer) {
        /**
         * Returns whether it is one of many from one address that keep threads busy without requests: TLS handshakes, upgrades to HTTP/2 without a
         * stream.
         */
        boolean floods(long bound, boolean tls) {
            boolean upgraded = connection.getCurrentProcessor() instanceof Processor processor && processor.isUpgrade();
            return newer > bound / 4 && (upgraded || (tls && connection.getCurrentProcessor() == null));
        }
    }

    /** Returns the connections in the order in which to close them: first the oldest of the address that has most of them. */
    private List<Idle> mostDispensable(AbstractEndpoint<?, ?> endpoint, boolean silentToo) {
        List<Idle> all = new ArrayList<>();
        Map<SocketWrapperBase<?>, Long> timeless = new HashMap<>();
        long nowMillis = System.currentTimeMillis();
        for (SocketWrapperBase<?> one : endpoint.getConnections()) {
            if (idle(one, /* silentToo= */ true)) {
                long sinceMillis = one instanceof NioSocketWrapper nio
                        ? nio.getLastWrite()
                        : timeless.computeIfAbsent(one, unseen -> firstSeenMillis(endpoint, unseen, nowMillis));
                if (idle(one, silentToo)) {
                    all.add(new Idle(one, sinceMillis, 0));
                }
            }
        }
        if (!(endpoint instanceof NioEndpoint)) {
            idleSinceMillis.put(endpoint, timeless);
        }
        all.sort(Comparator.comparingLong(Idle::sinceMillis).reversed());
        Map<String, Integer> seen = new HashMap<>();
        all.replaceAll(one -> new Idle(
                one.connection,
                one.sinceMillis,
                seen.merge(String.valueOf(one.connection.getRemoteAddr()), 1, Integer::sum)));
        all.sort(Comparator.comparingInt(Idle::newer).reversed());
        return all;
    }

    /** Returns since when a connection has been idle. NIO2 keeps no times, so the looks in a row that found it idle count. */
    private long firstSeenMillis(AbstractEndpoint<?, ?> endpoint, SocketWrapperBase<?> one, long nowMillis) {
        return idleSinceMillis.getOrDefault(endpoint, Map.of()).getOrDefault(one, nowMillis);
    }

    /**
     * Returns whether no request of it is being answered.
     *
     * @param silentToo whether one without a byte of the next request counts
     */
    private static boolean idle(SocketWrapperBase<?> connection, boolean silentToo) {
        if (!(connection.getCurrentProcessor() instanceof Processor processor)) {
            return silentToo;
        }
        return processor.isUpgrade() ? silentToo && Http2Streams.none(processor) : !processor.isAsync();
    }

    /** Access to the inside of Tomcat's connectors, which the servlet API does not show. */
    private static final class Tomcats {
        static List<AbstractEndpoint<?, ?>> endpoints(ServletContext context) throws ReflectiveOperationException {
            Context own = (Context) inside(inside(context));
            Engine engine = (Engine) own.getParent().getParent();
            Method endpoint = AbstractProtocol.class.getDeclaredMethod("getEndpoint");
            endpoint.setAccessible(true);
            List<AbstractEndpoint<?, ?>> all = new ArrayList<>();
            for (Connector connector : engine.getService().findConnectors()) {
                if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                    all.add((AbstractEndpoint<?, ?>) endpoint.invoke(protocol));
                }
            }
            return all;
        }

        private static Object inside(Object facade) throws ReflectiveOperationException {
            Field context = facade.getClass().getDeclaredField("context");
            context.setAccessible(true);
            Object found = context.get(facade);
            if (found == null) {
                throw new NoSuchFieldException("no context in " + facade.getClass());
            }
            return found;
        }
    }
}
