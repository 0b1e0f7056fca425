package dev.perch.feed;

import java.nio.ByteBuffer;

/** Takes a viewer's payload, as much as it is allowed to, and compares each byte with the pattern of the frame that is held. */
final class CheckingDestination implements Destination {
    private long sequence;
    private int offset;
    private int allowedBytes = Integer.MAX_VALUE;

    /** Expects the frame from its start. */
    void begin(Frame frame) {
        sequence = frame.sequence();
        offset = 0;
    }

    /** How much the next writes take together. */
    void allow(int bytes) {
        allowedBytes = bytes;
    }

    int offset() {
        return offset;
    }

    @Override
    public void write(ByteBuffer source) {
        int taken = Math.min(allowedBytes, source.remaining());
        for (int i = 0; i < taken; i++) {
            if (source.get() != TestFeed.pattern(sequence, offset)) {
                throw new AssertionError("torn frame: sequence=" + sequence + " offset=" + offset);
            }
            offset++;
        }
        allowedBytes -= taken;
    }
}
