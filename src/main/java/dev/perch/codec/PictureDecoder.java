package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;

/** Decodes frames to raw pictures. Used by one thread at a time. */
interface PictureDecoder extends AutoCloseable {
    /** Receives the pictures. */
    interface Output {
        /**
         * Called with a picture.
         *
         * @param picture valid during the call only; the callee must not close it
         */
        void picture(RawPicture picture, FrameTime time) throws CaptureException;
    }

    /** Puts a frame in and hands over what comes out: nothing, a picture, or several. */
    void put(InputFrame frame, Output output) throws CaptureException;

    /** Hands over the pictures that were held back. */
    void drain(Output output) throws CaptureException;

    /** Returns its name, for people. */
    String name();

    @Override
    void close();
}
