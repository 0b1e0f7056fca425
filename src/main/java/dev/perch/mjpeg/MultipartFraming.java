package dev.perch.mjpeg;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * {@code multipart/x-mixed-replace} with the boundary that the clients of mjpg-streamer and µStreamer have built in (RFC 2046 §5.1.1). The known
 * bytes of the next part follow each JPEG at once, because some clients wait for them before they show it.
 */
public final class MultipartFraming implements Framing {
    public static final String CONTENT_TYPE = "multipart/x-mixed-replace;boundary=boundarydonotcross";

    /** The order of boundaries, headers and JPEGs. */
    public enum Layout {
        /** A boundary line follows each part at once, and the parts' headers have length and time. For tools, which read them. */
        LENGTHS,

        /**
         * As {@link #LENGTHS}, but each boundary line precedes its part: programs that read a response to its end (ffmpeg's mpjpeg) treat a boundary
         * line without a part after it as damage. For responses that end.
         */
        ENDING,

        /**
         * The next part's whole header block follows each JPEG at once, and so has neither length nor time: Chromium paints a part when it has read
         * the next one's header block. For browsers.
         */
        ADVANCE
    }

    private static final byte[] BEFORE = ascii("--boundarydonotcross\r\n");
    private static final byte[] END_OF_LINE = ascii("\r\n");
    private static final byte[] EMPTY = ascii("Content-Type: image/jpeg\r\nContent-Length: 0\r\nX-Timestamp: ");
    private static final byte[] HEARTBEAT = ascii("X-Heartbeat: 1\r\n");
    private static final byte[] AFTER = ascii("\r\n--boundarydonotcross\r\n");
    private static final byte[] NEXT = ascii("\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n");
    private static final Bytes FIRST_BOUNDARY = Bytes.copyOf(BEFORE);
    private static final Bytes FIRST_HEADER =
            Bytes.copyOf(ascii("--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n"));

    /** The time between two heartbeats. */
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;

    private static final int MOST_SILENT_HEARTBEATS = 10;

    private final long intervalNanos;
    private final Layout layout;
    private long dueNanos;
    private boolean begun;
    private int heartbeats; // since the last frame
    private boolean extras;
    private boolean headersOnly;
    private long second; // the second in which frames are counted
    private int framesOfSecond;
    private volatile int framesPerSecond; // any thread reads

    /**
     * Creates the framing of one viewer.
     *
     * @param mostFramesPerSecond frames beyond this rate are left out; infinite for all
     */
    public MultipartFraming(double mostFramesPerSecond, Layout layout) {
        this.layout = layout;
        this.intervalNanos = (long) (1e9 / mostFramesPerSecond);
    }

    /** Adds µStreamer's headers to each part. Called before the first frame, like the next. */
    public MultipartFraming withExtras() {
        extras = layout != Layout.ADVANCE;
        return this;
    }

    /** Leaves out the pictures: each part has only its headers. */
    public MultipartFraming withoutPictures() {
        headersOnly = true;
        return this;
    }

    /** Returns the number of frames sent in the last whole second; safe from any thread. */
    public int framesPerSecond() {
        return framesPerSecond;
    }

    private void count(long nanos) {
        long now = nanos / 1_000_000_000;
        if (now != second) {
            framesPerSecond = now == second + 1 ? framesOfSecond : 0;
            second = now;
            framesOfSecond = 0;
        }
        framesOfSecond++;
    }

    @Override
    public boolean wants(Frame frame) {
        if (frame.placeholder()) {
            return true;
        }
        long nanos = frame.time().decodeNanos();
        // frames come a little early or late: one up to a quarter of the interval early counts as due
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
        count(cursor.frame().time().decodeNanos());
        if (headersOnly && layout != Layout.ADVANCE) {
            addHead(cursor, out);
        } else if (layout != Layout.ADVANCE) {
            out.addScratch(0, extras ? head - END_OF_LINE.length : head);
            addExtras(cursor, out);
        }
        if (!headersOnly) {
            out.addPayload(0, cursor.frame().sizeBytes());
        }
        addText(
                switch (layout) {
                    case LENGTHS -> AFTER;
                    case ENDING -> END_OF_LINE;
                    case ADVANCE -> NEXT;
                },
                out);
    }

    private void addExtras(Cursor cursor, Outgoing out) {
        if (extras) {
            int start = out.scratch().position();
            PartExtras.put(cursor, framesPerSecond, System.nanoTime(), out.scratch());
            out.scratch().put(END_OF_LINE);
            out.addScratch(start, out.scratch().position());
        }
    }

    /** Adds the header block of a part without a picture. */
    private void addHead(Cursor cursor, Outgoing out) {
        long micros = cursor.frame().time().wallClockMicros();
        int start = out.scratch().position();
        out.scratch().put(EMPTY);
        PartHeads.putDecimal(out.scratch(), micros / 1_000_000, 1);
        out.scratch().put((byte) '.');
        PartHeads.putDecimal(out.scratch(), micros % 1_000_000, 6);
        out.scratch().put(END_OF_LINE);
        if (!extras) {
            out.scratch().put(END_OF_LINE);
        }
        out.addScratch(start, out.scratch().position());
        addExtras(cursor, out);
    }

    private static void addText(byte[] text, Outgoing out) {
        int start = out.scratch().position();
        out.scratch().put(text);
        out.addScratch(start, start + text.length);
    }

    /**
     * Sends the last frame again: clients that show a still picture lose nothing, and a gone client is noticed. A client that wants less than a frame
     * a second gets a line of the next part's header instead (an empty line before its boundary), until a frame is due. After a header in advance
     * there is no place for a line, so the frame is repeated every ten seconds.
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
