package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures a parser of streams with bytes that were made to be slow for it. Quadratic work would take minutes of the processor. */
public final class Throughput {
    private static final int TOTAL_BYTES = 8 << 20;
    private static final int TINY_TOTAL_BYTES = 1 << 20;
    private static final int MOST_SECONDS = 20; // linear work takes less than one
    private static final int PIECE_BYTES = 64 << 10;

    private final String parser;
    private final Map<String, byte[]> inputs = new LinkedHashMap<>();

    /** Takes one stream after the other. */
    public interface Splitting {
        /** Makes a parser, which takes the pieces of one stream. */
        Piecewise begin() throws Exception;
    }

    /** Takes the pieces of a stream. */
    public interface Piecewise {
        void take(ByteBuffer piece) throws Exception;
    }

    /** @param parser the name, for the output */
    public Throughput(String parser) {
        this.parser = parser;
    }

    /** Adds a stream that repeats {@code input}. */
    public Throughput with(String what, byte[] input) {
        inputs.put(what, input);
        return this;
    }

    /** Adds a stream that repeats these bytes, given in hexadecimal. */
    public Throughput with(String what, String hex) {
        return with(what, HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Measures all streams, in pieces as large as reads, and in the small pieces of a slow or hostile connection. */
    public void measure(Splitting splitting) throws Exception {
        for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            String what = parser + ", " + input.getKey();
            measure(what, repeated(input.getValue(), TOTAL_BYTES), PIECE_BYTES, splitting);
            byte[] less = repeated(input.getValue(), TINY_TOTAL_BYTES);
            measure(what + ", a byte at a time", less, 1, splitting);
            measure(what + ", 61 bytes at a time", less, 61, splitting);
        }
    }

    private static byte[] repeated(byte[] input, int totalBytes) {
        byte[] stream = new byte[Math.max(1, totalBytes / input.length) * input.length];
        for (int at = 0; at < stream.length; at += input.length) {
            System.arraycopy(input, 0, stream, at, input.length);
        }
        return stream;
    }

    private static void measure(String what, byte[] stream, int pieceBytes, Splitting splitting) throws Exception {
        pieces(stream, pieceBytes, splitting.begin()); // compiled then
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        pieces(stream, pieceBytes, splitting.begin());
        double seconds = (threads.getCurrentThreadCpuTime() - begin) / 1e9;
        assertTrue(seconds > 0 && seconds < MOST_SECONDS, what + " takes " + seconds + " s of the processor");
        System.out.printf("splitter throughput, %s: %.0f MB/s%n", what, stream.length / 1e6 / seconds);
    }

    private static void pieces(byte[] stream, int pieceBytes, Piecewise parser) throws Exception {
        for (int at = 0; at < stream.length; at += pieceBytes) {
            parser.take(ByteBuffer.wrap(stream, at, Math.min(pieceBytes, stream.length - at)));
        }
    }
}
