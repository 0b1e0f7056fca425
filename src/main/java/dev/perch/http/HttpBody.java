package dev.perch.http;

import java.io.EOFException;
import java.io.IOException;

/** The body of an answer (RFC 9112 §6, §7.1): chunked, of a given length, or up to the end of the connection. For one thread. */
public final class HttpBody {
    private static final int MOST_LINE_BYTES = 1024;
    private static final int MOST_TRAILERS = 64;

    private final HttpInput in;
    private final boolean chunked;
    private long left; // of the chunk or the body; Long.MAX_VALUE up to the connection's end
    private boolean first = true;
    private boolean ended;

    private HttpBody(HttpInput in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
        this.ended = !chunked && left == 0;
    }

    static HttpBody chunked(HttpInput in) {
        return new HttpBody(in, /* chunked= */ true, 0);
    }

    static HttpBody ofLength(HttpInput in, long bytes) {
        return new HttpBody(in, /* chunked= */ false, bytes);
    }

    static HttpBody toTheEnd(HttpInput in) {
        return new HttpBody(in, /* chunked= */ false, Long.MAX_VALUE);
    }

    /**
     * Reads the available bytes, and waits if there are none.
     *
     * @return the number of bytes, at least one; -1 at the end of the body
     * @throws EOFException if the connection ended before the body
     */
    public int read(byte[] into, int offset, int most) throws IOException {
        if (chunked && left == 0 && !ended) {
            chunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(left, most));
        if (count < 0) {
            if (left == Long.MAX_VALUE) {
                ended = true;
                return -1;
            }
            throw new EOFException();
        }
        if (left != Long.MAX_VALUE) {
            left -= count;
            ended = left == 0 && !chunked;
        }
        return count;
    }

    /** Reads the head of the next chunk, after the line end of the previous one. */
    private void chunk() throws IOException {
        if (!first && !in.line(1).isEmpty()) {
            throw new HttpFormatException("sends chunks whose lengths are wrong.");
        }
        first = false;
        String line = in.line(MOST_LINE_BYTES);
        String digits = line.replaceFirst("[;\\s].*", "");
        if (!digits.matches("[0-9A-Fa-f]{1,15}")) {
            throw new HttpFormatException("sends a chunk without a length.");
        }
        left = Long.parseLong(digits, 16);
        if (left == 0) {
            ended = true;
            int trailers = 0;
            while (!in.line(MOST_LINE_BYTES).isEmpty()) {
                if (++trailers > MOST_TRAILERS) {
                    throw new HttpFormatException("sends no end of its trailers.");
                }
            }
        }
    }
}
