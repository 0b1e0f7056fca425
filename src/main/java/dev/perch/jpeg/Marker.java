package dev.perch.jpeg;

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
    static final int APP0 = 0xe0;
    static final int APP4 = 0xe4;
    static final int APP15 = 0xef;
    static final int COM = 0xfe;

    private Marker() {}

    /** Whether it begins a frame header. */
    static boolean startOfFrame(int marker) {
        return marker >= SOF0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC;
    }

    /** Whether its segment holds what no decoder needs. */
    static boolean applicationOrComment(int marker) {
        return (marker >= APP0 && marker <= APP15) || marker == COM;
    }
}
