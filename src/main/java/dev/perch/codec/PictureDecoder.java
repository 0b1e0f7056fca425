package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;

/** Makes pictures of encoded frames. For one thread at a time. */
interface PictureDecoder extends AutoCloseable {
    /** Takes the pictures. */
    interface Output {
        /**
         * A picture.
         *
         * @param picture valid during the call only, and not to be closed
         */
        void picture(RawPicture picture, FrameTime time) throws CaptureException;
    }

    /** Puts a frame in, and hands over what comes out of it: nothing, a picture, or several. */
    void put(InputFrame frame, Output output) throws CaptureException;

    /** Hands over what it has kept back. */
    void drain(Output output) throws CaptureException;

    /** Returns its name, for people. */
    String name();

    @Override
    void close();
}
