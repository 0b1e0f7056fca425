package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/** Makes JPEG images of pictures of one size. For one thread at a time. */
interface JpegEncoder extends AutoCloseable {
    /** Returns whether it was made for pictures of this kind. */
    boolean fits(RawPicture picture);

    /** Reads one picture that {@link #fits}; its memory is not needed any more when this returns. */
    void read(RawPicture picture);

    /**
     * Encodes the picture that was read.
     *
     * @return the JPEG image, position 0 to limit; valid until the next call
     */
    ByteBuffer encode() throws CaptureException;

    /** Reads and encodes one picture. */
    default ByteBuffer encode(RawPicture picture) throws CaptureException {
        read(picture);
        return encode();
    }

    /** Returns what it is called. */
    String name();

    @Override
    void close();
}
