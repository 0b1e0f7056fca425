package dev.perch.mjpeg;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The headers that µStreamer adds to a part for {@code extra_headers=1}, as far as their values are known here: a camera's own JPEG has no time of
 * encoding or exposure. Times are seconds of the monotonic clock, as there. Used under one viewer's lock; allocates nothing per frame.
 */
final class PartExtras {
    private static final byte[] ONLINE = ascii("X-UStreamer-Online: true\r\n");
    private static final byte[] OFFLINE = ascii("X-UStreamer-Online: false\r\n");
    private static final byte[] DROPPED = ascii("X-UStreamer-Dropped: ");
    private static final byte[] WIDTH = ascii("X-UStreamer-Width: ");
    private static final byte[] HEIGHT = ascii("X-UStreamer-Height: ");
    private static final byte[] CLIENT_FPS = ascii("X-UStreamer-Client-FPS: ");
    private static final byte[] GRAB_BEGIN = ascii("X-UStreamer-Grab-Begin-Time: ");
    private static final byte[] GRAB_END = ascii("X-UStreamer-Grab-End-Time: ");
    private static final byte[] SEND = ascii("X-UStreamer-Send-Time: ");
    private static final byte[] LATENCY = ascii("X-UStreamer-Latency: ");
    private static final byte[] LINE = ascii("\r\n");

    private PartExtras() {}

    /** Writes the headers of the frame that {@code cursor} holds. */
    static void put(Cursor cursor, int framesPerSecond, long nowNanos, ByteBuffer out) {
        Frame frame = cursor.frame();
        out.put(frame.placeholder() ? OFFLINE : ONLINE);
        number(out, DROPPED, cursor.feed().stats().dropped());
        if (frame.config() instanceof StreamConfig.Picture sides) {
            number(out, WIDTH, sides.width());
            number(out, HEIGHT, sides.height());
        }
        number(out, CLIENT_FPS, framesPerSecond);
        seconds(out, GRAB_BEGIN, frame.time().decodeNanos());
        seconds(out, GRAB_END, frame.time().decodeNanos());
        seconds(out, SEND, nowNanos);
        seconds(out, LATENCY, Math.max(0, nowNanos - frame.time().decodeNanos()));
    }

    private static void number(ByteBuffer out, byte[] name, long value) {
        out.put(name);
        PartHeads.putDecimal(out, Math.max(0, value), 1);
        out.put(LINE);
    }

    private static void seconds(ByteBuffer out, byte[] name, long nanos) {
        long micros = Math.max(0, nanos / 1000);
        out.put(name);
        PartHeads.putDecimal(out, micros / 1_000_000, 1);
        out.put((byte) '.');
        PartHeads.putDecimal(out, micros % 1_000_000, 6);
        out.put(LINE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
