package dev.perch.codec;

import java.util.Arrays;

/**
 * The samples on their way to an encoder, as S16_LE. The pipe is bounded, so that an encoder that does not read keeps nobody waiting. Samples without
 * room become zeros when the encoder reads again, so that later ones stay in their place. One thread puts, another takes.
 */
final class PcmPipe {
    private final byte[] ring;
    private long put; // bytes so far; guarded by this, like all below
    private long taken;
    private long lost; // bytes lost behind those in the ring
    private long untaken; // bytes put since the last take
    private boolean ended;

    PcmPipe(int capacityBytes) {
        ring = new byte[capacityBytes];
    }

    /** Adds samples. Never waits. */
    synchronized void put(byte[] pcm, int bytes) {
        untaken += bytes;
        if (lost > 0 || ring.length - (put - taken) < bytes) {
            lost += bytes;
            return;
        }
        int at = (int) (put % ring.length);
        int first = Math.min(bytes, ring.length - at);
        System.arraycopy(pcm, 0, ring, at, first);
        System.arraycopy(pcm, first, ring, 0, bytes - first);
        put += bytes;
        notifyAll();
    }

    /** Returns the bytes that had no room and were not yet replaced by zeros. */
    synchronized long lostBytes() {
        return lost;
    }

    /** Returns the bytes put since the last take. */
    synchronized long untakenBytes() {
        return untaken;
    }

    /** Ends the taker's waits for good. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits for samples and takes them.
     *
     * @return the number of bytes taken; -1 at the end
     */
    synchronized int take(byte[] into) throws InterruptedException {
        while (put == taken && lost == 0 && !ended) {
            wait();
        }
        if (ended) {
            return -1;
        }
        untaken = 0;
        if (put == taken) {
            int count = (int) Math.min(into.length, lost);
            Arrays.fill(into, 0, count, (byte) 0);
            lost -= count;
            return count;
        }
        int at = (int) (taken % ring.length);
        int count = (int) Math.min(Math.min(into.length, put - taken), ring.length - at);
        System.arraycopy(ring, at, into, 0, count);
        taken += count;
        return count;
    }
}
