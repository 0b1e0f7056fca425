package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Parses nested boxes (ISO/IEC 14496-12:2015 §4.2), whose sizes are bounded by their container. */
final class Boxes {
    private static final int HEADER_BYTES = 8;

    private Boxes() {}

    /**
     * A box.
     *
     * @param whole the box with its header
     */
    record Box(int type, Bytes whole) {
        /** Returns the bytes behind the header. */
        ByteBuffer payload() {
            return whole.slice(HEADER_BYTES, whole.size()).buffer();
        }
    }

    /** Returns the box at the position of {@code in} and moves the position behind it; empty at the end. */
    static Optional<Box> next(ByteBuffer in) throws MalformedBitstreamException {
        if (!in.hasRemaining()) {
            return Optional.empty();
        }
        int at = in.position();
        if (in.remaining() < HEADER_BYTES) {
            throw new MalformedBitstreamException("a box's header is cut off", at, in.remaining());
        }
        int sizeBytes = in.getInt(at);
        if (sizeBytes < HEADER_BYTES || sizeBytes > in.remaining()) {
            throw new MalformedBitstreamException("a box is larger than what contains it", at, sizeBytes);
        }
        Box box = new Box(in.getInt(at + 4), Bytes.view(in.slice(at, sizeBytes)));
        in.position(at + sizeBytes);
        return Optional.of(box);
    }

    /** Returns the first box of this type; empty if there is none. */
    static Optional<Box> find(ByteBuffer boxes, String type) throws MalformedBitstreamException {
        ByteBuffer in = boxes.duplicate();
        for (Optional<Box> box = next(in); box.isPresent(); box = next(in)) {
            if (box.get().type() == type(type)) {
                return box;
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the first box at the end of this path.
     *
     * @throws MalformedBitstreamException if a box of the path is missing
     */
    static Box require(ByteBuffer boxes, String... path) throws MalformedBitstreamException {
        ByteBuffer level = boxes;
        Optional<Box> found = Optional.empty();
        for (String type : path) {
            found = find(level, type);
            if (found.isEmpty()) {
                throw new MalformedBitstreamException("there is no box " + type, 0, level.remaining());
            }
            level = found.get().payload();
        }
        return found.orElseThrow();
    }

    static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }
}
