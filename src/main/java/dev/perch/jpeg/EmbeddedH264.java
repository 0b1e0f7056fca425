package dev.perch.jpeg;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Takes the H.264 access unit out of a JPEG image's APP4 segments (USB Device Class Definition for Video Devices: H.264 Payload, revision 1.0, §3.5,
 * stream multiplexing). For one thread; the memory that it gathers in grows to the largest access unit seen.
 *
 * <pre>
 *  first:  FFE4 | length 16 BE | version 16 BE | header length 16 LE | "H264" | width 16 | height 16 | interval 32 | delay 16 | PTS 32 | size 32 LE | data …
 *  later:  FFE4 | length 16 BE | data …
 * </pre>
 */
public final class EmbeddedH264 {
    private static final int VERSION_BYTES = 2;
    private static final int FEWEST_HEADER_BYTES = 22;
    private static final int SIZE_BYTES = 4;
    private static final int MARKER_BYTES = 4;
    private static final int STREAM_TYPE = 0x48323634; // "H264"

    private ByteBuffer gathered = ByteBuffer.allocate(0); // most cameras need none
    private int sizeBytes;
    private int segments;

    /**
     * The access unit in Annex B form.
     *
     * @param jpeg one image between position and limit; only read, its position stays
     * @return position 0 to limit, valid until the next call; empty when the image carries none
     * @throws MalformedBitstreamException when it carries less than it says
     */
    public Optional<ByteBuffer> find(ByteBuffer jpeg) throws MalformedBitstreamException {
        return findIn(big(jpeg));
    }

    private Optional<ByteBuffer> findIn(ByteBuffer jpeg) throws MalformedBitstreamException {
        gathered.clear();
        segments = 0;
        int at = jpeg.position() + 2;
        while (at + MARKER_BYTES <= jpeg.limit() && (jpeg.get(at) & 0xff) == 0xff) {
            int marker = jpeg.get(at + 1) & 0xff;
            if (marker == 0xff) { // a fill byte
                at++;
                continue;
            }
            int length = Short.toUnsignedInt(jpeg.getShort(at + 2));
            if (marker == Marker.SOS || marker < Marker.SOF0 || length < 2 || at + 2 + length > jpeg.limit()) {
                break;
            }
            if (marker == Marker.APP4) {
                segment(jpeg, at + MARKER_BYTES, at + 2 + length);
            }
            at += 2 + length;
        }
        return segments == 0 ? Optional.empty() : Optional.of(whole(at - jpeg.position()));
    }

    /** How much memory it holds. */
    public int capacityBytes() {
        return gathered.capacity();
    }

    /** Whether an APP4 segment's content, from {@code from} to {@code to}, begins an access unit. */
    static boolean begins(ByteBuffer jpeg, int from, int to) {
        return to - from >= FEWEST_HEADER_BYTES + SIZE_BYTES
                && big(jpeg).getInt(from + 2 * VERSION_BYTES) == STREAM_TYPE;
    }

    private void segment(ByteBuffer jpeg, int from, int to) throws MalformedBitstreamException {
        if (segments > 0) {
            gather(jpeg, from, to);
            return;
        }
        if (!begins(jpeg, from, to)) {
            return; // another use of APP4
        }
        ByteBuffer little = jpeg.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Short.toUnsignedInt(little.getShort(from + VERSION_BYTES));
        int data = from + headerBytes + SIZE_BYTES;
        if (headerBytes < FEWEST_HEADER_BYTES || data > to) {
            throw new MalformedBitstreamException("H.264 header ends behind its segment", from, headerBytes);
        }
        sizeBytes = little.getInt(from + headerBytes);
        gather(jpeg, data, to);
    }

    private void gather(ByteBuffer jpeg, int from, int to) {
        int count = to - from;
        if (gathered.remaining() < count) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * gathered.capacity(), gathered.position() + count));
            gathered = larger.put(gathered.flip());
        }
        gathered.put(gathered.position(), jpeg, from, count);
        gathered.position(gathered.position() + count);
        segments++;
    }

    /** Some cameras count the data alone, some also the marker and length of each later segment. */
    private ByteBuffer whole(int at) throws MalformedBitstreamException {
        int dataBytes = gathered.position();
        int withMarkers = dataBytes + MARKER_BYTES * (segments - 1);
        if (sizeBytes <= 0 || (sizeBytes > dataBytes && sizeBytes != withMarkers)) {
            throw new MalformedBitstreamException("H.264 payload is not as long as it says", at, sizeBytes);
        }
        return gathered.flip().limit(Math.min(sizeBytes, dataBytes));
    }

    private static ByteBuffer big(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.BIG_ENDIAN
                ? buffer
                : buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
    }
}
