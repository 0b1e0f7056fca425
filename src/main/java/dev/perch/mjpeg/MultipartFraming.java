package dev.perch.mjpeg;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * {@code multipart/x-mixed-replace} with the boundary that mjpg-streamer's and µStreamer's clients hard-code (RFC 2046 §5.1.1). What can be
 * known of the next part follows each JPEG at once, so that a client that waits for it need not wait for the next frame.
 */
public final class MultipartFraming implements Framing {
    /** The content type of the response. */
    public static final String CONTENT_TYPE = "multipart/x-mixed-replace;boundary=boundarydonotcross";

    /** What stands where. */
    public enum Layout {
        /** A boundary line behind each part at once; the parts' headers have length and time. For tools, which read them. */
        LENGTHS,

        /**
         * The same, but each boundary line in front of its part: what reads a response to its end (ffmpeg's mpjpeg) takes a boundary line without
         * a part behind it for damage. For responses that end.
         */
        ENDING,

        /**
         * The next part's whole header block behind each JPEG at once, which can have neither length nor time then: Chromium paints a part when
         * it has read the next one's header block. For browsers.
         */
        ADVANCE
    }

    private static final byte[] BEFORE = ascii("--boundarydonotcross\r\n");
    private static final byte[] END_OF_LINE = ascii("\r\n");
    private static final byte[] HEARTBEAT = ascii("X-Heartbeat: 1\r\n");
    private static final byte[] AFTER = ascii("\r\n--boundarydonotcross\r\n");
    private static final byte[] NEXT = ascii("\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n");
    private static final Bytes FIRST_BOUNDARY = Bytes.copyOf(BEFORE);
    private static final Bytes FIRST_HEADER =
            Bytes.copyOf(ascii("--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n"));

    /** How far apart heartbeats are. */
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;

    private static final int MOST_SILENT_HEARTBEATS = 10;

    private final long intervalNanos;
    private final Layout layout;
    private long dueNanos;
    private boolean begun;
    private int heartbeats; // since the last frame

    /** @param mostFramesPerSecond frames beyond this rate are left out; infinite for all */
    public MultipartFraming(double mostFramesPerSecond, Layout layout) {
        this.layout = layout;
        this.intervalNanos = (long) (1e9 / mostFramesPerSecond);
    }

    @Override
    public boolean wants(Frame frame) {
        if (frame.placeholder()) {
            return true;
        }
        long nanos = frame.time().decodeNanos();
        // a camera's frames come a little early or late: a quarter of the interval is as good as due
        if (begun && nanos - dueNanos < -intervalNanos / 4) {
            return false;
        }
        boolean onPace = begun && nanos - dueNanos < intervalNanos;
        dueNanos = (onPace ? dueNanos : nanos) + intervalNanos;
        begun = true;
        return true;
    }

    @Override
    public Bytes opening(Cursor cursor) {
        return switch (layout) {
            case LENGTHS -> FIRST_BOUNDARY;
            case ENDING -> Bytes.empty();
            case ADVANCE -> FIRST_HEADER;
        };
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) {
        heartbeats = 0;
        int head = out.headBytes();
        out.scratch().position(head);
        if (layout == Layout.ENDING) {
            addText(BEFORE, out);
        }
        if (layout != Layout.ADVANCE) {
            out.addScratch(0, head);
        }
        out.addPayload(0, cursor.frame().sizeBytes());
        addText(
                switch (layout) {
                    case LENGTHS -> AFTER;
                    case ENDING -> END_OF_LINE;
                    case ADVANCE -> NEXT;
                },
                out);
    }

    private static void addText(byte[] text, Outgoing out) {
        int start = out.scratch().position();
        out.scratch().put(text);
        out.addScratch(start, start + text.length);
    }

    /**
     * The last frame once more: clients that show a still picture lose nothing, and a gone one is noticed. A client that wants less than a
     * frame a second gets a line of the next part's header instead (an empty line before its boundary), until a frame is due; behind a header in
     * advance there is no place for one, and the frame is repeated every ten seconds.
     */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        heartbeats++;
        boolean early = heartbeats * HEARTBEAT_NANOS < intervalNanos;
        if (early && layout != Layout.ADVANCE) {
            out.scratch().position(0);
            addText(layout == Layout.ENDING ? END_OF_LINE : HEARTBEAT, out);
        } else if ((!early || heartbeats >= MOST_SILENT_HEARTBEATS) && cursor.repeat()) {
            frame(cursor, out);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
