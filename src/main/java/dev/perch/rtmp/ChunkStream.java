package dev.perch.rtmp;

import org.jspecify.annotations.Nullable;

/** The state of one chunk stream (RTMP 1.0 §5.3.1): its last header, and the message that is open. */
final class ChunkStream {
    /** The use of the open message. */
    enum Use {
        GATHERED,
        MEDIA,
        AGGREGATE,
        PASSED_OVER
    }

    final int id;
    int timestamp;
    int field; // of the last header: a timestamp or a delta
    int delta;
    boolean extended;
    int length;
    int type;
    int messageStream;
    int left; // bytes left of the message
    boolean begun; // whether a header with all fields has come
    Use use = Use.PASSED_OVER;
    byte @Nullable [] gathered;

    ChunkStream(int id) {
        this.id = id;
    }
}
