package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes a {@code multipart/x-mixed-replace} of JPEG images apart (RFC 2046 §5.1), as cameras write it: heads of lines, then an image whose length the head tells. Where the
 * first head tells no length, or nothing at all, images are found by their own markers from there on. For one thread; nothing is allocated for a part.
 */
final class MultipartReader {
    private static final int MOST_HEAD_BYTES = 8 << 10;
    private static final int MOST_LINE_BYTES = 256; // longer lines are of no use here
    private static final int MOST_PART_BYTES = 16 << 20;
    private static final byte[] LENGTH = ascii("content-length:");
    private static final byte[] TIMESTAMP = ascii("x-timestamp:");
    private static final byte[] TYPE = ascii("content-type:");
    private static final byte MARKER = (byte) 0xff; // ITU-T T.81 §B.1.1.2: an image begins with one
    private static final byte[] JPEG = ascii("image/jp");

    /** Receives the parts. */
    interface Output {
        /**
         * Called at the beginning of a part.
         *
         * @param stampMicros from {@code X-Timestamp}, or {@link FarClock#UNTOLD}
         * @return whether the part's bytes are wanted
         */
        boolean begin(long stampMicros);

        /**
         * Called with bytes.
         *
         * @param ofPart whether they belong to the part that has begun; else the images must be found among them
         */
        void bytes(ByteBuffer piece, boolean ofPart);
    }

    private enum State {
        HEAD,
        PART,
        SKIP,
        UNPARTED
    }

    private final Output output;
    private final String source;
    private final byte[] line = new byte[MOST_LINE_BYTES];
    private State state = State.HEAD;
    private int lineBytes;
    private int headBytes;
    private boolean field; // whether the head has one
    private boolean headed; // whether a boundary has begun the head
    private boolean empty; // whether that head has ended without a field that is known
    private boolean picture = true; // unless the head says another type
    private long length = -1;
    private long stampMicros = FarClock.UNTOLD;
    private int left; // bytes left of the part

    /**
     * Creates a reader.
     *
     * @param source the server's name, for messages
     */
    MultipartReader(String source, Output output) {
        this.source = source;
        this.output = output;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the bytes between position and limit and moves the position to the limit. */
    void bytes(ByteBuffer piece) throws CaptureException {
        while (piece.hasRemaining()) {
            switch (state) {
                case HEAD -> head(piece);
                case PART, SKIP -> part(piece);
                case UNPARTED -> output.bytes(piece, /* ofPart= */ false);
            }
        }
    }

    private void part(ByteBuffer piece) {
        int count = Math.min(left, piece.remaining());
        int limit = piece.limit();
        piece.limit(piece.position() + count);
        if (state == State.PART) {
            output.bytes(piece, /* ofPart= */ true);
        }
        piece.position(piece.limit()).limit(limit);
        left -= count;
        if (left == 0) {
            state = State.HEAD;
        }
    }

    private void head(ByteBuffer piece) throws CaptureException {
        while (piece.hasRemaining() && state == State.HEAD) {
            byte b = piece.get();
            if (empty && lineBytes == 0 && b == MARKER) {
                piece.position(piece.position() - 1);
                begin();
                return;
            }
            if (++headBytes > MOST_HEAD_BYTES) {
                throw new CaptureException(
                        Kind.UNSUPPORTED,
                        source + " sends no pictures in its parts, or heads of more than " + MOST_HEAD_BYTES
                                + " bytes.");
            }
            if (b == '\n') {
                line();
                lineBytes = 0;
            } else if (lineBytes < MOST_LINE_BYTES) {
                line[lineBytes++] = b;
            }
        }
    }

    private void line() throws CaptureException {
        if (lineBytes > 0 && line[lineBytes - 1] == '\r') {
            lineBytes--;
        }
        if (lineBytes > 0) {
            field();
        } else if (field) {
            begin();
        } else {
            empty = headed;
        }
    }

    private void field() {
        boolean boundary = line[0] == '-' && lineBytes > 1 && line[1] == '-';
        headed |= boundary;
        empty = false;
        field = !boundary && (field || starts(LENGTH) || starts(TYPE) || starts(TIMESTAMP));
        if (starts(LENGTH)) {
            length = number(LENGTH.length, 0);
        } else if (starts(TIMESTAMP)) {
            stampMicros = number(TIMESTAMP.length, 6);
        } else if (starts(TYPE)) {
            int at = blanks(TYPE.length);
            picture = starts(JPEG, at);
        }
    }

    private boolean starts(byte[] lowerCase) {
        return starts(lowerCase, 0);
    }

    private boolean starts(byte[] lowerCase, int at) {
        if (lineBytes < at + lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte b = line[at + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private int blanks(int at) {
        int next = at;
        while (next < lineBytes && (line[next] == ' ' || line[next] == '\t')) {
            next++;
        }
        return next;
    }

    /** Reads a decimal number, multiplied by ten to the power of {@code decimals}; -1, which no head has, if there is none. */
    private long number(int from, int decimals) {
        int at = blanks(from);
        long value = 0;
        int digits = 0;
        int after = -1;
        for (; at < lineBytes && digits < 17 && after < decimals; at++) {
            if (line[at] == '.' && after < 0 && decimals > 0) {
                after = 0;
            } else if (line[at] >= '0' && line[at] <= '9') {
                value = value * 10 + line[at] - '0';
                digits++;
                after += after < 0 ? 0 : 1;
            } else {
                break;
            }
        }
        for (int i = Math.max(0, after); i < decimals; i++) {
            value *= 10;
        }
        return digits == 0 || value < 0 ? -1 : value;
    }

    private void begin() throws CaptureException {
        long stamp = stampMicros < 0 ? FarClock.UNTOLD : stampMicros;
        if (length > MOST_PART_BYTES) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    source + " sends a part of " + length + " bytes, and " + MOST_PART_BYTES + " are taken.");
        }
        if (length < 0 && !picture) {
            throw new CaptureException(Kind.UNSUPPORTED, source + " sends parts that are no JPEG images.");
        }
        boolean wanted = picture && output.begin(stamp);
        if (length <= 0 && picture) { // some cameras tell none, or 0
            state = State.UNPARTED;
        } else if (length > 0) {
            state = wanted ? State.PART : State.SKIP;
            left = (int) length;
        }
        headBytes = 0;
        field = false;
        headed = false;
        empty = false;
        picture = true;
        length = -1;
        stampMicros = FarClock.UNTOLD;
    }
}
