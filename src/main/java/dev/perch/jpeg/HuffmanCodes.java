package dev.perch.jpeg;

/**
 * The codes of the standard tables (ITU-T T.81 (09/92) Annex C), by symbol: each in the high bits of an int, its length in the low byte.
 */
final class HuffmanCodes {
    private final int[][] tables = new int[4][]; // by class * 2 + destination

    private HuffmanCodes() {}

    static HuffmanCodes standard() {
        HuffmanCodes codes = new HuffmanCodes();
        int at = 4; // marker and length
        while (at < StandardTables.DHT.size()) {
            at = codes.table(at);
        }
        return codes;
    }

    /**
     * Assigns codes as figures C.1 and C.2 do: codes of one length count up, and those of the next length begin at twice the next number.
     */
    private int table(int start) {
        int classAndDestination = StandardTables.DHT.at(start);
        int[] codes = new int[256];
        int value = start + 17;
        int code = 0;
        for (int length = 1; length <= 16; length++) {
            for (int left = StandardTables.DHT.at(start + length); left > 0; left--) {
                codes[StandardTables.DHT.at(value++)] = code++ << 8 | length;
            }
            code <<= 1;
        }
        tables[(classAndDestination >> 4) * 2 + (classAndDestination & 1)] = codes;
        return value;
    }

    int lumaDc(int symbol) {
        return tables[0][symbol];
    }

    int chromaDc(int symbol) {
        return tables[1][symbol];
    }

    int lumaAc(int symbol) {
        return tables[2][symbol];
    }

    int chromaAc(int symbol) {
        return tables[3][symbol];
    }
}
