package dev.perch.source;

import java.nio.ByteBuffer;

/**
 * The tables at the beginning of an MPEG transport stream: the facts of its first program (ITU-T H.222.0 §2.4.4).
 *
 * @param known whether the tables were found
 * @param h264 whether there is H.264
 * @param picture the name of the first picture's coding, for people; empty if unknown
 * @param aac whether the first sound is AAC that ffmpeg can copy
 */
record TransportTables(boolean known, boolean h264, String picture, boolean aac) {
    static final int PACKET_BYTES = 188; // §2.4.3.2
    static final byte SYNC = 0x47;

    /** Programs write their tables first: within this many bytes. */
    static final int NEEDED = 8 * PACKET_BYTES;

    private static final TransportTables UNKNOWN = new TransportTables(false, false, "", false);
    private static final int PAT_PID = 0;
    private static final int PMT_TABLE = 2;
    private static final int H264 = 0x1b; // stream_type, table 2-34, like the next ones
    private static final int H265 = 0x24;
    private static final int MPEG_1 = 1;
    private static final int MPEG_2 = 2;
    private static final int MPEG_4 = 0x10;
    private static final int ADTS = 0x0f;
    private static final int MPEG_1_SOUND = 3;
    private static final int MPEG_2_SOUND = 4;
    private static final int LATM = 0x11;

    /** Parses the tables between position and limit, which are only read. */
    static TransportTables of(ByteBuffer first) {
        int pmtPid = -1;
        for (int at = first.position(); at + PACKET_BYTES <= first.limit(); at += PACKET_BYTES) {
            ByteBuffer section = section(first, at);
            int pid = (first.get(at + 1) & 0x1f) << 8 | (first.get(at + 2) & 0xff);
            if (!section.hasRemaining()) {
                continue;
            }
            if (pid == PAT_PID) {
                pmtPid = program(section);
            } else if (pid == pmtPid && section.get(0) == PMT_TABLE) {
                return streams(section);
            }
        }
        return UNKNOWN;
    }

    /** Returns the section that begins in a packet; empty if none does, or it continues in the next packet. */
    private static ByteBuffer section(ByteBuffer packets, int at) {
        ByteBuffer none = packets.slice(at, 0);
        boolean begins = packets.get(at) == SYNC && (packets.get(at + 1) & 0x40) != 0; // payload_unit_start_indicator
        int adaptation = packets.get(at + 3) & 0x30;
        if (!begins || (adaptation & 0x10) == 0) {
            return none;
        }
        int payload = at + 4 + ((adaptation & 0x20) != 0 ? 1 + (packets.get(at + 4) & 0xff) : 0);
        int end = at + PACKET_BYTES;
        if (payload >= end) {
            return none;
        }
        int begin = payload + 1 + (packets.get(payload) & 0xff); // pointer_field
        if (begin + 3 > end) {
            return none;
        }
        int length = 3 + ((packets.get(begin + 1) & 0xf) << 8 | (packets.get(begin + 2) & 0xff));
        return begin + length > end ? none : packets.slice(begin, length);
    }

    /** Returns the packet id of the first program's table; -1 if there is none (§2.4.4.3). */
    private static int program(ByteBuffer section) {
        for (int at = 8; at + 4 <= section.limit() - 4; at += 4) {
            if (section.getShort(at) != 0) { // program 0 is the network's
                return section.getShort(at + 2) & 0x1fff;
            }
        }
        return -1;
    }

    /** Reads the streams of a program's table (§2.4.4.8). */
    private static TransportTables streams(ByteBuffer section) {
        boolean h264 = false;
        String picture = "";
        boolean aac = false;
        boolean sound = false;
        if (section.limit() < 16) {
            return UNKNOWN;
        }
        int at = 12 + (section.getShort(10) & 0xfff);
        while (at + 5 <= section.limit() - 4) {
            int type = section.get(at) & 0xff;
            String name = pictureName(type);
            h264 |= type == H264;
            picture = picture.isEmpty() ? name : picture;
            boolean heard = type == ADTS || type == LATM || type == MPEG_1_SOUND || type == MPEG_2_SOUND;
            aac |= type == ADTS && !sound;
            sound |= heard;
            at += 5 + (section.getShort(at + 3) & 0xfff);
        }
        return new TransportTables(true, h264, picture, aac);
    }

    private static String pictureName(int type) {
        return switch (type) {
            case H264 -> "H.264";
            case H265 -> "H.265";
            case MPEG_1, MPEG_2 -> "MPEG-2 video";
            case MPEG_4 -> "MPEG-4 part 2 video";
            default -> "";
        };
    }
}
