package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever bytes come, what is published is from SOI to EOI, and of a size. */
@Execution(ExecutionMode.CONCURRENT)
class JpegFuzzTest {
    private static final List<byte[]> SEEDS = Fuzz.jpeg();

    private static final byte[][] WORDS = {
        {-1, (byte) 0xd8},
        {-1, (byte) 0xd9},
        {-1, (byte) 0xda},
        {-1, (byte) 0xc0},
        {-1, (byte) 0xc4, 0, 2},
        {-1, (byte) 0xdb},
        {-1, (byte) 0xe0, 0, 14, 'A', 'V', 'I', '1', 1},
        {-1, (byte) 0xe4, 0, 30},
        {-1, 0},
        {-1, -1},
        {-1, (byte) 0xd0},
        {-1, 1},
        {0, 0, 0}
    };

    @Test
    void image() throws Exception {
        new Fuzz("jpeg-image", SEEDS, WORDS, (input, random) -> {
                    ReusedSink sink = new ReusedSink(JpegFuzzTest::check);
                    new JpegPublisher(sink).frame(ByteBuffer.wrap(input), new FrameTime(0, 0));
                    assertEquals(1, sink.frames() + sink.droppedFrames());
                })
                .run();
    }

    @Test
    void stream() throws Exception {
        new Fuzz("jpeg-stream", SEEDS, WORDS, (input, random) -> {
                    ReusedSink sink = new ReusedSink(JpegFuzzTest::check);
                    JpegPublisher publisher = JpegPublisher.ofStream(sink, 40_000_000);
                    JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
                        @Override
                        public void image(ByteBuffer jpeg, FrameTime time) {
                            publisher.frame(jpeg, time);
                        }

                        @Override
                        public void sound(ByteBuffer jpeg, FrameTime time) {
                            assertEquals(published(jpeg, false), published(jpeg, true));
                            publisher.sound(jpeg, time);
                        }

                        @Override
                        public void dropped() {
                            sink.dropped();
                        }
                    });
                    int most = random.nextBoolean() ? 20 : 2000;
                    for (int at = 0; at < input.length; ) {
                        int count = Math.min(1 + random.nextInt(most), input.length - at);
                        splitter.bytes(ByteBuffer.wrap(input, at, count), new FrameTime(at * 1_000_000L, at));
                        at += count;
                    }
                    splitter.end();
                    assertTrue(splitter.capacityBytes() <= 64 << 10);
                })
                .run();
    }

    @Test
    void embeddedH264() throws Exception {
        List<byte[]> seeds = new ArrayList<>(SEEDS);
        for (byte[] unit : Fuzz.h264()) {
            seeds.add(MixedJpeg.of(SEEDS.get(0), Arrays.copyOf(unit, 3000), random(unit)));
        }
        new Fuzz("jpeg-embedded", seeds, WORDS, (input, random) -> {
                    ByteBuffer memory = ByteBuffer.allocate(random.nextInt(20_000));
                    try {
                        Optional<ByteBuffer> found = new EmbeddedH264(bytes -> memory).find(ByteBuffer.wrap(input));
                        assertTrue(found.isEmpty() || found.get().remaining() <= input.length);
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    /** One image by itself; no bytes where none can be made of it. */
    private static Bytes published(ByteBuffer jpeg, boolean looked) {
        RecordingSink sink = new RecordingSink();
        JpegPublisher publisher = new JpegPublisher(sink);
        if (looked) {
            publisher.sound(jpeg, new FrameTime(0, 0));
        } else {
            publisher.frame(jpeg, new FrameTime(0, 0));
        }
        return sink.frames().isEmpty() ? Bytes.empty() : sink.frames().get(0).bytes();
    }

    private static boolean random(byte[] unit) {
        return unit.length % 2 == 0;
    }

    private static void check(ByteBuffer image, boolean key) {
        assertTrue(key);
        assertEquals((short) 0xffd8, image.getShort(0));
        assertEquals((short) 0xffd9, image.getShort(image.limit() - 2));
    }
}
