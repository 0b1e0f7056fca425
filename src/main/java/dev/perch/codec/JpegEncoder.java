package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/** Makes JPEG images of pictures of one size. For one thread at a time. */
interface JpegEncoder extends AutoCloseable {
    /** Whether pictures of this kind are what it was made for. */
    boolean fits(RawPicture picture);

    /**
     * Encodes one picture that {@link #fits}.
     *
     * @return the JPEG image, position 0 to limit; valid until the next call
     */
    ByteBuffer encode(RawPicture picture) throws CaptureException;

    /** What it is, for people. */
    String name();

    @Override
    void close();
}
