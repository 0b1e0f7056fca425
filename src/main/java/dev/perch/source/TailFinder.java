package dev.perch.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Finds a place near the end of a file from which it can be read: Matroska, FLV, MPEG-TS and fragmented MP4 can, after the bytes before their frames.
 */
final class TailFinder {
    /** How much of the end is searched for a key frame: four seconds of 16 Mbit/s. */
    private static final int TAIL_BYTES = 8 << 20;

    private static final int LAST_BYTES = 128 << 10;
    private static final int MOST_HEAD_BYTES = 4 << 20;
    private static final int MOST_ELEMENTS = 100;
    private static final int TS_BYTES = 188; // ISO/IEC 13818-1 §2.4.3.2
    private static final int EBML = 0x1A45DFA3;
    private static final int SEGMENT = 0x18538067;
    private static final int CLUSTER = 0x1F43B675;
    private static final int CLUSTER_TIMESTAMP = 0xE7;
    private static final int CRC = 0xBF;
    private static final int MOOF = 'm' << 24 | 'o' << 16 | 'o' << 8 | 'f';
    private static final int MFHD = 'm' << 24 | 'f' << 16 | 'h' << 8 | 'd';

    /**
     * The parts of a file to read.
     *
     * @param headBytes from the start
     * @param tailOffset where the rest begins
     */
    record Parts(long headBytes, long tailOffset) {
        static final Parts WHOLE = new Parts(0, 0);
    }

    private interface Mark {
        /** Returns whether a part that can be read alone begins at {@code at}. */
        boolean begins(ByteBuffer bytes, int at);
    }

    private final FileChannel file;

    TailFinder(FileChannel file) {
        this.file = file;
    }

    Parts find() throws IOException {
        ByteBuffer first = read(0, 3 * TS_BYTES);
        if (first.limit() < 3 * TS_BYTES || file.size() < TAIL_BYTES / 8) {
            return Parts.WHOLE;
        }
        if (first.getInt(0) == EBML) {
            return parts(matroskaHead(), TailFinder::cluster);
        }
        if (first.get(0) == 'F' && first.get(1) == 'L' && first.get(2) == 'V') {
            return parts(flvHead(), TailFinder::keyTag);
        }
        if (first.get(0) == 0x47 && first.get(TS_BYTES) == 0x47 && first.get(2 * TS_BYTES) == 0x47) {
            return new Parts(0, Math.max(0, file.size() - TAIL_BYTES / 4) / TS_BYTES * TS_BYTES);
        }
        return parts(mp4Head(), TailFinder::fragment);
    }

    private ByteBuffer read(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {
            // a read may return fewer bytes
        }
        return bytes.flip();
    }

    /** Returns the parts for a head of that length and the last mark behind it; the whole file if there is no mark. */
    private Parts parts(long headBytes, Mark mark) throws IOException {
        if (headBytes < 0) {
            return Parts.WHOLE;
        }
        int step = TAIL_BYTES / 16;
        // the very last part may not hold even one frame
        for (long from = file.size() - LAST_BYTES - step;
                from > headBytes && from > file.size() - TAIL_BYTES;
                from -= step) {
            ByteBuffer bytes = read(from, step + 64);
            for (int at = Math.min(step, bytes.limit() - 32); at >= 0; at--) {
                if (mark.begins(bytes, at)) {
                    return new Parts(headBytes, from + at);
                }
            }
        }
        return Parts.WHOLE;
    }

    // Matroska (RFC 9559): EBML header, Segment of unknown length { SeekHead, Info, Tracks …, Cluster { Timestamp, … },
    // Cluster … }

    /** Returns where the first Cluster begins; -1 if it is not found. */
    private long matroskaHead() throws IOException {
        long at = 0;
        for (int i = 0; i < MOST_ELEMENTS && at < MOST_HEAD_BYTES; i++) {
            ByteBuffer head = read(at, 12);
            if (head.limit() < 12) {
                return -1;
            }
            int idBytes = Integer.numberOfLeadingZeros(head.get(0) & 0xff) - 23;
            if (idBytes > 4) {
                return -1;
            }
            int id = head.getInt(0) >>> (8 * (4 - idBytes));
            int sizeBytes = Integer.numberOfLeadingZeros(head.get(idBytes) & 0xff) - 23;
            if (id == CLUSTER) {
                return at;
            }
            if (sizeBytes > 8) {
                return -1;
            }
            at += idBytes + sizeBytes + (id == SEGMENT ? 0 : number(head, idBytes, sizeBytes));
        }
        return -1;
    }

    private static long number(ByteBuffer bytes, int at, int count) {
        long value = bytes.get(at) & (0xff >> count);
        for (int i = 1; i < count; i++) {
            value = value << 8 | (bytes.get(at + i) & 0xff);
        }
        return value;
    }

    private static boolean cluster(ByteBuffer bytes, int at) {
        if (bytes.getInt(at) != CLUSTER) {
            return false;
        }
        int sizeBytes = Integer.numberOfLeadingZeros(bytes.get(at + 4) & 0xff) - 23;
        if (sizeBytes > 8) {
            return false;
        }
        int first = at + 4 + sizeBytes;
        int timestamp = (bytes.get(first) & 0xff) == CRC ? first + 6 : first; // with its length and 32 bits
        return (bytes.get(timestamp) & 0xff) == CLUSTER_TIMESTAMP;
    }

    // FLV (Adobe Flash Video File Format Specification 10.1 §E.2 to §E.4): header 9, size 4, { tag head 11, body, size
    // 4 } …

    /** Returns where the first frame's tag begins, behind the metadata and the descriptions; -1 if it is not found. */
    private long flvHead() throws IOException {
        long at = 13;
        for (int i = 0; i < MOST_ELEMENTS && at < MOST_HEAD_BYTES; i++) {
            ByteBuffer head = read(at, 13);
            if (head.limit() < 13) {
                return -1;
            }
            boolean described = head.get(0) == 18 || head.get(12) == 0;
            if (!described) {
                return at;
            }
            at += 11 + u24(head, 1) + 4;
        }
        return -1;
    }

    private static int u24(ByteBuffer bytes, int at) {
        return bytes.getInt(at) >>> 8;
    }

    /** Returns whether a video tag with a key frame of H.264 begins at {@code at}; its rest may not be written yet. */
    private static boolean keyTag(ByteBuffer bytes, int at) {
        return bytes.get(at) == 9
                && u24(bytes, at + 8) == 0
                && bytes.get(at + 11) == 0x17
                && bytes.get(at + 12) == 1
                && u24(bytes, at + 1) > 5;
    }

    // MP4 (ISO/IEC 14496-12 §8.8): ftyp, moov, { moof { mfhd … }, mdat } …

    /** Returns where the first moof begins; -1 if no moov stands before it. */
    private long mp4Head() throws IOException {
        long at = 0;
        boolean described = false;
        for (int i = 0; i < MOST_ELEMENTS && at < MOST_HEAD_BYTES; i++) {
            ByteBuffer head = read(at, 8);
            if (head.limit() < 8 || head.getInt(0) < 8) {
                return -1;
            }
            int type = head.getInt(4);
            if (type == MOOF) {
                return described ? at : -1;
            }
            described |= type == ('m' << 24 | 'o' << 16 | 'o' << 8 | 'v');
            at += head.getInt(0);
        }
        return -1;
    }

    private static boolean fragment(ByteBuffer bytes, int at) {
        return bytes.getInt(at + 4) == MOOF && bytes.getInt(at + 8) == 16 && bytes.getInt(at + 12) == MFHD;
    }
}
