package dev.perch.codec;

import dev.perch.media.RawPicture;

/**
 * Makes frames of one format from another on its own threads while it runs. Nothing here waits; safe from any thread.
 *
 * <p>{@link #over} reports the end, asked for or not: the derivation holds nothing any more then.
 */
public interface Derivation extends AutoCloseable {
    /** How long {@link #close} waits for the current frame. */
    long CLOSE_MILLIS = 5_000;

    /** Takes a picture and closes it. A derivation that reads frames gets no pictures. */
    void accept(RawPicture picture);

    /** Called when there is a new frame to read. Does nothing in a derivation that is given pictures. */
    void frameCame();

    /** Asks for a key frame soon, if the encoder can make one. */
    void requestKeyFrame();

    /** Asks the derivation to end. Idempotent. */
    void stop();

    /** Returns whether the derivation has ended and released everything. */
    boolean over();

    /** Returns the number of pictures or frames left out because newer ones came. */
    long superseded();

    /**
     * The encoder of a derivation, and its counts.
     *
     * @param by the library, program or device that does the work, such as {@code libturbojpeg} or {@code /dev/video11}; empty before the first frame
     * @param imports whether a device reads the pictures where they were captured (DMABUF), instead of a copy
     * @param framesIn pictures or frames that were put in
     * @param framesOut frames that were published
     */
    record Figures(String by, boolean imports, long framesIn, long framesOut) {}

    /** Returns the encoder and the counts so far. */
    Figures figures();

    /**
     * Waits for the end, after {@link #stop}.
     *
     * @return false if it does not come within {@code millis}
     */
    boolean awaitOver(long millis);

    /** Stops the derivation and waits some seconds for its end. Idempotent. */
    @Override
    default void close() {
        stop();
        awaitOver(CLOSE_MILLIS);
    }
}
