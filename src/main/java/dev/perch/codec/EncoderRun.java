package dev.perch.codec;

import dev.perch.media.CaptureException;

/** One run of an encoder over frames that are alike. Belongs to one worker thread, but for {@link #kill}. */
interface EncoderRun extends AutoCloseable {
    /** Starts one for frames like {@code first}. */
    interface Factory {
        EncoderRun start(InputFrame first) throws CaptureException;
    }

    /** Returns whether frames like this one can be put in. */
    boolean takes(InputFrame frame);

    /** Puts a frame in; waits as long as the encoder does. */
    void put(InputFrame frame) throws CaptureException;

    /** Makes the next frame a key frame, where the encoder can. */
    void forceKeyFrame();

    /**
     * Drains the encoder after the last frame.
     *
     * @return false if it does not finish within {@code millis}
     */
    boolean finish(long millis) throws CaptureException;

    /** Returns the name of what does the work, for people. */
    String by();

    /** Returns whether it reads pictures where they were captured, instead of a copy. */
    default boolean imports() {
        return false;
    }

    /** Returns whether pictures come out on another thread, soon after the put. Otherwise they come out during a put, perhaps a later one. */
    default boolean asynchronous() {
        return false;
    }

    /** Ends a put that waits; any thread. */
    void kill();

    @Override
    void close();
}
