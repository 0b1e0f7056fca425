package dev.perch.mjpeg;

import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Viewer;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.nio.charset.StandardCharsets;

/**
 * {@code multipart/x-mixed-replace} with the boundary that mjpg-streamer's and µStreamer's clients hard-code. The boundary line follows each
 * JPEG at once, so that a client that cuts at boundaries need not wait for the next frame.
 */
public final class MultipartFraming implements Framing {
    /** The content type of the response. */
    public static final String CONTENT_TYPE = "multipart/x-mixed-replace;boundary=boundarydonotcross";

    private static final Bytes OPENING = Bytes.copyOf("--boundarydonotcross\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] BEFORE = "--boundarydonotcross\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_LINE = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEARTBEAT = "X-Heartbeat: 1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\r\n--boundarydonotcross\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How far apart heartbeats are. */
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;

    private final long intervalNanos;
    private final boolean ends;
    private long dueNanos;
    private boolean begun;
    private int heartbeats; // since the last frame

    /**
     * @param mostFramesPerSecond frames beyond this rate are left out; infinite for all
     * @param ends whether the response has an end: each boundary line then stands in front of its part, for what reads a response to its end
     *     (ffmpeg's mpjpeg) takes a boundary line without a part behind it for damage
     */
    public MultipartFraming(double mostFramesPerSecond, boolean ends) {
        this.ends = ends;
        this.intervalNanos = (long) (1e9 / mostFramesPerSecond);
    }

    @Override
    public boolean wants(Frame frame) {
        if (frame.placeholder()) {
            return true;
        }
        long nanos = frame.time().monotonicNanos();
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
    public Bytes opening(StreamConfig config) {
        return ends ? Bytes.empty() : OPENING;
    }

    @Override
    public void frame(Viewer viewer, Outgoing out) {
        heartbeats = 0;
        int head = out.headBytes();
        out.scratch().position(head).put(ends ? BEFORE : AFTER);
        int boundaryEnd = out.scratch().position();
        if (ends) {
            out.addScratch(head, boundaryEnd);
        }
        out.addScratch(0, head);
        out.addPayload(0, viewer.frame().sizeBytes());
        if (ends) {
            out.scratch().put(END_OF_LINE);
            out.addScratch(boundaryEnd, out.scratch().position());
        } else {
            out.addScratch(head, boundaryEnd);
        }
    }

    /**
     * The last frame once more: clients that show a still picture lose nothing, and a gone one is noticed. A client that wants less than a
     * frame a second gets a line of the next part's header instead (an
     * empty line before its boundary), until a frame is due.
     */
    @Override
    public void heartbeat(Viewer viewer, Outgoing out) {
        heartbeats++;
        if (heartbeats * HEARTBEAT_NANOS < intervalNanos) {
            byte[] line = ends ? END_OF_LINE : HEARTBEAT;
            out.scratch().position(0).put(line);
            out.addScratch(0, line.length);
        } else if (viewer.repeat()) {
            frame(viewer, out);
        }
    }
}
