package dev.perch.websocket;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;

/**
 * Parses the frames of a client, which come in pieces of any size (RFC 6455 §5). Messages are checked and dropped: only pings, pongs and the close of
 * a viewer matter. Holds at most one control frame's payload. Used under the connection's lock.
 */
public final class ClientFrames {
    /** The most bytes accepted of a message. */
    public static final int MOST_MESSAGE_BYTES = 4096;

    private static final int MASK_BYTES = 4;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x8;
    private static final int NO_CODE = 1005; // §7.1.5: a Close without one

    /** Receives the control frames of a client. */
    public interface Listener {
        /** Called with a ping, to be answered with this payload. */
        void onPing(Bytes payload);

        /** Called with a pong: the client is alive. */
        void onPong();

        /**
         * Called when the client closes.
         *
         * @param code the code to answer with
         */
        void onClose(int code);
    }

    private final Listener listener;
    private final ByteBuffer header =
            ByteBuffer.allocate(ServerFrames.HEADER_BYTES + MASK_BYTES).limit(2);
    private final ByteBuffer control = ByteBuffer.allocate(ServerFrames.MOST_CONTROL_BYTES);
    private boolean inPayload;
    private boolean inMessage; // true between a message's first fragment and its last
    private int messageBytes;
    private int leftBytes; // of the payload
    private int maskAt;
    private int violation;
    private long frames;

    public ClientFrames(Listener listener) {
        this.listener = listener;
    }

    /**
     * Takes all of {@code bytes}.
     *
     * @return the code to close the connection with; 0 if nothing is wrong
     */
    public int take(ByteBuffer bytes) {
        while (bytes.hasRemaining() && violation == 0) {
            if (inPayload) {
                payload(bytes);
            } else {
                header(bytes);
            }
        }
        return violation;
    }

    /** Returns the number of frames that have begun since the start. */
    public long frames() {
        return frames;
    }

    private void header(ByteBuffer bytes) {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return;
        }
        if (header.limit() == 2) {
            header.limit(headerBytes());
            violation = fault();
        }
        if (violation == 0 && !header.hasRemaining()) {
            begin();
        }
    }

    private int headerBytes() {
        int length = header.get(1) & 0x7F;
        return 2 + MASK_BYTES + (length == 127 ? Long.BYTES : length == 126 ? Short.BYTES : 0);
    }

    /**
     * Checks the first two bytes: §5.1 (masking), §5.2 (reserved bits), §5.4 (fragments), §5.5 (control frames).
     *
     * @return the code to close with; 0 if they are right
     */
    private int fault() {
        int first = header.get(0);
        int opcode = first & 0xF;
        boolean isControl = opcode >= CONTROL;
        boolean masked = (header.get(1) & MASKED) != 0;
        boolean known = isControl ? opcode <= ServerFrames.PONG : opcode <= ServerFrames.BINARY;
        boolean ordered = isControl || inMessage == (opcode == 0);
        boolean small = !isControl || ((first & FINAL) != 0 && headerBytes() == 2 + MASK_BYTES);
        boolean right = masked && (first & RESERVED) == 0 && known && ordered && small;
        return right ? 0 : ServerFrames.PROTOCOL_ERROR;
    }

    private void begin() {
        frames++;
        int bytes = header.limit();
        long length = bytes == 2 + MASK_BYTES
                ? header.get(1) & 0x7F
                : bytes == 2 + MASK_BYTES + Short.BYTES ? header.getShort(2) & 0xFFFF : header.getLong(2);
        boolean isControl = (header.get(0) & CONTROL) != 0;
        messageBytes = isControl || inMessage ? messageBytes : 0;
        if (length < 0 || length > MOST_MESSAGE_BYTES - (isControl ? 0 : messageBytes)) {
            violation = ServerFrames.TOO_BIG;
            return;
        }
        if (!isControl) {
            inMessage = (header.get(0) & FINAL) == 0;
            messageBytes += (int) length;
        }
        leftBytes = (int) length;
        maskAt = 0;
        control.clear();
        inPayload = true;
        endIfWhole();
    }

    private void payload(ByteBuffer bytes) {
        int some = Math.min(leftBytes, bytes.remaining());
        if ((header.get(0) & CONTROL) != 0) {
            int mask = header.limit() - MASK_BYTES;
            for (int i = 0; i < some; i++) {
                control.put((byte) (bytes.get() ^ header.get(mask + maskAt++ % MASK_BYTES)));
            }
        } else {
            bytes.position(bytes.position() + some);
        }
        leftBytes -= some;
        endIfWhole();
    }

    private void endIfWhole() {
        if (leftBytes > 0) {
            return;
        }
        inPayload = false;
        header.clear().limit(2);
        switch (header.get(0) & 0xF) {
            case ServerFrames.PING -> listener.onPing(Bytes.copyOf(control.flip()));
            case ServerFrames.PONG -> listener.onPong();
            case ServerFrames.CLOSE -> close(control.flip());
            default -> {} // a message, which is ignored
        }
    }

    /** Takes a Close, whose payload is a code of two bytes that may be sent, or nothing (§7.4). */
    private void close(ByteBuffer payload) {
        int code = payload.remaining() >= 2 ? payload.getShort(0) & 0xFFFF : NO_CODE;
        boolean sendable = code >= 1000 && code < 5000 && (code < 1004 || code > 1006) && (code < 1016 || code >= 3000);
        if (payload.hasRemaining() && (!sendable || code == 1015)) {
            violation = ServerFrames.PROTOCOL_ERROR;
        } else {
            listener.onClose(code == NO_CODE ? ServerFrames.NORMAL : code);
        }
    }
}
