package dev.perch.mjpeg;

import dev.perch.feed.Frame;
import dev.perch.feed.Packager;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes each part's header block, once per frame for all viewers: type, length, and the wall clock of the capture (RFC 2046 §5.1). */
public final class PartHeads implements Packager {
    private static final byte[] TYPE_AND_LENGTH = ascii("Content-Type: image/jpeg\r\nContent-Length: ");
    private static final byte[] TIMESTAMP = ascii("\r\nX-Timestamp: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final int DIGITS = 20;

    @Override
    public int headBytes() {
        return TYPE_AND_LENGTH.length + DIGITS + TIMESTAMP.length + DIGITS + 7 + END.length;
    }

    @Override
    public void head(Frame frame, ByteBuffer head) {
        long micros = frame.time().wallClockMicros();
        head.put(TYPE_AND_LENGTH);
        putDecimal(head, frame.sizeBytes(), 1);
        head.put(TIMESTAMP);
        putDecimal(head, micros / 1_000_000, 1);
        head.put((byte) '.');
        putDecimal(head, micros % 1_000_000, 6);
        head.put(END);
    }

    /** Writes a number, not negative, in at least {@code leastDigits} decimal digits. */
    static void putDecimal(ByteBuffer out, long number, int leastDigits) {
        int digits = leastDigits;
        for (long rest = number, power = 0; rest > 0; rest /= 10) {
            power++;
            digits = (int) Math.max(digits, power);
        }
        int start = out.position();
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            out.put(start + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        out.position(start + digits);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
