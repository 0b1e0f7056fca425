package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;

/** A byte stream of NAL units, each after a four-byte start code (ITU-T H.264 §B.1). */
public final class AnnexBFraming implements Framing {
    public static final String CONTENT_TYPE = "video/h264";

    private static final int START_CODE_BYTES = 4;
    private static final int LENGTH_BYTES = 4;

    @Override
    public boolean wants(Frame frame) {
        return true;
    }

    @Override
    public Bytes opening(Cursor cursor) {
        return Bytes.empty();
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) throws FrameLostException {
        out.scratch().putInt(0, 1);
        int end = cursor.frame().sizeBytes();
        for (int nal = 0; nal < end; ) {
            int sizeBytes = cursor.payloadInt(nal);
            out.addScratch(0, START_CODE_BYTES);
            out.addPayload(nal + LENGTH_BYTES, nal + LENGTH_BYTES + sizeBytes);
            nal += LENGTH_BYTES + sizeBytes;
        }
    }

    /** Sends trailing_zero_8bits, which readers skip. */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        out.scratch().putInt(0, 0);
        out.addScratch(0, START_CODE_BYTES);
    }
}
