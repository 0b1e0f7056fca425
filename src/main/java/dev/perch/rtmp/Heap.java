package dev.perch.rtmp;

/** The heap of one session: drawn from {@link RtmpMemory} before it is allocated, and given back at the end. Not thread-safe. */
final class Heap {
    private final RtmpMemory memory;
    private int drawnBytes;

    Heap(RtmpMemory memory) {
        this.memory = memory;
    }

    byte[] take(int sizeBytes) throws RtmpException {
        if (!memory.draw(sizeBytes)) {
            throw new RtmpException("No memory is left for " + sizeBytes + " bytes of an RTMP session.");
        }
        drawnBytes += sizeBytes;
        return new byte[sizeBytes];
    }

    void giveBack(int sizeBytes) {
        drawnBytes -= sizeBytes;
        memory.giveBack(sizeBytes);
    }

    int drawnBytes() {
        return drawnBytes;
    }

    void close() {
        if (drawnBytes > 0) {
            memory.giveBack(drawnBytes);
            drawnBytes = 0;
        }
    }
}
