package dev.perch.mp4;

/** The types of the boxes that every frame writes, as big-endian numbers. */
final class Fourcc {
    static final int MOOF = of("moof");
    static final int MFHD = of("mfhd");
    static final int TRAF = of("traf");
    static final int TFHD = of("tfhd");
    static final int TFDT = of("tfdt");
    static final int TRUN = of("trun");
    static final int MDAT = of("mdat");
    static final int FREE = of("free");
    static final int PRFT = of("prft");

    private Fourcc() {}

    private static int of(String type) {
        return type.charAt(0) << 24 | type.charAt(1) << 16 | type.charAt(2) << 8 | type.charAt(3);
    }
}
