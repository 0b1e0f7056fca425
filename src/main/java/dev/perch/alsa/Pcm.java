package dev.perch.alsa;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;

/**
 * A sound card that is open for capture: libasound's, or one that follows a script in tests. One thread uses it; {@link #wake} alone may be called by others,
 * also when it is closed. A call that fails returns the negated errno.
 */
public interface Pcm extends AutoCloseable {
    /**
     * Has the card give what comes nearest to {@code wish}, with time stamps of the monotonic clock.
     *
     * @throws CaptureException if it has nothing that is read, or is gone
     */
    PcmFormat agree(PcmWish wish) throws CaptureException;

    /** Starts to capture. */
    int start();

    /**
     * Waits for sound, a fault, or {@link #wake}.
     *
     * @return above 0 if there is sound or a fault, which {@link #read} tells; 0 after a wake-up or {@code timeoutMillis}
     */
    int await(int timeoutMillis);

    /** Ends a wait. */
    void wake();

    /** Tells how much can be read, and when that was so. */
    int stamp(Stamp into);

    /**
     * Reads frames; never waits.
     *
     * @param into filled from index 0
     * @return how many frames were read
     */
    int read(ByteBuffer into, int frames);

    /** Makes it ready to {@link #start} anew after an overrun. */
    int prepare();

    /** Goes on after the machine has slept. */
    int resume();

    @Override
    void close();
}
