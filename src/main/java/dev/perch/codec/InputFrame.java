package dev.perch.codec;

import dev.perch.h264.FirstSlice;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The input of an encoder: a raw picture, or a frame to be decoded first. Used by the worker only, until it takes the next. */
final class InputFrame {
    private final PixelFormat format;
    private final int width;
    private final int height;
    private final boolean fullRange;
    private final FrameTime time;
    private final boolean key;
    private final long taken;
    private @Nullable RawPicture picture; // null once handed back
    private @Nullable ByteBuffer bytes; // null for a picture that is not copied yet
    private final StreamConfig.@Nullable H264 h264; // null unless this is an H.264 frame
    private final Room room;

    /** Gives memory to copy a picture into. */
    interface Room {
        /**
         * Returns memory for {@code sizeBytes}, position 0, limit {@code sizeBytes}.
         *
         * @throws CaptureException if there is no memory
         */
        ByteBuffer room(int sizeBytes) throws CaptureException;
    }

    /**
     * Creates the frame of a picture, which is handed back by {@link #handBack} or once it is copied.
     *
     * @param taken the picture's number among those that the workers have taken, from 1
     */
    InputFrame(RawPicture picture, long taken, Room room) {
        this(picture, picture.time(), taken, room);
    }

    /** Returns the frame of a picture without a time of its own, which is read where it lies. */
    static InputFrame inPlace(RawPicture picture, FrameTime time) {
        return new InputFrame(
                picture,
                time,
                /* taken= */ 0,
                sizeBytes -> {
                    throw new IllegalStateException("a picture that is taken where it lies: time=" + time);
                });
    }

    private InputFrame(RawPicture picture, FrameTime time, long taken, Room room) {
        this.taken = taken;
        this.format = picture.format();
        this.width = picture.width();
        this.height = picture.height();
        this.fullRange = picture.fullRange();
        this.time = time;
        this.key = true;
        this.h264 = null;
        this.picture = picture;
        this.room = room;
    }

    /**
     * Creates the frame that is current in {@code reader}.
     *
     * @param bytes hold it from position to limit
     */
    InputFrame(FrameReader reader, ByteBuffer bytes) {
        if (!(reader.config() instanceof StreamConfig.Picture config)) {
            throw DerivationSpec.noPicture(reader.config().encoding());
        }
        this.format = config instanceof StreamConfig.H264 ? PixelFormat.H264 : PixelFormat.MJPG;
        this.width = config.width();
        this.height = config.height();
        this.fullRange = false;
        this.time = reader.time();
        this.key = reader.key();
        this.h264 = config instanceof StreamConfig.H264 video ? video : null;
        this.taken = 0;
        this.bytes = bytes;
        this.room = sizeBytes -> bytes;
    }

    /** Returns the format of a picture with its planes in one piece of memory. */
    PixelFormat format() {
        return format;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Returns whether a picture's samples use all of 0 to 255. */
    boolean fullRange() {
        return fullRange;
    }

    FrameTime time() {
        return time;
    }

    /** Returns the picture's number among those that the workers have taken, from 1; 0 if only one worker takes pictures. */
    long taken() {
        return taken;
    }

    /** Returns whether a decoder can start here. */
    boolean key() {
        return key;
    }

    /** Returns whether this is an H.264 picture that is one field of a frame. */
    boolean fields() {
        ByteBuffer present = bytes;
        return h264 != null && present != null && FirstSlice.field(h264, present);
    }

    /** Returns whether this is an H.264 frame with an IDR picture: what follows needs nothing before it. */
    boolean idr() {
        ByteBuffer present = bytes;
        return h264 != null && present != null && FirstSlice.idr(present);
    }

    /** Returns the number of frames after which a decoder that starts with this H.264 frame has a whole picture. */
    int recoveryFrames() {
        ByteBuffer present = bytes;
        return h264 == null || present == null || idr() ? 0 : FirstSlice.recoveryFrames(present);
    }

    /**
     * Returns the frame's bytes, from position to limit. A picture is copied without padding and handed back.
     *
     * @throws CaptureException if there is no memory
     */
    ByteBuffer bytes() throws CaptureException {
        ByteBuffer present = bytes;
        RawPicture lent = picture;
        if (present == null && lent != null) {
            present = room.room(format.sizeBytes(width, height));
            lent.copyTo(present);
            present.flip();
            bytes = present;
            handBack();
        }
        if (present == null) {
            throw new IllegalStateException("the picture was handed back: time=" + time);
        }
        return present;
    }

    /** Returns the picture where it was captured. */
    RawPicture picture() {
        RawPicture lent = picture;
        if (lent == null) {
            throw new IllegalStateException("no picture, or one that was handed back: time=" + time);
        }
        return lent;
    }

    /** Hands the picture back to the source. Idempotent. */
    void handBack() {
        RawPicture lent = picture;
        picture = null;
        if (lent != null) {
            lent.close();
        }
    }

    /** Returns whether an encoder that was set up for {@code other} takes this frame too. */
    boolean like(InputFrame other) {
        return format == other.format && width == other.width && height == other.height && fullRange == other.fullRange;
    }
}
