package dev.perch.codec;

import dev.perch.media.RawPicture;

/**
 * Makes one format of another while it runs, on threads of its own. Nothing here waits; safe from any thread.
 *
 * <p>Its end, asked for or not, is told by {@link #over}: it holds nothing any more then.
 */
public interface Derivation extends AutoCloseable {
    /** So long {@link #close} waits for the frame at hand. */
    long CLOSE_MILLIS = 5_000;

    /** Takes over a picture, which it closes; one that reads frames is given none. */
    void accept(RawPicture picture);

    /** Tells it that there is a new frame to read; does nothing where pictures are given. */
    void frameCame();

    /** Asks for a key frame soon, where the encoder can. */
    void requestKeyFrame();

    /** Asks it to end. Idempotent. */
    void stop();

    /** Returns whether it has ended and given everything back. */
    boolean over();

    /** Returns how many pictures or frames it left out because newer ones came. */
    long superseded();

    /**
     * The encoder that a derivation works with, and what it has done.
     *
     * @param by the library, program or device that does the work, such as {@code libturbojpeg} or {@code /dev/video11}; empty before the first frame
     * @param imports whether a device reads the pictures where they were captured (DMABUF), instead of a copy
     * @param framesIn pictures or frames that were put in
     * @param framesOut frames that were published
     */
    record Figures(String by, boolean imports, long framesIn, long framesOut) {}

    /** Returns what it works with, and what it has done so far. */
    Figures figures();

    /**
     * Waits for the end, after {@link #stop}.
     *
     * @return false when it has not come in time
     */
    boolean awaitOver(long millis);

    /** Stops it, and waits some seconds for its end. Idempotent. */
    @Override
    default void close() {
        stop();
        awaitOver(CLOSE_MILLIS);
    }
}
