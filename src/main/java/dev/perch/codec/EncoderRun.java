package dev.perch.codec;

import dev.perch.media.CaptureException;

/** One run of an encoder over frames that are alike. Belongs to one worker thread, except {@link #kill}. */
interface EncoderRun extends AutoCloseable {
    /** Starts a run for frames like {@code first}. */
    interface Factory {
        EncoderRun start(InputFrame first) throws CaptureException;
    }

    /** Returns whether frames like this one can be encoded by this run. */
    boolean takes(InputFrame frame);

    /** Puts a frame in. Waits as long as the encoder does. */
    void put(InputFrame frame) throws CaptureException;

    /** Makes the next frame a key frame, if the encoder can. */
    void forceKeyFrame();

    /**
     * Drains the encoder after the last frame.
     *
     * @return false if it does not finish within {@code millis}
     */
    boolean finish(long millis) throws CaptureException;

    /** Returns the encoder's name, for people. */
    String by();

    /** Returns whether the encoder reads pictures where they were captured, without a copy. */
    default boolean imports() {
        return false;
    }

    /** Returns whether output comes on another thread, soon after the put. Otherwise it comes during a put, perhaps a later one. */
    default boolean asynchronous() {
        return false;
    }

    /** Ends a waiting put. Any thread. */
    void kill();

    @Override
    void close();
}
