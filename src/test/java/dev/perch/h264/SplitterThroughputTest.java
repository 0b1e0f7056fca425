package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How fast the splitters with their publishers take input that was made to be slow, beside ordinary input. Quadratic work would take minutes of the processor. */
@Timeout(600)
@Tag("long") // it measures
class SplitterThroughputTest {
    private static final int TOTAL_BYTES = 8 << 20;
    private static final int MOST_SECONDS = 20; // linear work takes less than one
    private static final int PIECE_BYTES = 64 << 10;

    @Test
    void h264() {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        inputs.put("a camera's", Fuzz.h264().get(0));
        inputs.put("no start code", hex("55"));
        inputs.put("zeros", hex("00"));
        inputs.put("start codes", hex("000001"));
        inputs.put("empty NAL units", hex("00000100"));
        inputs.put("slices of two bytes", hex("0000016588"));
        inputs.put("slices that never begin a picture", hex("0000014140"));
        inputs.put("delimiters", hex("0000010910"));
        inputs.put("delimiters and slices", hex("0000010910 0000016588"));
        inputs.put("parameter sets", hex("0000016742c00d8c8d40a0f9 00000168ce3c80"));
        inputs.put("prefixes", hex("0000016588 0000016e40"));
        inputs.forEach((what, input) -> measure("H.264, " + what, input, stream -> {
            ReusedSink sink = new ReusedSink((frame, key) -> {});
            AccessUnitSplitter splitter = new AccessUnitSplitter(new H264Publisher(sink, 33_333_333));
            pieces(stream, piece -> splitter.bytes(piece, new FrameTime(0, 0)));
        }));
    }

    @Test
    void jpeg() {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        inputs.put("a camera's", Fuzz.jpeg().get(0));
        inputs.put("no marker", hex("55"));
        inputs.put("SOI", hex("ffd8"));
        inputs.put("SOI and EOI", hex("ffd8ffd9"));
        inputs.put("FF", hex("ff"));
        inputs.put("empty segments", hex("ffd8 ffe00002"));
        inputs.put("segments of no length", hex("ffd8 ffe00000"));
        inputs.put("restarts", hex("ffd0"));
        inputs.put("scans", hex("ffd8 ffda0002 55"));
        inputs.put("the smallest images", hex("ffd8 ffc0000b080010001001011100 ffda0002 55 ffd9"));
        inputs.forEach((what, input) -> measure("JPEG, " + what, input, stream -> {
            ReusedSink sink = new ReusedSink((frame, key) -> {});
            JpegPublisher publisher = new JpegPublisher(sink);
            JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
                @Override
                public void image(ByteBuffer jpeg, FrameTime time) {
                    publisher.frame(jpeg, time);
                }

                @Override
                public void dropped() {
                    sink.dropped();
                }
            });
            pieces(stream, piece -> splitter.bytes(piece, new FrameTime(0, 0)));
        }));
    }

    private static void measure(String what, byte[] input, Consumer<byte[]> splitter) {
        byte[] stream = new byte[TOTAL_BYTES / input.length * input.length];
        for (int at = 0; at < stream.length; at += input.length) {
            System.arraycopy(input, 0, stream, at, input.length);
        }
        splitter.accept(stream); // compiled then
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        splitter.accept(stream);
        double seconds = (threads.getCurrentThreadCpuTime() - begin) / 1e9;
        assertTrue(seconds > 0 && seconds < MOST_SECONDS, what + " takes " + seconds + " s of the processor");
        System.out.printf("splitter throughput, %s: %.0f MB/s%n", what, stream.length / 1e6 / seconds);
    }

    private static void pieces(byte[] stream, Consumer<ByteBuffer> splitter) {
        for (int at = 0; at < stream.length; at += PIECE_BYTES) {
            splitter.accept(ByteBuffer.wrap(stream, at, Math.min(PIECE_BYTES, stream.length - at)));
        }
    }

    private static byte[] hex(String text) {
        return Bytes.copyOf(HexFormat.of().parseHex(text.replace(" ", ""))).toArray();
    }
}
