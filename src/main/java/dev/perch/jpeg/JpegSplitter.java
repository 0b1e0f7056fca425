package dev.perch.jpeg;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream of JPEG images, arriving in pieces of any size, into images, each as soon as its EOI has come. It walks the markers (ITU-T T.81
 * (09/92) Annex B), so that a thumbnail inside an application segment does not cut; what stands between two images (padding, the heads of a
 * multipart stream) is left out. Where the markers break the rules, the image is dropped and the next SOI looked for. For one thread at a time.
 */
public final class JpegSplitter {
    private static final int FIRST_CAPACITY_BYTES = 64 << 10;

    /** Who gets the images. */
    public interface Output {
        /**
         * An image from SOI to EOI between position and limit, valid during the call only.
         *
         * @param time of the piece in which the image ended
         */
        void image(ByteBuffer jpeg, FrameTime time);

        /** One was damaged, or larger than {@link JpegPublisher#MAX_IMAGE_BYTES}, and was thrown away. */
        void dropped();
    }

    private enum Place {
        BETWEEN_IMAGES,
        AT_MARKER,
        IN_ENTROPY_CODED_DATA
    }

    private final Output output;
    private byte[] held = new byte[FIRST_CAPACITY_BYTES];
    private int heldBytes;
    private int at;
    private Place place = Place.BETWEEN_IMAGES;
    private FrameTime time = new FrameTime(0, 0);

    public JpegSplitter(Output output) {
        this.output = output;
    }

    /** Takes the bytes between position and limit, whose position moves to the limit, and puts out each image that they complete. */
    public void bytes(ByteBuffer piece, FrameTime read) {
        time = read;
        while (piece.hasRemaining()) {
            append(piece, Math.min(piece.remaining(), FIRST_CAPACITY_BYTES));
            boolean further = true;
            while (further) {
                further = switch (place) {
                    case BETWEEN_IMAGES -> seekImage();
                    case AT_MARKER -> marker();
                    case IN_ENTROPY_CODED_DATA -> entropyCodedData();
                };
            }
            if (heldBytes > JpegPublisher.MAX_IMAGE_BYTES) {
                at = heldBytes;
                giveUp();
            }
        }
    }

    /** How much memory it holds: grows to the largest image seen. */
    public int capacityBytes() {
        return held.length;
    }

    private boolean seekImage() {
        while (at + 1 < heldBytes && (u8(at) != 0xff || u8(at + 1) != Marker.SOI)) {
            at++;
        }
        discard(at);
        if (heldBytes < 2) {
            return false;
        }
        at = 2;
        place = Place.AT_MARKER;
        return true;
    }

    /** §B.1.1.2: "Any marker may optionally be preceded by any number of fill bytes, which are bytes assigned code X'FF'." */
    private boolean marker() {
        while (at + 1 < heldBytes && u8(at) == 0xff && u8(at + 1) == 0xff) {
            at++;
        }
        if (at + 1 >= heldBytes) {
            return false;
        }
        int marker = u8(at + 1);
        if (u8(at) != 0xff || marker < Marker.SOF0 || (marker >= Marker.RST0 && marker <= Marker.SOI)) {
            return giveUp();
        }
        if (marker == Marker.EOI) {
            output.image(ByteBuffer.wrap(held, 0, at + 2), time);
            discard(at + 2);
            place = Place.BETWEEN_IMAGES;
            return true;
        }
        return segment(marker);
    }

    /** §B.1.1.4: a length of two bytes follows, which counts itself. */
    private boolean segment(int marker) {
        if (at + 4 > heldBytes) {
            return false;
        }
        int length = u8(at + 2) << 8 | u8(at + 3);
        if (length < 2) {
            return giveUp();
        }
        if (at + 2 + length > heldBytes) {
            return false;
        }
        at += 2 + length;
        place = marker == Marker.SOS ? Place.IN_ENTROPY_CODED_DATA : Place.AT_MARKER;
        return true;
    }

    /** To the next marker that is neither a stuffed zero nor a restart (§B.1.1.5). */
    private boolean entropyCodedData() {
        while (at + 1 < heldBytes) {
            if (u8(at) != 0xff || u8(at + 1) == 0xff) {
                at++;
            } else if (u8(at + 1) == 0 || (u8(at + 1) >= Marker.RST0 && u8(at + 1) <= Marker.RST7)) {
                at += 2;
            } else {
                place = Place.AT_MARKER;
                return true;
            }
        }
        return false;
    }

    /** Drops the image at hand; the next one may begin where its damage was found. */
    private boolean giveUp() {
        output.dropped();
        place = Place.BETWEEN_IMAGES;
        return true;
    }

    private void append(ByteBuffer piece, int count) {
        if (heldBytes + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, heldBytes + count));
        }
        piece.get(held, heldBytes, count);
        heldBytes += count;
    }

    private void discard(int count) {
        System.arraycopy(held, count, held, 0, heldBytes - count);
        heldBytes -= count;
        at = 0;
    }

    private int u8(int index) {
        return held[index] & 0xff;
    }
}
