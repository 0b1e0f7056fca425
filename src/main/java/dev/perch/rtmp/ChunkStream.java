package dev.perch.rtmp;

import org.jspecify.annotations.Nullable;

/** The state of one chunk stream (RTMP 1.0 §5.3.1): its last header, and the message that is under way. */
final class ChunkStream {
    /** The use of the message that is under way. */
    enum Use {
        GATHERED,
        MEDIA,
        AGGREGATE,
        PASSED_OVER
    }

    final int id;
    int timestamp;
    int field; // of the last header: a timestamp, or what it differs by
    int delta;
    boolean extended;
    int length;
    int type;
    int messageStream;
    int left; // bytes of the message that are to come
    boolean begun; // a header with all fields has come
    Use use = Use.PASSED_OVER;
    byte @Nullable [] gathered;

    ChunkStream(int id) {
        this.id = id;
    }
}
