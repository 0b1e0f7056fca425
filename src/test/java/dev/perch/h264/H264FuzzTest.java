package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests parsers with arbitrary bytes: only NAL units with their lengths are published, and no memory is taken that the bytes do not fill. */
@Execution(ExecutionMode.CONCURRENT)
class H264FuzzTest {
    private static final List<byte[]> SEEDS = Fuzz.h264();

    private static final byte[][] WORDS = {
        {0, 0, 1},
        {0, 0, 0, 1},
        {0, 0, 3},
        {0, 0, 1, 0x65},
        {0, 0, 1, 0x41},
        {0, 0, 1, 0x67},
        {0, 0, 1, 0x68},
        {0, 0, 1, 9, (byte) 0xf0},
        {0, 0, 1, 6, 6, 1},
        {0, 0, 1, 0x6e},
        {0, 0, 1, 0x42},
        {0, 0, 1, (byte) 0xff},
        {0, 0, 0, 0, 0, 0}
    };

    @Test
    void stream() throws Exception {
        new Fuzz("h264-stream", SEEDS, WORDS, (input, random) -> {
                    ReusedSink sink = new ReusedSink(H264FuzzTest::check);
                    H264Publisher publisher = new H264Publisher(sink, 33_333_333);
                    AccessUnitSplitter splitter = new AccessUnitSplitter(publisher);
                    split(splitter, input, random);
                    assertTrue(splitter.capacityBytes() <= 64 << 10);
                })
                .run();
    }

    /** Fails unless each byte of a sound prefix comes out once, in order. */
    @Test
    void splitter() throws Exception {
        new Fuzz("h264-splitter", SEEDS, WORDS, (input, random) -> {
                    int[] sum = new int[1];
                    AccessUnitSplitter splitter = new AccessUnitSplitter(new AccessUnitSplitter.Output() {
                        @Override
                        public void accessUnit(ByteBuffer annexB, FrameTime time) {
                            assertTrue(annexB.hasRemaining());
                            sum[0] += annexB.remaining();
                        }

                        @Override
                        public void dropped() {
                            // too many NAL units
                        }
                    });
                    split(splitter, input, random);
                    assertTrue(sum[0] <= input.length);
                })
                .run();
    }

    @Test
    void accessUnit() throws Exception {
        new Fuzz("h264-unit", SEEDS, WORDS, (input, random) -> {
                    ReusedSink sink = new ReusedSink(H264FuzzTest::check);
                    H264Publisher publisher = new H264Publisher(sink, 33_333_333);
                    for (int i = 0; i < 2; i++) {
                        publisher.accessUnit(ByteBuffer.wrap(input), new FrameTime(i * 5_000_000_000L, i));
                    }
                })
                .run();
    }

    @Test
    void parameterSets() throws Exception {
        new Fuzz("h264-sets", sets(), WORDS, (input, random) -> {
                    Bytes nal = Bytes.copyOf(input);
                    try {
                        SpsReader reader = new SpsReader(nal);
                        SequenceParameterSet set = reader.read();
                        SequenceParameterSet again = SequenceParameterSet.parse(reader.playable());
                        assertEquals(List.of(set.width(), set.order()), List.of(again.width(), again.order()));
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    private static List<byte[]> sets() {
        return SEEDS.stream()
                .map(stream -> Streams.nals(Bytes.copyOf(stream)).stream()
                        .filter(nal -> NalTable.type(nal.at(0)) == NalTable.SPS)
                        .findFirst()
                        .orElseThrow()
                        .toArray())
                .toList();
    }

    private static void split(AccessUnitSplitter splitter, byte[] input, Random random) {
        int most = random.nextBoolean() ? 20 : 2000;
        for (int at = 0; at < input.length; ) {
            int count = Math.min(1 + random.nextInt(most), input.length - at);
            splitter.bytes(ByteBuffer.wrap(input, at, count), new FrameTime(at * 10_000_000L, at));
            at += count;
        }
        splitter.end();
    }

    private static void check(ByteBuffer frame, boolean key) {
        assertTrue(!key || NalTable.type(frame.get(4)) == NalTable.SPS);
        while (frame.hasRemaining()) {
            int length = frame.getInt();
            assertTrue(length > 0);
            frame.position(frame.position() + length);
        }
    }
}
