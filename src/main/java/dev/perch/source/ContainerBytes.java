package dev.perch.source;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The containers that a publisher may send, recognized by their first bytes. */
enum ContainerBytes {
    /** Adobe Flash Video File Format 10.1, annex E.2. */
    FLV,
    /** ISO/IEC 14496-12:2015 §4.3. */
    MOVIE,
    /** ITU-T H.222.0 §2.4.3. */
    TRANSPORT;

    /** The fewest bytes that identify a container. */
    static final int NEEDED = 8;

    private static final int FLV_WORD = 'F' << 24 | 'L' << 16 | 'V' << 8 | 1;
    private static final int FTYP = 'f' << 24 | 't' << 16 | 'y' << 8 | 'p';
    private static final int STYP = 's' << 24 | 't' << 16 | 'y' << 8 | 'p';

    /** Returns the container that begins with the bytes from position on; empty if none is recognized. */
    static Optional<ContainerBytes> of(ByteBuffer first) {
        if (first.remaining() < NEEDED) {
            return Optional.empty();
        }
        int at = first.position();
        int second = first.getInt(at + Integer.BYTES);
        if (first.getInt(at) == FLV_WORD) {
            return Optional.of(FLV);
        }
        if (second == FTYP || second == STYP) {
            return Optional.of(MOVIE);
        }
        boolean sync = first.get(at) == TransportTables.SYNC;
        boolean again = first.remaining() <= TransportTables.PACKET_BYTES
                || first.get(at + TransportTables.PACKET_BYTES) == TransportTables.SYNC;
        return sync && again ? Optional.of(TRANSPORT) : Optional.empty();
    }
}
