package dev.perch.rtmp;

/** The message types (RTMP 1.0 §5.4, §7.1) that are not tag types of FLV. */
final class MessageType {
    static final int SET_CHUNK_SIZE = 1;
    static final int ABORT = 2;
    static final int ACKNOWLEDGEMENT = 3;
    static final int USER_CONTROL = 4;
    static final int WINDOW_SIZE = 5;
    static final int PEER_BANDWIDTH = 6;
    static final int DATA_AMF3 = 15;
    static final int COMMAND_AMF3 = 17;
    static final int COMMAND = 20;
    static final int AGGREGATE = 22;

    private MessageType() {}
}
