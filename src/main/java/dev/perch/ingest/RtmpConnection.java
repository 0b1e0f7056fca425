package dev.perch.ingest;

import dev.perch.access.Action;
import dev.perch.access.Caller;
import dev.perch.access.Permit;
import dev.perch.access.Verdict;
import dev.perch.audience.AddressShares;
import dev.perch.audience.InboundBound;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.camera.WildcardCameras;
import dev.perch.media.Encoding;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import dev.perch.memory.Lease;
import dev.perch.rtmp.RtmpException;
import dev.perch.rtmp.RtmpMemory;
import dev.perch.rtmp.RtmpServer;
import dev.perch.rtmp.StreamRequest;
import dev.perch.source.PublishedSource;
import dev.perch.source.PublishedTags;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One RTMP connection, from its first byte to its last. Used by the port's thread only. */
final class RtmpConnection implements RtmpServer.Listener, RtmpMemory {
    private static final System.Logger LOG = System.getLogger(RtmpConnection.class.getName());

    /** Larger than a frame, so that each goes out in one piece; nginx's module accepts chunks of up to 10 MiB. */
    static final int CHUNK_BYTES = 4 << 20;

    /** How long a client may take to say what it wants. */
    private static final long IDLE_NANOS = 10_000_000_000L;

    /** The most bytes a second from a client that does not publish: commands, and the media that one read may have behind them. */
    private static final int MOST_UNPUBLISHED_BYTES = 2 * InboundBound.MOST_BYTES;

    private final RtmpPort port;
    private final Wire wire;
    private final GrowingLease heap;
    private final RtmpServer session;
    private final String network; // of its address
    private final long openedNanos;
    private final int tlsBytes;
    private final InboundBound inbound = new InboundBound(MOST_UNPUBLISHED_BYTES);
    private int drawnBytes; // drawn by the session
    private int tagBytes; // held for the published tags
    private long lastReadNanos;
    private long lastSentNanos;
    private @Nullable RtmpPublisher publisher;
    private @Nullable RtmpPlayer player;
    private boolean closed;

    RtmpConnection(RtmpPort port, SocketChannel channel, SelectionKey key, long seed)
            throws IOException, RtmpException {
        this.port = port;
        this.heap = new GrowingLease(port.heap(), "rtmp", "rtmp");
        this.tlsBytes = Wire.heldBytes(port.tls());
        this.openedNanos = port.clock().nanoTime();
        this.lastReadNanos = openedNanos;
        this.lastSentNanos = openedNanos;
        this.session = new RtmpServer(this, CHUNK_BYTES, seed, this); // draws heap, and covers what TLS takes
        Wire made = null;
        try {
            made = new Wire(channel, key, port.tls(), () -> port.execute(this::computed));
        } finally {
            if (made == null) {
                session.close();
                heap.close();
            }
        }
        this.wire = made;
        this.network = AddressShares.network(made.address());
    }

    InetAddress address() {
        return wire.address();
    }

    /** Returns the network of its address. */
    String network() {
        return network;
    }

    /** Returns true if the client has not said what it wants, or was refused. */
    boolean idle() {
        return publisher == null && player == null;
    }

    // ---- its memory

    @Override
    public boolean draw(int bytes) {
        try {
            heap.cover((long) drawnBytes + bytes + tagBytes + tlsBytes);
            drawnBytes += bytes;
            return true;
        } catch (BudgetExceededException full) {
            LOG.log(Level.DEBUG, "no memory for an RTMP connection", full);
            return false;
        }
    }

    @Override
    public void giveBack(int bytes) {
        drawnBytes -= bytes;
    }

    // ---- bytes

    /** Reads the available bytes once. */
    void readable(ByteBuffer buffer) {
        buffer.clear();
        try {
            int count = wire.read(buffer);
            if (count < 0) {
                end("The publisher has gone.");
                return;
            }
            if (count > 0) {
                lastReadNanos = port.clock().nanoTime();
                if (publisher == null && inbound.exceededBy(count, lastReadNanos)) {
                    throw new RtmpException("The client sends more than anybody asked for.");
                }
                receive(buffer.flip());
            }
            flush();
            look(lastReadNanos);
        } catch (RtmpException refused) {
            LOG.log(Level.DEBUG, "an RTMP connection ends: {0}", refused.getMessage());
            lastWords();
            end(String.valueOf(refused.getMessage()));
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "an RTMP connection was cut", gone);
            end("The publisher's connection was cut.");
        }
    }

    /** Continues after a handshake's computation. */
    private void computed() {
        if (!closed) {
            wire.computed();
            port.read(this);
        }
    }

    private void receive(ByteBuffer piece) throws RtmpException, IOException {
        RtmpPlayer playing = player;
        if (playing == null) {
            session.receive(piece);
        } else {
            playing.handle(() -> session.receive(piece));
        }
    }

    /** Called when the connection takes bytes again. */
    void writable() {
        RtmpPlayer playing = player;
        if (playing == null) {
            flush();
            if (!closed && !wire.pending()) {
                port.read(this); // a handshake may have waited for room
            }
        } else {
            wire.await(/* more= */ false);
            playing.room();
        }
    }

    /** Sends as much as the connection takes; the rest follows when it takes more. A player sends by itself. */
    private void flush() {
        if (closed || player != null) {
            return;
        }
        try {
            ByteBuffer pending = session.output();
            if (wire.out().write(pending) > 0) {
                lastSentNanos = port.clock().nanoTime();
            }
            boolean more = pending.hasRemaining();
            wire.await(more);
            if (!more && session.closing() && !wire.pending()) {
                end("The connection was ended.");
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "an RTMP connection was cut", gone);
            end("The publisher's connection was cut.");
        }
    }

    private void lastWords() {
        if (player != null) {
            return; // the player's pump may be sending
        }
        try {
            wire.out().write(session.output());
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "the other end is gone", gone);
        }
    }

    /** Checks for what did not happen. Called about once a second. */
    void look(long nowNanos) {
        if (closed) {
            return;
        }
        RtmpPublisher present = publisher;
        if (present != null) {
            String trouble = present.trouble(nowNanos, lastReadNanos);
            if (!trouble.isEmpty()) {
                stop(trouble);
            }
        } else if (player == null && nowNanos - openedNanos > IDLE_NANOS) {
            end("The client did not say what it wants.");
        }
        if (player == null && !closed && session.output().hasRemaining() && nowNanos - lastSentNanos > IDLE_NANOS) {
            end("The client reads nothing.");
        }
    }

    /** Ends a publication from this side, and tells the publisher why. */
    private void stop(String why) {
        try {
            session.end(why);
            lastWords();
        } catch (RtmpException full) {
            LOG.log(Level.DEBUG, "a publisher is not told why it ends", full);
        }
        end(why);
    }

    /** Runs {@code task} on the port's thread, and sends the bytes that result. Any thread. */
    private void later(Runnable task) {
        port.execute(() -> {
            task.run();
            if (!closed) {
                flush();
            }
        });
    }

    // ---- what the client wants

    @Override
    public void publishWanted(StreamRequest request) throws RtmpException {
        StreamPath path = StreamPath.of(request);
        Optional<Camera> camera = port.cameras().named(path.camera());
        boolean there = camera.map(known -> known.source() instanceof PublishedSource)
                .orElseGet(() -> path.live()
                        && port.cameras().wildcards().of(path.camera()).isPresent());
        Verdict verdict = port.access()
                .decideNamed(
                        RtmpCaller.of(request, path, address(), port.number()), Action.PUBLISH, path.camera(), there);
        if (verdict == Verdict.UNKNOWN) {
            session.refuse("NetStream.Publish.BadName", "No camera of this name is published to.");
            return;
        }
        if (verdict != Verdict.ALLOWED) {
            if (there) {
                port.refusals()
                        .refused(
                                network,
                                RtmpCaller.mayNotPublish(path, address(), verdict),
                                port.clock().nanoTime());
            }
            session.refuse("NetStream.Publish.Denied", RtmpCaller.sentence(verdict));
            return;
        }
        try {
            String name = camera.map(Camera::id).orElse(path.camera());
            Camera admitted = port.cameras().wildcards().admit(name); // an existing one may be just going
            publish(path, (PublishedSource) admitted.source());
        } catch (WildcardCameras.FullException full) {
            session.refuse("NetStream.Publish.BadName", String.valueOf(full.getMessage()));
        }
    }

    private void publish(StreamPath path, PublishedSource source) throws RtmpException {
        RtmpPublisher wanted = new RtmpPublisher(path.camera(), source, session, port.clock(), this::later, this::stop);
        try {
            heap.cover((long) drawnBytes + PublishedTags.HELD_BYTES + tlsBytes);
            tagBytes = PublishedTags.HELD_BYTES;
        } catch (BudgetExceededException full) {
            session.refuse("NetStream.Publish.Failed", String.valueOf(full.getMessage()));
            return;
        }
        publisher = wanted;
        if (!wanted.admit()) {
            publisher = null;
            session.refuse("NetStream.Publish.BadName", "Another publishes to this camera.");
        }
    }

    @Override
    public void playWanted(StreamRequest request) throws RtmpException {
        if (player != null || publisher != null) {
            session.refuse("NetStream.Play.Failed", "A connection plays one camera.");
            return;
        }
        Optional<String> refusal = port.cameras().watch().refusal();
        if (refusal.isPresent()) {
            port.audience().turnAway();
            session.refuse("NetStream.Play.Failed", refusal.get());
            return;
        }
        StreamPath path = StreamPath.of(request);
        Optional<Camera> camera = port.cameras().named(path.camera());
        Caller caller = RtmpCaller.of(request, path, address(), port.number());
        Verdict verdict = port.access().decideNamed(caller, Action.WATCH, path.camera(), camera.isPresent());
        if (verdict == Verdict.UNKNOWN) {
            session.refuse("NetStream.Play.StreamNotFound", "No camera has this name.");
            return;
        }
        if (verdict != Verdict.ALLOWED || camera.isEmpty()) {
            session.refuse("NetStream.Play.Failed", RtmpCaller.sentence(verdict));
            return;
        }
        Permit permit = port.access().permit(caller, Action.WATCH, Optional.of(path.camera()));
        List<Watch> watches = new ArrayList<>();
        try {
            Lease lease = port.entrance().lease(address(), camera.get());
            try {
                play(camera.get(), watches, lease, permit);
            } catch (UnavailableException unavailable) {
                lease.close();
                watches.forEach(Watch::close);
                session.refuse("NetStream.Play.Failed", String.valueOf(unavailable.getMessage()));
            }
        } catch (BudgetExceededException | AddressShares.FullException | ViewerBounds.FullException full) {
            session.refuse("NetStream.Play.Failed", String.valueOf(full.getMessage()));
        }
    }

    private void play(Camera camera, List<Watch> watches, Lease lease, Permit permit) throws UnavailableException {
        if (camera.sound().possible() && permit.may(Action.LISTEN)) {
            permit.heard();
            watches.add(camera.sound().listen(/* packager= */ null));
        }
        watches.add(0, camera.watch(Encoding.H264, /* packager= */ null));
        RtmpLine line = new RtmpLine(wire, () -> port.execute(() -> end("The player's stream has ended.")));
        AtomicReference<Runnable> forget = new AtomicReference<>(() -> {});
        Lease own = lease.with(() -> Objects.requireNonNull(forget.get()).run());
        RtmpPlayer made = new RtmpPlayer(new ReentrantLock(), port.audience(), line, own, session, watches);
        player = made;
        forget.set(permit.hold(made::dismiss));
        port.execute(made::begin); // the pump uses the session, which is still handling input
    }

    @Override
    public void ended() {
        endPublication("The publisher has ended.");
        if (player != null) {
            port.execute(() -> end("The player has ended."));
        }
    }

    private void endPublication(String why) {
        RtmpPublisher present = publisher;
        publisher = null;
        if (present != null) {
            present.end(why);
        }
    }

    /** Closes the connection. Does nothing the second time. */
    void end(String why) {
        if (closed) {
            return;
        }
        closed = true;
        endPublication(why);
        RtmpPlayer playing = player;
        if (playing != null) {
            playing.gone();
        }
        session.close();
        heap.close();
        try {
            wire.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a connection did not close in order", gone);
        }
        port.left(this);
    }
}
