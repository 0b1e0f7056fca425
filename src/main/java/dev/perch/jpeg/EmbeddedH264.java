package dev.perch.jpeg;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Takes the H.264 access unit out of a JPEG image's APP4 segments (USB Device Class Definition for Video Devices: H.264 Payload, revision 1.0, §3.5,
 * stream multiplexing). For one thread. An access unit in one segment is not copied.
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

    private final IntFunction<ByteBuffer> memory;
    private int[] starts = new int[4];
    private int[] ends = new int[4];
    private int segments;
    private int sizeBytes;

    /**
     * Creates an extractor.
     *
     * @param memory returns a buffer of at least the asked size, for access units that fill several segments, or a smaller one when there is no room;
     *     it is used until the next call of {@link #find}
     */
    public EmbeddedH264(IntFunction<ByteBuffer> memory) {
        this.memory = memory;
    }

    /**
     * Returns the access unit in Annex B form.
     *
     * @param jpeg one image between position and limit; only read, its position does not move
     * @return position 0 to limit, valid as long as the image and until the next call; empty when the image carries none
     * @throws MalformedBitstreamException when fewer bytes are there than announced, or there is no room to gather them
     */
    public Optional<ByteBuffer> find(ByteBuffer jpeg) throws MalformedBitstreamException {
        return findIn(big(jpeg));
    }

    private Optional<ByteBuffer> findIn(ByteBuffer jpeg) throws MalformedBitstreamException {
        segments = 0;
        int at = jpeg.position() + 2;
        while (at + MARKER_BYTES <= jpeg.limit()) {
            int marker = jpeg.get(at + 1) & 0xff;
            if (jpeg.get(at) != (byte) 0xff || marker == 0xff || marker == 0) { // not a marker, or a fill byte
                at = Marker.indexOfFF(jpeg, at + 1, jpeg.limit());
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
        return segments == 0 ? Optional.empty() : Optional.of(whole(jpeg, at - jpeg.position()));
    }

    /** Returns whether an APP4 segment's content, from {@code from} to {@code to}, begins an access unit. */
    static boolean begins(ByteBuffer jpeg, int from, int to) {
        return to - from >= FEWEST_HEADER_BYTES + SIZE_BYTES
                && big(jpeg).getInt(from + 2 * VERSION_BYTES) == STREAM_TYPE;
    }

    private void segment(ByteBuffer jpeg, int from, int to) throws MalformedBitstreamException {
        if (segments > 0) {
            add(from, to);
            return;
        }
        if (!begins(jpeg, from, to)) {
            return; // APP4 used for something else
        }
        ByteBuffer little = jpeg.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Short.toUnsignedInt(little.getShort(from + VERSION_BYTES));
        int data = from + headerBytes + SIZE_BYTES;
        if (headerBytes < FEWEST_HEADER_BYTES || data > to) {
            throw new MalformedBitstreamException("H.264 header ends behind its segment", from, headerBytes);
        }
        sizeBytes = little.getInt(from + headerBytes);
        add(data, to);
    }

    private void add(int from, int to) {
        if (segments == starts.length) {
            starts = Arrays.copyOf(starts, 2 * segments);
            ends = Arrays.copyOf(ends, 2 * segments);
        }
        starts[segments] = from;
        ends[segments] = to;
        segments++;
    }

    /**
     * Returns the whole access unit. Some cameras' sizes count its bytes alone, others also the marker and length of each later segment.
     */
    private ByteBuffer whole(ByteBuffer jpeg, int at) throws MalformedBitstreamException {
        int dataBytes = 0;
        for (int i = 0; i < segments; i++) {
            dataBytes += ends[i] - starts[i];
        }
        int withMarkers = dataBytes + MARKER_BYTES * (segments - 1);
        if (sizeBytes <= 0 || (sizeBytes > dataBytes && sizeBytes != withMarkers)) {
            throw new MalformedBitstreamException("H.264 payload is not as long as it says", at, sizeBytes);
        }
        int unitBytes = Math.min(sizeBytes, dataBytes);
        return segments == 1
                ? jpeg.slice(starts[0], unitBytes)
                : gathered(jpeg, dataBytes, at).limit(unitBytes);
    }

    private ByteBuffer gathered(ByteBuffer jpeg, int dataBytes, int at) throws MalformedBitstreamException {
        ByteBuffer all = memory.apply(dataBytes).duplicate().clear();
        if (all.remaining() < dataBytes) {
            throw new MalformedBitstreamException("no room to gather H.264 in", at, dataBytes);
        }
        for (int i = 0; i < segments; i++) {
            all.put(all.position(), jpeg, starts[i], ends[i] - starts[i]);
            all.position(all.position() + ends[i] - starts[i]);
        }
        return all.flip();
    }

    private static ByteBuffer big(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.BIG_ENDIAN
                ? buffer
                : buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
    }
}
