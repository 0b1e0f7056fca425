package dev.perch.web.live;

import dev.perch.audience.Audience;
import dev.perch.audience.Departure;
import dev.perch.audience.LineListener;
import dev.perch.audience.Viewer;
import dev.perch.camera.Camera;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.memory.Lease;
import dev.perch.web.line.Head;
import dev.perch.web.line.InboundBound;
import dev.perch.web.line.MessageLine;
import dev.perch.websocket.ClientFrames;
import dev.perch.websocket.PayloadFormat;
import dev.perch.websocket.ServerFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket with frames of one or more cameras. The cameras' pumps and the container's threads meet here under one lock; a message that has
 * begun is finished before another begins, and then it is the next camera's turn, so that each skips on its own.
 */
final class WebSocketViewer implements LineListener, Viewer, ClientFrames.Listener {
    /** So long a client may take to end its side. */
    private static final long GOODBYE_NANOS = 1_000_000_000L;

    private final ReentrantLock lock;
    private final Audience audience;
    private final PayloadFormat format;
    private final Lease lease;
    private final MessageLine line;
    private final Head head;
    private final List<Lane> lanes = new ArrayList<>();
    private final ClientFrames client = new ClientFrames(this);
    private final InboundBound frames = new InboundBound(InboundBound.MOST_FRAMES);

    /** Texts, init segments and control frames; whole frames that leave between messages. Few: nothing is added while the line is full. */
    private final Deque<ByteBuffer> notes = new ArrayDeque<>();

    private @Nullable Lane current; // whose frame is laid out
    private boolean begun; // whether some of it has left
    private int turn; // the lane that is asked next
    private @Nullable Bytes ping; // the client's last, not answered yet
    private boolean opened;
    private boolean closing; // a Close frame is among the notes, or has left
    private boolean heardClose;
    private long closeDueNanos; // when the connection ends after our Close; 0 while it does not
    private boolean over;
    private long lastSentNanos;
    private long lastProgressNanos = System.nanoTime();
    private long unansweredNanos; // since when the client owes a sign of life; 0 when it does not

    /** @param lock the one that {@code line} tells its events under */
    WebSocketViewer(ReentrantLock lock, Audience audience, PayloadFormat format, Lease lease, Hookup hookup) {
        this.lock = lock;
        this.audience = audience;
        this.format = format;
        this.lease = lease;
        this.line = hookup.line();
        this.head = hookup.head();
    }

    /** The connection, and the head that begins its answer. */
    record Hookup(MessageLine line, Head head) {}

    /** Begins: from now on the container and the pumps may call. On the request's thread. */
    void begin(List<Lane> all) {
        lanes.addAll(all);
        if (!audience.enter(this)) {
            shutDown();
            return;
        }
        boolean begun = false;
        try {
            line.open(this);
            lanes.forEach(lane -> lane.watch().serve(lane));
            begun = true;
        } finally {
            if (!begun) {
                fail();
            }
        }
    }

    private void fail() {
        lock.lock();
        try {
            onGone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean watches(Camera camera, Set<Encoding> encodings) {
        return encodings.contains(format.encoding()) && lanes.stream().anyMatch(lane -> lane.camera() == camera);
    }

    // ---- a pump's thread

    /** A frame of this camera came, or a quarter of a second has passed. */
    void deliver(Lane lane, long nowNanos) {
        lock.lock();
        try {
            if (over) {
                if (line.ended(nowNanos)) {
                    lane.watch().unserve(lane);
                }
                return;
            }
            lane.frameMayBeThere();
            if (line.writable()) {
                tellNews(lane);
                pingIfSilent(nowNanos);
                drain(nowNanos);
            } else if (nowNanos - lastProgressNanos > LiveViewer.RETRY_NANOS && line.retry()) {
                drain(nowNanos);
            }
            look(nowNanos);
        } catch (RuntimeException | Error fault) {
            onGone(); // whatever failed, what it holds goes back
            throw fault;
        } finally {
            lock.unlock();
        }
    }

    private void tellNews(Lane lane) {
        if (opened && !closing && lane.hasNews()) {
            add(ServerFrames.text(WallJson.camera(format, lane)));
        }
    }

    private void pingIfSilent(long nowNanos) {
        if (opened && !closing && nowNanos - lastSentNanos > LiveViewer.HEARTBEAT_NANOS) {
            unansweredNanos = unansweredNanos == 0 ? nowNanos : unansweredNanos;
            add(ServerFrames.ping());
        }
    }

    private void look(long nowNanos) {
        if (over) {
            return;
        }
        if (!line.writable() && nowNanos - lastProgressNanos > LiveViewer.STALL_NANOS) {
            end(Departure.STALLED);
        } else if (unansweredNanos != 0 && nowNanos - unansweredNanos > LiveViewer.STALL_NANOS) {
            end(Departure.GONE);
        } else if (closeDueNanos != 0 && nowNanos - closeDueNanos > 0) {
            end(Departure.COMPLETE);
        }
    }

    // ---- writing, under the lock

    private void add(Bytes note) {
        if (note.size() > 0) {
            notes.add(note.buffer());
        }
    }

    private void drain(long nowNanos) {
        try {
            int sent = 0;
            while (!over && hasMore() && line.ready()) {
                int some = step();
                sent += some;
                if (some > 0) {
                    lastSentNanos = nowNanos;
                    lastProgressNanos = nowNanos;
                }
            }
            line.flush();
            audience.sent(sent);
            if (closing && !hasMore()) {
                saidGoodbye(nowNanos);
            }
        } catch (IOException gone) {
            end(Departure.GONE);
        } catch (FrameLostException tooSlow) {
            end(Departure.TOO_SLOW);
        }
    }

    /** Whether there is something to write; lays out the next message where the one before has left. */
    private boolean hasMore() throws FrameLostException {
        if (!opened) {
            opened = true;
            line.begin(head, Bytes.empty());
            // before a Close that came of what the client said at once
            notes.addFirst(ServerFrames.text(WallJson.cameras(format, lanes)).buffer());
        }
        if (current != null && begun) {
            return true;
        }
        if (ping != null) {
            add(ServerFrames.pong(ping));
            ping = null;
        }
        return !notes.isEmpty() || current != null || (!closing && layOut());
    }

    private boolean layOut() throws FrameLostException {
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get((turn + i) % lanes.size());
            if (lane.next()) {
                turn = (turn + i + 1) % lanes.size();
                current = lane;
                begun = false;
                Bytes opening = lane.opening();
                tellNews(lane);
                add(opening);
                return true;
            }
        }
        return false;
    }

    private int step() throws IOException, FrameLostException {
        ByteBuffer note = notes.peek();
        if (note != null && !begun) {
            int sent = line.write(note);
            if (!note.hasRemaining()) {
                notes.remove();
            }
            return sent;
        }
        Lane lane = current;
        if (lane == null) {
            return 0;
        }
        try {
            int sent = line.write(lane.outgoing());
            begun |= sent > 0;
            if (lane.outgoing().isEmpty()) {
                letGo(lane);
            }
            return sent;
        } catch (FrameLostException tooSlow) {
            if (begun) {
                throw tooSlow; // half a message cannot be taken back
            }
            letGo(lane);
            return 0;
        }
    }

    private void letGo(Lane lane) {
        lane.release();
        current = null;
        begun = false;
    }

    /** Says goodbye as soon as the message that is being sent has left. */
    private void close(int code) {
        if (closing || over) {
            return;
        }
        closing = true;
        if (current != null && !begun) {
            letGo(current);
        }
        add(ServerFrames.close(code));
        if (line.writable()) {
            drain(System.nanoTime());
        }
    }

    /** To a client that went first that is all; another may still be sending, and would lose our Close to a reset. */
    private void saidGoodbye(long nowNanos) {
        if (heardClose) {
            end(Departure.COMPLETE);
        } else if (closeDueNanos == 0) {
            closeDueNanos = nowNanos + GOODBYE_NANOS;
        }
    }

    private void end(Departure how) {
        if (over) {
            return;
        }
        over = true;
        lanes.forEach(lane -> lane.watch().close());
        lease.close();
        audience.leave(this, how);
        line.end(how);
        if (line.ended(System.nanoTime())) {
            unserve();
        }
    }

    private void unserve() {
        lanes.forEach(lane -> lane.watch().unserve(lane));
    }

    @Override
    public void shutDown() {
        lock.lock();
        try {
            close(ServerFrames.GOING_AWAY);
            end(Departure.SHUT_DOWN);
        } finally {
            lock.unlock();
        }
        line.close();
    }

    // ---- what the line tells, under the lock

    @Override
    public void onWritable() {
        if (!over) {
            long nowNanos = System.nanoTime();
            lastProgressNanos = nowNanos;
            drain(nowNanos);
        }
    }

    @Override
    public void onGone() {
        end(Departure.GONE);
        unserve();
    }

    @Override
    public void onReceived(ByteBuffer bytes) {
        unansweredNanos = 0;
        if (over || closing) {
            bytes.position(bytes.limit()); // §5.5.1: what follows a Close is not read
            return;
        }
        long before = client.frames();
        int violation = client.take(bytes);
        if (frames.exceededBy(client.frames() - before, System.nanoTime())) {
            onFlood();
        } else if (violation != 0) {
            close(violation);
        } else if (ping != null && line.writable()) {
            drain(System.nanoTime());
        }
    }

    @Override
    public void onFlood() {
        close(ServerFrames.POLICY_VIOLATION);
        end(Departure.GONE);
    }

    /** A WebSocket ends in both directions at once (RFC 6455 §7.1.1). */
    @Override
    public boolean onInputEnd() {
        onGone();
        return false;
    }

    // ---- what the client says

    @Override
    public void onPing(Bytes payload) {
        ping = payload; // §5.5.3: the last one's answer will do for all before it
    }

    @Override
    public void onPong() {
        // that something came is all there is to it
    }

    @Override
    public void onClose(int code) {
        heardClose = true;
        close(code);
    }
}
