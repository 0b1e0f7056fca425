package dev.perch.web.live;

import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.web.line.MessageLine;
import dev.perch.websocket.PayloadFormat;
import dev.perch.websocket.ServerFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one WebSocket in sending order. A message that has begun is finished before another one begins, and then it is the next camera's
 * turn, so that each camera skips on its own. Used under the connection's lock.
 */
final class Messages {
    private final PayloadFormat format;
    private final List<CameraChannel> channels;

    /**
     * Texts, init segments and control frames: whole frames that are sent between messages. They are few, because nothing is added while the line is
     * full.
     */
    private final Deque<ByteBuffer> notes = new ArrayDeque<>();

    private @Nullable CameraChannel current; // the channel whose frame is laid out
    private boolean begun; // whether some of it was sent
    private int turn; // the channel to ask next
    private long leftNanos; // the capture time of the last frame sent; 0 once returned

    Messages(PayloadFormat format, List<CameraChannel> channels) {
        this.format = format;
        this.channels = channels;
    }

    /** Puts the list of cameras before all other messages. */
    void listCameras() {
        notes.addFirst(ServerFrames.text(WallJson.cameras(format, channels)).buffer());
    }

    /** Adds what has changed about a camera since the viewer was last told. */
    void tellNews(CameraChannel channel) {
        if (channel.hasNews()) {
            add(ServerFrames.text(WallJson.camera(format, channel)));
        }
    }

    /** Adds whole frames to send between messages; nothing if {@code note} is empty. */
    void add(Bytes note) {
        if (note.size() > 0) {
            notes.add(note.buffer());
        }
    }

    /** Returns whether half a message was sent: the rest goes first. */
    boolean begun() {
        return begun;
    }

    /** Returns the capture time of the frame sent since the last call; 0 for none. */
    long takeLeft() {
        long left = leftNanos;
        leftNanos = 0;
        return left;
    }

    /** Returns whether anything waits to be sent. */
    boolean pending() {
        return current != null || !notes.isEmpty();
    }

    /** Lays out the next frame of the next camera that has one. Returns false if none has. */
    boolean layOut(long nowNanos) throws FrameLostException {
        for (int i = 0; i < channels.size(); i++) {
            CameraChannel channel = channels.get((turn + i) % channels.size());
            if (channel.next(nowNanos)) {
                turn = (turn + i + 1) % channels.size();
                current = channel;
                Bytes opening = channel.opening();
                tellNews(channel);
                add(opening);
                return true;
            }
        }
        return false;
    }

    /** Writes some of the current message, and returns the number of bytes sent. */
    int write(MessageLine line) throws IOException, FrameLostException {
        ByteBuffer note = notes.peek();
        if (note != null && !begun) {
            int sent = line.write(note);
            if (!note.hasRemaining()) {
                notes.remove();
            }
            return sent;
        }
        CameraChannel channel = current;
        return channel == null ? 0 : write(channel, line);
    }

    private int write(CameraChannel channel, MessageLine line) throws IOException, FrameLostException {
        try {
            int sent = line.write(channel.outgoing());
            begun |= sent > 0;
            if (channel.outgoing().isEmpty()) {
                leftNanos = channel.capturedNanos();
                letGo(channel);
            }
            return sent;
        } catch (FrameLostException tooSlow) {
            if (begun) {
                throw tooSlow; // half a message cannot be taken back
            }
            letGo(channel);
            return 0;
        }
    }

    private void letGo(CameraChannel channel) {
        channel.release();
        current = null;
        begun = false;
    }

    /** Takes back the laid out frame, unless some of it was sent. */
    void takeBack() {
        if (current != null && !begun) {
            letGo(current);
        }
    }
}
