package dev.perch.ingest;

import dev.perch.access.Access;
import dev.perch.audience.AddressShares;
import dev.perch.audience.Audience;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Clock;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.rtmp.RtmpException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The port for publishers and players by RTMP: one thread for the port and all its connections. */
public final class RtmpPort implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RtmpPort.class.getName());

    /** More connections than publish to one small machine. */
    private static final int MOST_CONNECTIONS = 512;

    private static final int BACKLOG = 128;

    /** The most connections accepted in a row. */
    private static final int MOST_ACCEPTS = 16;

    private static final int READ_BYTES = 64 << 10;
    private static final long TICK_MILLIS = 500;
    private static final long STOP_MILLIS = 3_000;

    /** The most TLS connections that have not said what they want, whose handshakes cost much. */
    private static final int MOST_HANDSHAKES = 64;

    private final Served served;
    private final @Nullable Tls tls;
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Thread thread;
    private final Set<RtmpConnection> connections = new LinkedHashSet<>(); // in order; used by the thread only
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final SecureRandom random = new SecureRandom();
    private final RefusalLog refusals = new RefusalLog();
    private volatile boolean closed;

    /**
     * The program behind the port.
     *
     * @param entrance admits players
     * @param heap limits what connections take of the Java heap
     */
    public record Served(Cameras cameras, Access access, Audience audience, Entrance entrance, MemoryBudget heap) {}

    /** Leases the memory of a player, or refuses it. */
    public interface Entrance {
        /**
         * Returns the lease of a player of {@code camera}.
         *
         * @throws BudgetExceededException if there is no room
         * @throws AddressShares.FullException if its address has as many viewers as it may
         * @throws ViewerBounds.FullException if no more may watch
         */
        Lease lease(InetAddress address, Camera camera) throws BudgetExceededException;
    }

    private RtmpPort(Served served, @Nullable Tls tls, ServerSocketChannel listener, Selector selector) {
        this.served = served;
        this.tls = tls;
        this.listener = listener;
        this.selector = selector;
        this.accepting = listener.keyFor(selector);
        this.thread = new Thread(this::run, tls == null ? "perch-rtmp" : "perch-rtmps");
        thread.setDaemon(true);
    }

    /**
     * Begins to listen.
     *
     * @param tls for the port; null for none
     * @throws IOException if the port cannot be opened
     */
    public static RtmpPort open(String address, int number, @Nullable Tls tls, Served served) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        Selector selector = Selector.open();
        try {
            listener.bind(new InetSocketAddress(address, number), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException taken) {
            listener.close();
            selector.close();
            throw new IOException(
                    "rtmp: port " + number + " of " + address + " cannot be had: " + taken.getMessage(), taken);
        }
        RtmpPort port = new RtmpPort(served, tls, listener, selector);
        port.thread.start();
        return port;
    }

    /** Returns the port's number. */
    public int number() {
        return listener.socket().getLocalPort();
    }

    Cameras cameras() {
        return served.cameras();
    }

    Access access() {
        return served.access();
    }

    @Nullable
    Tls tls() {
        return tls;
    }

    MemoryBudget heap() {
        return served.heap();
    }

    Audience audience() {
        return served.audience();
    }

    Entrance entrance() {
        return served.entrance();
    }

    RefusalLog refusals() {
        return refusals;
    }

    Clock clock() {
        return served.cameras().clock();
    }

    /** Runs {@code task} soon on the port's thread. Any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Makes a connection read the bytes that it holds or that have arrived. The port's thread. */
    void read(RtmpConnection connection) {
        connection.readable(buffer);
    }

    void left(RtmpConnection connection) {
        connections.remove(connection);
    }

    private void run() {
        long looked = clock().nanoTime();
        while (!closed) {
            try {
                selector.select(this::ready, TICK_MILLIS);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long nowNanos = clock().nanoTime();
                if (nowNanos - looked >= TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
                    looked = nowNanos;
                    accepting.interestOps(SelectionKey.OP_ACCEPT);
                    List.copyOf(connections).forEach(connection -> connection.look(nowNanos));
                }
            } catch (IOException | RuntimeException | Error fault) {
                cameras().pool().budget().faults().tell("the RTMP port", fault);
                LOG.log(Level.ERROR, "the RTMP port failed and goes on", fault);
            }
        }
        List.copyOf(connections).forEach(connection -> connection.end("Perch is stopping."));
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            accept();
            return;
        }
        RtmpConnection connection = (RtmpConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.writable();
            }
            if (key.isValid() && key.isReadable()) {
                connection.readable(buffer);
            }
        } catch (RuntimeException | Error fault) {
            connection.end("The connection ended by a defect of Perch.");
            throw fault;
        }
    }

    /** Accepts some waiting connections at a time: a crowd must not come in one by one, nor hold up those who are in. */
    private void accept() {
        boolean more = true;
        for (int i = 0; more && i < MOST_ACCEPTS; i++) {
            more = acceptOne();
        }
    }

    private boolean acceptOne() {
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return false;
            }
            if (connections.size() >= MOST_CONNECTIONS || (tls != null && idle() >= MOST_HANDSHAKES)) {
                makeRoom();
            }
            if (connections.size() >= MOST_CONNECTIONS || !opened(channel)) {
                channel.close();
            }
            return true;
        } catch (IOException trouble) {
            LOG.log(Level.DEBUG, "an RTMP connection could not be taken", trouble);
            accepting.interestOps(0); // until the next look; the usual reason is a lack of descriptors
            return false;
        }
    }

    private boolean opened(SocketChannel channel) throws IOException {
        boolean opened = false;
        try {
            channel.configureBlocking(false);
            channel.socket().setTcpNoDelay(true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            RtmpConnection connection = new RtmpConnection(this, channel, key, random.nextLong());
            key.attach(connection);
            connections.add(connection);
            opened = true;
        } catch (RtmpException full) {
            LOG.log(Level.DEBUG, "an RTMP connection could not be taken: {0}", full.getMessage());
        } finally {
            if (!opened) {
                channel.close();
            }
        }
        return opened;
    }

    private int idle() {
        int count = 0;
        for (RtmpConnection connection : connections) {
            count += connection.idle() ? 1 : 0;
        }
        return count;
    }

    /**
     * Ends the oldest connection that wants nothing yet, of the address that has most of them. A flood displaces its own: this is done for each that
     * comes.
     */
    private void makeRoom() {
        Map<String, Integer> idle = new HashMap<>();
        String most = "";
        int count = 0;
        for (RtmpConnection connection : connections) {
            if (connection.idle()) {
                int same = idle.merge(connection.network(), 1, Integer::sum);
                if (same > count) {
                    count = same;
                    most = connection.network();
                }
            }
        }
        for (RtmpConnection connection : connections) {
            if (connection.idle() && connection.network().equals(most)) {
                connection.end("Too many connect.");
                return;
            }
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(STOP_MILLIS);
            selector.close();
            listener.close();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "the RTMP port did not close in order", gone);
        }
    }
}
