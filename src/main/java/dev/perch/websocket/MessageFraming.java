package dev.perch.websocket;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.mjpeg.MultipartFraming;
import dev.perch.progressive.AnnexBFraming;
import dev.perch.progressive.CarriesSound;
import dev.perch.progressive.Mp4Framing;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One camera's frames as messages: the head that {@link MessageHeads} wrote, then the frame's bytes as in the HTTP stream of that format.
 */
public final class MessageFraming implements Framing {
    /** The head's place in the scratch buffer, behind that of the stream's own framing. */
    private static final int HEAD_AT = 384;

    private final PayloadFormat format;
    private final Framing stream;

    private MessageFraming(PayloadFormat format, Framing stream) {
        this.format = format;
        this.stream = stream;
    }

    /**
     * Returns the framing for one camera and connection.
     *
     * @param mostFramesPerSecond JPEGs beyond this rate are left out; infinite for all. H.264 frames cannot be left out
     */
    public static MessageFraming of(PayloadFormat format, double mostFramesPerSecond) {
        return new MessageFraming(
                format,
                switch (format) {
                    case MJPG -> new MultipartFraming(mostFramesPerSecond, MultipartFraming.Layout.LENGTHS);
                    case H264 -> new AnnexBFraming();
                    case MP4 -> Mp4Framing.plain();
                });
    }

    /** Returns the framing of sound beside the pictures; empty for a format that has none. */
    public Optional<CarriesSound> sound() {
        return stream instanceof CarriesSound both ? Optional.of(both) : Optional.empty();
    }

    @Override
    public boolean wants(Frame frame) {
        return stream.wants(frame);
    }

    @Override
    public Bytes opening(Cursor cursor) {
        return Bytes.empty();
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) throws FrameLostException {
        ByteBuffer scratch = out.scratch();
        int headBytes = out.headBytes();
        for (int i = 0; i < headBytes; i++) {
            scratch.put(HEAD_AT + i, scratch.get(i));
        }
        out.addScratch(HEAD_AT, HEAD_AT + headBytes);
        if (format == PayloadFormat.MJPG) {
            out.addPayload(0, cursor.frame().sizeBytes());
        } else {
            stream.frame(cursor, out);
        }
        int told = headBytes
                + format.containerBytes(cursor.frame())
                + cursor.frame().sizeBytes();
        if (out.remainingBytes() != told) {
            throw new IllegalStateException("a message is not as long as its head says: remainingBytes="
                    + out.remainingBytes() + " told=" + told);
        }
    }

    /** Sends nothing: the connection sends pings itself. */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        // a camera alone does not know whether the connection is silent
    }
}
