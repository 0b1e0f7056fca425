package dev.perch.ingest;

import dev.perch.feed.Cursor;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.progressive.TagFraming;
import dev.perch.rtmp.RtmpSession;
import java.nio.ByteBuffer;

/** The media messages of a player (RTMP 1.0 §7.1), each in one chunk whose header does not depend on earlier ones. */
final class MessageFraming extends TagFraming {
    private static final int LONGEST_HEAD_BYTES = 18;

    private final int messageStream;

    /**
     * Creates the framing.
     *
     * @param messageStream on which the player plays
     */
    MessageFraming(int messageStream) {
        super(/* squeezed= */ true);
        this.messageStream = messageStream;
    }

    @Override
    public String contentType(StreamConfig.H264 picture) {
        throw new IllegalStateException("a message of RTMP has no content type");
    }

    @Override
    protected int aroundBytes() {
        return LONGEST_HEAD_BYTES;
    }

    @Override
    protected void head(ByteBuffer out, int type, long millis, int bodyBytes) {
        RtmpSession.sharedHead(out, type, millis, messageStream, bodyBytes);
    }

    @Override
    protected void tail(ByteBuffer out, int bodyBytes) {
        // a message has no tail
    }

    @Override
    protected Bytes beginning(boolean withSound) {
        return Bytes.empty();
    }

    /** Sends nothing, because players wait patiently. */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        // the connection itself shows who is gone
    }
}
