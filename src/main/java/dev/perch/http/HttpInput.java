package dev.perch.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** The bytes of a connection: lines through a small buffer, bodies past it. For one thread. */
final class HttpInput {
    private static final int BUFFER_BYTES = 4 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long deadlineNanos;

    /**
     * Creates the input.
     *
     * @param headNanos how long lines may take until {@link #unhurried}
     */
    HttpInput(InputStream in, long headNanos) {
        this.in = in;
        this.deadlineNanos = System.nanoTime() + headNanos;
    }

    /** Lifts the time limit for lines, which from now on stand between the chunks of a body. */
    void unhurried() {
        deadlineNanos = Long.MAX_VALUE;
    }

    /**
     * Reads a line as ISO 8859-1 (RFC 9112 §2.2: a lone LF ends it too).
     *
     * @throws HttpFormatException if it is longer than {@code mostBytes}
     */
    String line(int mostBytes) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = read(); c != '\n'; c = read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (line.length() >= mostBytes) {
                throw new HttpFormatException("sends a line of more than " + mostBytes + " bytes.");
            }
            line.append((char) c);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return line.toString();
    }

    private int read() throws IOException {
        if (at == end) {
            if (deadlineNanos != Long.MAX_VALUE && System.nanoTime() - deadlineNanos > 0) {
                throw new SocketTimeoutException("the head of the answer takes too long");
            }
            at = 0;
            end = Math.max(0, in.read(buffer));
            if (end == 0) {
                return -1;
            }
        }
        return buffer[at++] & 0xff;
    }

    /** Reads the available bytes, at least one. Returns their number, -1 at the end. */
    int read(byte[] into, int offset, int most) throws IOException {
        if (at == end) {
            return in.read(into, offset, most);
        }
        int count = Math.min(most, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }
}
