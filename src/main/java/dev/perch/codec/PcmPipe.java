package dev.perch.codec;

/**
 * The samples on their way to an encoder, as S16_LE: bounded, so that an encoder that does not read keeps nobody waiting. One thread puts, another takes.
 */
final class PcmPipe {
    private final byte[] ring;
    private long put; // guarded by this, as all below; bytes so far
    private long taken;
    private boolean overflowed;
    private boolean ended;

    PcmPipe(int capacityBytes) {
        ring = new byte[capacityBytes];
    }

    /** Adds samples. Those that find no room are lost, as all after them are: {@link #overflowed}. */
    synchronized void put(byte[] pcm, int bytes) {
        if (overflowed || ring.length - (put - taken) < bytes) {
            overflowed = true;
            return;
        }
        int at = (int) (put % ring.length);
        int first = Math.min(bytes, ring.length - at);
        System.arraycopy(pcm, 0, ring, at, first);
        System.arraycopy(pcm, first, ring, 0, bytes - first);
        put += bytes;
        notifyAll();
    }

    /** Returns true if the encoder has not read for so long that samples were lost. */
    synchronized boolean overflowed() {
        return overflowed;
    }

    /** Ends the taker's wait for good. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits for samples and takes them.
     *
     * @return how many bytes were taken; -1 at the end
     */
    synchronized int take(byte[] into) throws InterruptedException {
        while (put == taken && !ended) {
            wait();
        }
        if (ended) {
            return -1;
        }
        int at = (int) (taken % ring.length);
        int count = (int) Math.min(Math.min(into.length, put - taken), ring.length - at);
        System.arraycopy(ring, at, into, 0, count);
        taken += count;
        return count;
    }
}
