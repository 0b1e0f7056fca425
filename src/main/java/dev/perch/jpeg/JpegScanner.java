package dev.perch.jpeg;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Walks the markers of one image (ITU-T T.81 (09/92) Annex B) and finds the ranges of bytes to keep. Reused from frame to frame, so that a sound
 * image allocates nothing. It holds offsets only, which are valid as long as the scanned memory is. Not thread-safe.
 */
final class JpegScanner {
    private static final int MAX_COMPONENTS = 4; // of a scan (§B.2.3), so of anything that the web shows
    private static final int AVI1 = 0x41564931;
    private static final int MOST_PADDING_BYTES = 1024; // up to the next sector or page; more needs the full scan

    private ByteBuffer memory = ByteBuffer.allocate(0);
    private int limit;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int ranges;
    private int frameMarker;
    private int frameHeader;
    private boolean tables;
    private boolean embedded; // H.264 was met in an APP4 segment: later ones carry the rest of it
    private boolean closed;
    private int fieldPolarity;
    private int tablesBefore;

    /**
     * Reads the segments before the first scan and looks for EOI at the end of the memory, without reading what lies between. For an image with one
     * EOI and no more than a little padding behind it, {@link #scan} finds the same.
     *
     * @return false if the head and the end do not suffice; nothing was found then
     * @throws MalformedBitstreamException when no picture can be made of it
     */
    boolean scanHead(ByteBuffer jpeg) throws MalformedBitstreamException {
        memory = jpeg;
        limit = jpeg.limit();
        int at = jpeg.position();
        int imageEnd = endOfLastImage(at);
        if (imageEnd < 0 || u8(at) != 0xff || u8(at + 1) != Marker.SOI) {
            return false;
        }
        begin(at);
        at += 2;
        int marker = 0;
        while (marker != Marker.SOS) {
            marker = at + 4 <= limit && u8(at) == 0xff ? u8(at + 1) : 0;
            int end = Marker.beginsSegment(marker) ? segmentEnd(at) : -1;
            if (end < 0) {
                return false;
            }
            segment(marker, at, end);
            at = end;
        }
        if (at >= imageEnd - 2) { // nothing is coded
            return false;
        }
        keep(at, imageEnd);
        closed = true;
        return true;
    }

    /** Returns the index behind an EOI that at most a little padding follows, or -1. */
    private int endOfLastImage(int from) {
        int end = limit;
        int least = Math.max(from + 4, limit - MOST_PADDING_BYTES);
        while (end > least && memory.get(end - 1) == 0) {
            end--;
        }
        return end >= from + 4 && u8(end - 2) == 0xff && u8(end - 1) == Marker.EOI ? end : -1;
    }

    /** Returns the index behind the last kept byte. */
    int imageEnd() {
        return ends[ranges - 1];
    }

    /**
     * Walks the image between position and limit, by absolute reads only. Like a decoder it skips bytes between segments and accepts an image that
     * ends early.
     *
     * @throws MalformedBitstreamException when no picture can be made of it
     */
    void scan(ByteBuffer jpeg) throws MalformedBitstreamException {
        memory = jpeg;
        limit = jpeg.limit();
        int at = seekImage(jpeg.position());
        begin(at);
        at += 2;
        boolean scanned = false;
        int marker = 0;
        while (marker != Marker.EOI) {
            at = seekMarker(at);
            if (at < 0) {
                break;
            }
            marker = u8(at + 1);
            if (marker == Marker.SOI) {
                if (scanned) {
                    break;
                }
                begin(at); // two images in one buffer: only the second has coded data
                at += 2;
            } else if (marker == Marker.EOI && scanned) {
                keep(at, at + 2);
                closed = true;
            } else if (Marker.stray(marker) || marker == Marker.EOI) {
                marker = 0;
                at += 2;
            } else {
                int end = segmentEnd(at);
                if (end < 0) {
                    break;
                }
                segment(marker, at, end);
                at = end;
                if (marker == Marker.SOS) {
                    at = endOfEntropyCodedData(end);
                    int dataEnd = at == limit ? withoutPadding(end) : at;
                    keep(end, dataEnd);
                    scanned |= dataEnd > end;
                }
            }
        }
        if (!scanned) {
            throw malformed("no scan", at < 0 ? limit : at, marker);
        }
    }

    private void begin(int start) {
        ranges = 0;
        frameMarker = 0;
        tables = false;
        embedded = false;
        closed = false;
        fieldPolarity = 0;
        tablesBefore = -1;
        keep(start, start + 2);
    }

    /** Returns whether the image ends with EOI; otherwise the caller appends one. */
    boolean closed() {
        return closed;
    }

    /** Returns which field of a frame the image is, from its AVI1 segment; 0 for a whole picture. */
    int fieldPolarity() {
        return fieldPolarity;
    }

    int width() {
        return u16(frameHeader + 7);
    }

    int height() {
        return u16(frameHeader + 5);
    }

    /** Returns the number of byte ranges that make the repaired image. */
    int ranges() {
        return ranges;
    }

    /** Returns the start of range {@code index}, as an absolute index in the scanned buffer. */
    int start(int index) {
        return starts[index];
    }

    /** Returns the end of range {@code index}, exclusive. */
    int end(int index) {
        return ends[index];
    }

    /** Returns the range before which the standard Huffman tables belong, or -1 if the image has its own. */
    int tablesBefore() {
        return tablesBefore;
    }

    /** Returns the contents of the frame header (§B.2.2). */
    JpegFrame frame() {
        List<JpegFrame.Component> components = new ArrayList<>();
        for (int i = 0; i < u8(frameHeader + 9); i++) {
            int factors = u8(frameHeader + 11 + 3 * i);
            components.add(new JpegFrame.Component(u8(frameHeader + 10 + 3 * i), factors >> 4, factors & 0xf));
        }
        return new JpegFrame(width(), height(), u8(frameHeader + 4), frameMarker == Marker.SOF2, components);
    }

    private int seekImage(int from) throws MalformedBitstreamException {
        int at = Marker.indexOfFF(memory, from, limit);
        while (at + 1 < limit && u8(at + 1) != Marker.SOI) {
            at = Marker.indexOfFF(memory, at + 1, limit);
        }
        if (at + 1 >= limit) {
            throw malformed("no SOI", from, limit - from < 2 ? -1 : u16(from));
        }
        return at;
    }

    /**
     * Returns the index of the next marker, or -1. §B.1.1.2: "Any marker may optionally be preceded by any number of fill bytes, which are bytes
     * assigned code X'FF'." Some cameras write other bytes there too.
     */
    private int seekMarker(int from) {
        int at = Marker.indexOfFF(memory, from, limit);
        while (at + 1 < limit && (u8(at + 1) == 0xff || u8(at + 1) == 0)) {
            at = Marker.indexOfFF(memory, at + 1, limit);
        }
        return at + 1 < limit ? at : -1;
    }

    /** Returns the index behind the segment at {@code at}, or -1 if the segment is damaged or cut off. */
    private int segmentEnd(int at) {
        if (at + 4 > limit || u16(at + 2) < 2 || at + 2 + u16(at + 2) > limit) {
            return -1;
        }
        return at + 2 + u16(at + 2);
    }

    private void segment(int marker, int at, int end) throws MalformedBitstreamException {
        embedded |= marker == Marker.APP4 && EmbeddedH264.begins(memory, at + 4, end);
        if (embedded && marker == Marker.APP4) {
            return; // another stream, which EmbeddedH264 extracts
        }
        if (marker == Marker.APP0 && end - at >= 9 && u16(at + 4) == AVI1 >>> 16 && u16(at + 6) == (AVI1 & 0xffff)) {
            fieldPolarity = u8(at + 8);
        }
        if (Marker.applicationOrComment(marker) && holdsImageMarker(at + 4, end)) {
            return; // a thumbnail (EXIF), a preview, or bytes that a cutter at FFD8 and FFD9 would mistake for one
        }
        if (Marker.startOfFrame(marker)) {
            frameHeader(marker, at, end);
        } else if (marker == Marker.DHT) {
            tables = true;
        } else if (marker == Marker.SOS) {
            beforeScan(at);
        }
        keep(at, end);
    }

    private void frameHeader(int marker, int at, int end) throws MalformedBitstreamException {
        if (frameMarker != 0 || end - at < 10) {
            throw malformed("frame header out of place or too short", at, marker);
        }
        int components = u8(at + 9);
        if (components == 0 || components > MAX_COMPONENTS) {
            throw malformed("frame header has no components, or more than four", at, components);
        }
        if (end - at < 10 + 3 * components) {
            throw malformed("frame header is too short for its components", at, components);
        }
        for (int i = 0; i < components; i++) {
            int factors = u8(at + 11 + 3 * i);
            if (factors >> 4 == 0 || factors >> 4 > 4 || (factors & 0xf) == 0 || (factors & 0xf) > 4) {
                throw malformed("sampling factor is out of range", at + 11 + 3 * i, factors);
            }
        }
        frameMarker = marker;
        frameHeader = at;
    }

    /**
     * Notes the place for the standard tables, which serve 8 bits, baseline and sequential; other Huffman-coded images without tables cannot be
     * decoded.
     */
    private void beforeScan(int at) throws MalformedBitstreamException {
        if (frameMarker == 0) {
            throw malformed("scan without a frame header", at, Marker.SOS);
        }
        if (tables || frameMarker > Marker.JPG) { // arithmetic coding needs none
            return;
        }
        if (frameMarker > Marker.SOF1 || u8(frameHeader + 4) != 8) {
            throw malformed("no Huffman tables", at, frameMarker);
        }
        tables = true;
        tablesBefore = ranges; // the scan header begins its own range
    }

    /**
     * Returns the index behind the coded data: the next image, EOI or segment, or the end of the memory. Stuffed zeros and restarts (§B.1.1.5) belong
     * to the coded data; damage is skipped like them.
     */
    private int endOfEntropyCodedData(int from) {
        int at = Marker.indexOfFF(memory, from, limit);
        while (at + 1 < limit) {
            int marker = u8(at + 1);
            if (marker == Marker.EOI || marker == Marker.SOI || (Marker.followsScan(marker) && segmentEnd(at) >= 0)) {
                return at;
            }
            at = Marker.indexOfFF(memory, marker == 0xff ? at + 1 : at + 2, limit);
        }
        return limit;
    }

    /** Returns the end of coded data without EOI, before the buffer's padding: decoders read zeros behind the end anyway. */
    private int withoutPadding(int from) {
        int end = limit;
        while (end > from && memory.get(end - 1) == 0) {
            end--;
        }
        return end;
    }

    private boolean holdsImageMarker(int from, int to) {
        int at = Marker.indexOfFF(memory, from, to);
        while (at + 1 < to) {
            if (u8(at + 1) == Marker.SOI || u8(at + 1) == Marker.EOI) {
                return true;
            }
            at = Marker.indexOfFF(memory, at + 1, to);
        }
        return false;
    }

    private void keep(int start, int end) {
        if (ranges > 0 && ends[ranges - 1] == start && tablesBefore != ranges) {
            ends[ranges - 1] = end;
            return;
        }
        if (ranges == starts.length) {
            starts = Arrays.copyOf(starts, ranges * 2);
            ends = Arrays.copyOf(ends, ranges * 2);
        }
        starts[ranges] = start;
        ends[ranges] = end;
        ranges++;
    }

    private int u8(int index) {
        return memory.get(index) & 0xff;
    }

    private int u16(int index) {
        return u8(index) << 8 | u8(index + 1);
    }

    private MalformedBitstreamException malformed(String what, int at, int value) {
        return new MalformedBitstreamException(what, at - memory.position(), value);
    }
}
