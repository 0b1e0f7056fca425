package dev.perch.rtmp;

/** Counts what sessions have drawn, and gives no more than a limit. */
final class CountedMemory implements RtmpMemory {
    private final int mostBytes;
    private int drawnBytes;
    private int peakBytes;

    CountedMemory(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    int drawnBytes() {
        return drawnBytes;
    }

    int peakBytes() {
        return peakBytes;
    }

    @Override
    public boolean draw(int bytes) {
        if (drawnBytes + bytes > mostBytes) {
            return false;
        }
        drawnBytes += bytes;
        peakBytes = Math.max(peakBytes, drawnBytes);
        return true;
    }

    @Override
    public void giveBack(int bytes) {
        drawnBytes -= bytes;
        if (drawnBytes < 0) {
            throw new AssertionError("given back more than was drawn: " + drawnBytes);
        }
    }
}
