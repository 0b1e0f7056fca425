package dev.perch.jpeg;

import dev.perch.media.ByteSearch;
import java.nio.ByteBuffer;

/** The second bytes of the markers (ITU-T T.81 (09/92) Table B.1). */
final class Marker {
    static final int TEM = 0x01;
    static final int SOF0 = 0xc0;
    static final int SOF1 = 0xc1;
    static final int SOF2 = 0xc2;
    static final int DHT = 0xc4;
    static final int JPG = 0xc8;
    static final int DAC = 0xcc;
    static final int RST0 = 0xd0;
    static final int RST7 = 0xd7;
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    static final int SOS = 0xda;
    static final int DQT = 0xdb;
    static final int DNL = 0xdc;
    static final int DRI = 0xdd;
    static final int APP0 = 0xe0;
    static final int APP4 = 0xe4;
    static final int APP15 = 0xef;
    static final int COM = 0xfe;

    private Marker() {}

    /** Returns the index of the first byte FF in [{@code from}, {@code to}), or {@code to}. */
    static int indexOfFF(byte[] memory, int from, int to) {
        return ByteSearch.indexOf((byte) 0xff, memory, from, to);
    }

    /** Returns the index of the first byte FF in [{@code from}, {@code to}), or {@code to}. */
    static int indexOfFF(ByteBuffer memory, int from, int to) {
        return ByteSearch.indexOf((byte) 0xff, memory, from, to);
    }

    /** Returns whether a decoder skips this marker between segments: it has no length (§B.1.1.3), is reserved, or is damage. */
    static boolean stray(int marker) {
        return marker < SOF0 || (marker >= RST0 && marker <= RST7);
    }

    /** Returns whether a length follows this marker (§B.1.1.4), so that it begins a segment. */
    static boolean beginsSegment(int marker) {
        return marker != SOI && marker != EOI && marker != 0xff && !stray(marker);
    }

    /**
     * Returns whether this marker may follow a scan and begins a segment; any other one within coded data is damage, which a decoder skips.
     */
    static boolean followsScan(int marker) {
        return switch (marker) {
            case DHT, DAC, SOS, DQT, DNL, DRI -> true;
            default -> applicationOrComment(marker);
        };
    }

    /** Returns whether this marker begins a frame header. */
    static boolean startOfFrame(int marker) {
        return marker >= SOF0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC;
    }

    /** Returns whether no decoder needs this marker's segment. */
    static boolean applicationOrComment(int marker) {
        return (marker >= APP0 && marker <= APP15) || marker == COM;
    }
}
