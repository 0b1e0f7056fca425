package dev.perch.alsa;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;

/**
 * A sound card that is open for capture: libasound's, or one that follows a script in tests. One thread uses it; {@link #wake} alone may be called by others,
 * also when it is closed. A call that fails returns the negated errno.
 */
public interface Pcm extends AutoCloseable {
    /**
     * Negotiates the nearest to {@code wish}, with time stamps of the monotonic clock.
     *
     * @throws CaptureException if the card has no usable format, or is gone
     */
    PcmFormat agree(PcmWish wish) throws CaptureException;

    /** Starts the capture. */
    int start();

    /**
     * Waits for sound, a fault, or {@link #wake}.
     *
     * @return positive if there is sound or a fault, which {@link #read} returns; 0 after a wake-up or {@code timeoutMillis}
     */
    int await(int timeoutMillis);

    /** Ends a wait. */
    void wake();

    /** Fills {@code into} with the number of readable frames and the time of that count. */
    int stamp(Stamp into);

    /**
     * Reads frames. Never waits.
     *
     * @param into filled from index 0
     * @return the number of frames read
     */
    int read(ByteBuffer into, int frames);

    /** Prepares the card for {@link #start} after an overrun. */
    int prepare();

    /** Resumes the capture after the machine has slept. */
    int resume();

    @Override
    void close();
}
