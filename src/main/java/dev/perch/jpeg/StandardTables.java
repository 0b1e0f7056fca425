package dev.perch.jpeg;

import dev.perch.media.Bytes;
import java.util.HexFormat;

/**
 * The typical Huffman tables of ITU-T T.81 (09/92) Annex K.3 as one DHT segment (§B.2.4.2): an MJPEG camera that sends no tables means these.
 */
final class StandardTables {
    /** The tables: each has its class and destination, the numbers of codes of 1 to 16 bits, and the values in the order of their codes. */
    private static final String SEGMENT = "ffc401a2"
            // Table K.3: luminance DC
            + "00" + "00010501010101010100000000000000"
            + "000102030405060708090a0b"
            // Table K.5: luminance AC
            + "10" + "0002010303020403050504040000017d"
            + "01020300041105122131410613516107227114328191a1082342b1c11552d1f0"
            + "2433627282090a161718191a25262728292a3435363738393a43444546474849"
            + "4a535455565758595a636465666768696a737475767778797a83848586878889"
            + "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5"
            + "c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8"
            + "f9fa"
            // Table K.4: chrominance DC
            + "01" + "00030101010101010101010000000000"
            + "000102030405060708090a0b"
            // Table K.6: chrominance AC
            + "11" + "00020102040403040705040400010277"
            + "000102031104052131061241510761711322328108144291a1b1c109233352f0"
            + "156272d10a162434e125f11718191a262728292a35363738393a434445464748"
            + "494a535455565758595a636465666768696a737475767778797a828384858687"
            + "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3"
            + "c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8"
            + "f9fa";

    /** The whole segment, marker included. */
    static final Bytes DHT = Bytes.copyOf(HexFormat.of().parseHex(SEGMENT));

    private StandardTables() {}
}
