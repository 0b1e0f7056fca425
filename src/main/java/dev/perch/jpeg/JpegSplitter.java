package dev.perch.jpeg;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/**
 * Cuts a stream of JPEG images, arriving in pieces of any size, into images, each as soon as its EOI has come. It walks the markers (ITU-T T.81
 * (09/92) Annex B), so that a thumbnail inside an application segment does not cut. Bytes between two images (padding, the heads of a multipart
 * stream) are left out. An image without EOI ends at the next SOI; bytes between its segments stay for {@link JpegPublisher} to remove. For one
 * thread at a time; the work is proportional to the number of bytes, whatever their values, and nothing is allocated per image.
 */
public final class JpegSplitter {
    private static final int FIRST_CAPACITY_BYTES = 64 << 10;

    /** Receives the images. */
    public interface Output {
        /**
         * Called with an image from SOI to EOI, or to where it breaks off, between position and limit, valid during the call only.
         *
         * @param jpeg only read; the splitter's own memory
         * @param time the time of the piece in which the image ended
         */
        void image(ByteBuffer jpeg, FrameTime time);

        /**
         * Called in place of {@link #image} when the image's only scan has no marker but EOI at its end: the coded data need no second look.
         */
        default void sound(ByteBuffer jpeg, FrameTime time) {
            image(jpeg, time);
        }

        /** Called when a damaged image is dropped. */
        void dropped();

        /** Called when an image is dropped because it is larger than {@link JpegPublisher#MAX_IMAGE_BYTES}. */
        default void tooLong() {
            dropped();
        }
    }

    private enum Place {
        BETWEEN_IMAGES,
        AT_MARKER,
        IN_ENTROPY_CODED_DATA
    }

    private final Output output;
    private byte[] held = new byte[FIRST_CAPACITY_BYTES];
    private ByteBuffer image = ByteBuffer.wrap(held);
    private int begin; // index of the current image
    private int heldBytes; // index of the end of the held bytes
    private int at; // index of the end of the bytes that need no second look
    private Place place = Place.BETWEEN_IMAGES;
    private boolean scan; // whether the current image has begun its scan
    private boolean sound; // whether nothing but coded data was met since
    private FrameTime time = new FrameTime(0, 0);

    public JpegSplitter(Output output) {
        this.output = output;
    }

    /**
     * Takes the bytes between position and limit, moves the position to the limit, and outputs each image that they complete.
     *
     * @param read the time at which the piece was read
     */
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
            if (heldBytes - begin > JpegPublisher.MAX_IMAGE_BYTES) {
                at = heldBytes;
                output.tooLong();
                awaitImage();
            }
        }
    }

    /** Outputs an image that has no EOI. Called when the stream has ended. */
    public void end() {
        if (place != Place.BETWEEN_IMAGES && scan) {
            put(heldBytes);
        }
        begin = 0;
        heldBytes = 0;
        at = 0;
        place = Place.BETWEEN_IMAGES;
    }

    /** Returns the bytes of memory held, which grow with the largest image seen. */
    public int capacityBytes() {
        return held.length;
    }

    private boolean seekImage() {
        at = Marker.indexOfFF(held, at, heldBytes);
        while (at + 1 < heldBytes && u8(at + 1) != Marker.SOI) {
            at = Marker.indexOfFF(held, at + 1, heldBytes);
        }
        begin = at;
        if (at + 1 >= heldBytes) {
            return false;
        }
        return soi();
    }

    private boolean soi() {
        begin = at;
        at += 2;
        scan = false;
        place = Place.AT_MARKER;
        return true;
    }

    /** Seeks the next marker, as a decoder does (§B.1.1.2: fill bytes), over stray bytes. */
    private boolean marker() {
        at = Marker.indexOfFF(held, at, heldBytes);
        while (at + 1 < heldBytes && (u8(at + 1) == 0xff || u8(at + 1) == 0)) {
            at = Marker.indexOfFF(held, at + 1, heldBytes);
        }
        if (at + 1 >= heldBytes) {
            return false;
        }
        int marker = u8(at + 1);
        if (marker == Marker.SOI) {
            return nextImage();
        }
        if (marker == Marker.EOI) {
            return lastMarker();
        }
        if (Marker.stray(marker)) {
            sound = false;
            at += 2;
            return true;
        }
        return segment(marker);
    }

    private boolean nextImage() {
        if (scan) {
            put(at);
        } else if (at - begin > 2) {
            output.dropped();
        }
        return soi();
    }

    private boolean lastMarker() {
        at += 2;
        if (scan && sound) {
            output.sound(image.limit(at).position(begin), time);
        } else if (scan) {
            put(at);
        } else {
            output.dropped();
        }
        begin = at;
        place = Place.BETWEEN_IMAGES;
        return true;
    }

    /** Reads a segment's length, two bytes that count themselves (§B.1.1.4). */
    private boolean segment(int marker) {
        if (at + 4 > heldBytes) {
            return false;
        }
        int length = u8(at + 2) << 8 | u8(at + 3);
        if (length < 2) {
            return scan ? damage() : giveUp();
        }
        if (at + 2 + length > heldBytes) {
            return false;
        }
        at += 2 + length;
        sound = marker == Marker.SOS && !scan;
        scan |= marker == Marker.SOS;
        place = scan
                ? Place.IN_ENTROPY_CODED_DATA
                : Place.AT_MARKER; // after other segments than SOS nothing is coded, and no harm done
        return true;
    }

    /** Continues in the coded data: the bytes that looked like a segment are part of it. */
    private boolean damage() {
        sound = false;
        at += 2;
        place = Place.IN_ENTROPY_CODED_DATA;
        return true;
    }

    /**
     * Seeks the next marker that may end coded data or follow it: stuffed zeros and restarts (§B.1.1.5) belong to the data, and damage stays in it.
     */
    private boolean entropyCodedData() {
        at = Marker.indexOfFF(held, at, heldBytes);
        while (at + 1 < heldBytes) {
            int marker = u8(at + 1);
            if (marker == Marker.EOI || marker == Marker.SOI || Marker.followsScan(marker)) {
                place = Place.AT_MARKER;
                return true;
            }
            at = Marker.indexOfFF(held, marker == 0xff ? at + 1 : at + 2, heldBytes);
        }
        return false;
    }

    /** Drops the current image. The next one may begin where the damage was found. */
    private boolean giveUp() {
        output.dropped();
        awaitImage();
        return true;
    }

    private void awaitImage() {
        begin = at;
        place = Place.BETWEEN_IMAGES;
    }

    private void put(int end) {
        output.image(image.limit(end).position(begin), time);
    }

    /**
     * Appends bytes. The held bytes move to the front only when the rest of the memory is used up, and the memory grows when moving would leave less
     * than an eighth of it free, so that each byte moves a few times at most.
     */
    private void append(ByteBuffer piece, int count) {
        if (heldBytes + count > held.length) {
            int rest = heldBytes - begin;
            byte[] room = rest + count > held.length / 8 * 7 ? new byte[Math.max(held.length * 2, rest + count)] : held;
            System.arraycopy(held, begin, room, 0, rest);
            at -= begin;
            heldBytes = rest;
            begin = 0;
            if (room != held) {
                held = room;
                image = ByteBuffer.wrap(held);
            }
        }
        piece.get(held, heldBytes, count);
        heldBytes += count;
    }

    private int u8(int index) {
        return held[index] & 0xff;
    }
}
