package dev.perch.web.live;

import dev.perch.audience.Audience;
import dev.perch.audience.Delivery;
import dev.perch.audience.Departure;
import dev.perch.audience.InboundBound;
import dev.perch.camera.Watch;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.memory.Lease;
import dev.perch.web.line.Head;
import dev.perch.web.line.MessageLine;
import dev.perch.websocket.ClientFrames;
import dev.perch.websocket.ServerFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A WebSocket with frames of one or more cameras, with its opening, its pings and its closing handshake (RFC 6455 §5.5, §7). */
final class WebSocketViewer extends Delivery implements ClientFrames.Listener {
    /** How long a client may take to end its side. */
    private static final long GOODBYE_NANOS = 1_000_000_000L;

    private final MessageLine line;
    private final Head head;
    private final List<CameraChannel> channels;
    private final List<CameraChannel> channelOfWatch = new ArrayList<>();
    private final Messages messages;
    private final ClientFrames client = new ClientFrames(this);
    private final InboundBound frames = new InboundBound(InboundBound.MOST_FRAMES);

    private @Nullable Bytes ping; // the client's last ping, not answered yet
    private boolean opened;
    private boolean closing; // whether a Close frame is among the messages, or was sent
    private boolean heardClose;
    private long closeDueNanos; // when the connection ends after our Close; 0 while it does not
    private long unansweredNanos; // since when the client owes a sign of life; 0 if it does not

    /** A connection, the head of its answer, and the lock under which it reports its events. */
    record Connection(ReentrantLock lock, MessageLine line, Head head) {}

    WebSocketViewer(
            Audience audience, Lease lease, Connection connection, List<CameraChannel> channels, Messages messages) {
        super(connection.lock(), audience, connection.line(), lease);
        this.line = connection.line();
        this.head = connection.head();
        this.channels = channels;
        this.messages = messages;
    }

    @Override
    public String technique() {
        return "websocket";
    }

    /** Begins. Called on the request's thread. */
    void begin() {
        List<Watch> watches = new ArrayList<>();
        for (CameraChannel channel : channels) {
            channel.watches().forEach(watch -> {
                watches.add(watch);
                channelOfWatch.add(channel);
            });
        }
        begin(watches);
    }

    // ---- messages

    @Override
    protected void news(int watch) {
        CameraChannel channel = channelOfWatch.get(watch);
        channel.frameMayBeThere();
        if (opened && !closing && line.writable()) {
            messages.tellNews(channel);
        }
    }

    @Override
    protected boolean hasMore(long nowNanos) throws FrameLostException {
        if (!opened) {
            opened = true;
            line.begin(head, Bytes.empty());
            messages.listCameras(); // before a Close in answer to the client's first bytes
        }
        if (messages.begun()) {
            return true;
        }
        if (ping != null) {
            messages.add(ServerFrames.pong(ping));
            ping = null;
        }
        return messages.pending() || (!closing && messages.layOut(nowNanos));
    }

    @Override
    protected int write() throws IOException, FrameLostException {
        int sent = messages.write(line);
        long capturedNanos = messages.takeLeft();
        if (capturedNanos != 0) {
            left(capturedNanos);
        }
        return sent;
    }

    /** Returns true from the start, so that a camera without a publisher does not end the connection before the handshake is answered. */
    @Override
    protected boolean begun() {
        return opened;
    }

    @Override
    protected void await(boolean late) {
        if (late) {
            end(Departure.GONE);
        }
    }

    @Override
    protected boolean idle() {
        return opened && !closing && !messages.pending();
    }

    @Override
    protected void heartbeat(long nowNanos) {
        unansweredNanos = unansweredNanos == 0 ? nowNanos : unansweredNanos;
        messages.add(ServerFrames.ping());
    }

    @Override
    protected void look(long nowNanos) {
        if (unansweredNanos != 0 && nowNanos - unansweredNanos > STALL_NANOS) {
            end(Departure.GONE);
        } else if (closeDueNanos != 0 && nowNanos - closeDueNanos > 0) {
            end(Departure.COMPLETE);
        }
    }

    // ---- the end

    /** Sends a Close frame as soon as the current message was sent. */
    private void close(int code) {
        if (closing || over()) {
            return;
        }
        closing = true;
        messages.takeBack();
        messages.add(ServerFrames.close(code));
        if (line.writable()) {
            drain(nowNanos());
        }
    }

    @Override
    protected void drained(long nowNanos) {
        if (!closing || ping != null || messages.pending()) {
            return;
        }
        if (heardClose) {
            end(Departure.COMPLETE);
        } else if (closeDueNanos == 0) {
            closeDueNanos =
                    nowNanos + GOODBYE_NANOS; // the client may still be sending, and a reset would lose our Close
        }
    }

    @Override
    protected void sayGoodbye() {
        close(ServerFrames.GOING_AWAY);
    }

    @Override
    protected void sayNotAllowed(String why) {
        close(ServerFrames.POLICY_VIOLATION);
    }

    @Override
    public void onFlood() {
        close(ServerFrames.POLICY_VIOLATION);
        end(Departure.GONE);
    }

    /** Ends the connection. A WebSocket ends in both directions at once (RFC 6455 §7.1.1). */
    @Override
    public boolean onInputEnd() {
        onGone();
        return false;
    }

    // ---- what the client says

    @Override
    public void onReceived(ByteBuffer bytes) {
        unansweredNanos = 0;
        if (over() || closing) {
            bytes.position(bytes.limit()); // §5.5.1: what follows a Close is not read
            return;
        }
        long before = client.frames();
        int violation = client.take(bytes);
        if (frames.exceededBy(client.frames() - before, nowNanos())) {
            onFlood();
        } else if (violation != 0) {
            close(violation);
        } else if (ping != null && line.writable()) {
            drain(nowNanos());
        }
    }

    @Override
    public void onPing(Bytes payload) {
        ping = payload; // §5.5.3: the answer to the last ping serves for all before it
    }

    @Override
    public void onPong() {
        // only the fact that something came counts
    }

    @Override
    public void onClose(int code) {
        heardClose = true;
        close(code);
    }
}
