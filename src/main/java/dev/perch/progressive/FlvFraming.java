package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Outgoing;
import dev.perch.flv.FlvWriter;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/** Flash video as in a file: a header, then tags (Adobe Flash Video File Format Specification 10.1 §E.2, §E.3). */
public final class FlvFraming extends TagFraming {
    public static final String CONTENT_TYPE = "video/x-flv";

    /**
     * Creates the framing of one viewer.
     *
     * @param squeezed true to send the frames since the last key frame in fast motion
     */
    public FlvFraming(boolean squeezed) {
        super(squeezed);
    }

    @Override
    public String contentType(StreamConfig.H264 picture) {
        return CONTENT_TYPE;
    }

    @Override
    protected int aroundBytes() {
        return FlvWriter.TAG_HEAD_BYTES + FlvWriter.TAG_TAIL_BYTES;
    }

    @Override
    protected void head(ByteBuffer out, int type, long millis, int bodyBytes) {
        FlvWriter.tagHead(out, type, millis, bodyBytes);
    }

    @Override
    protected void tail(ByteBuffer out, int bodyBytes) {
        FlvWriter.tagTail(out, bodyBytes);
    }

    @Override
    protected Bytes beginning(boolean withSound) {
        ByteBuffer out = ByteBuffer.allocate(FlvWriter.HEADER_BYTES);
        FlvWriter.header(out, /* video= */ true, withSound);
        return Bytes.view(out.flip());
    }

    /** Sends an empty script tag, which readers skip. */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        FlvWriter.tag(out.scratch().clear(), TagType.SCRIPT, millis(), Bytes.empty());
        out.addScratch(0, out.scratch().position());
    }
}
