package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/** Encodes pictures of one size to JPEG. Used by one thread at a time. */
interface JpegEncoder extends AutoCloseable {
    /** Returns whether this encoder was made for pictures like this one. */
    boolean fits(RawPicture picture);

    /** Reads one picture that {@link #fits}. Its memory is not needed any more when this returns. */
    void read(RawPicture picture);

    /**
     * Encodes the picture that was read.
     *
     * @return the JPEG image, position 0 to limit; valid until the next call
     * @throws CaptureException if the picture cannot be encoded
     */
    ByteBuffer encode() throws CaptureException;

    /** Reads and encodes one picture. */
    default ByteBuffer encode(RawPicture picture) throws CaptureException {
        read(picture);
        return encode();
    }

    /** Returns the encoder's name. */
    String name();

    @Override
    void close();
}
