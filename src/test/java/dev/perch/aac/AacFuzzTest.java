package dev.perch.aac;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class AacFuzzTest {
    private static final byte[][] WORDS = Stream.of("fff1", "fff0", "fff14c80", "1fffe0", "56e5", "5488", "ffff")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    /** What a damaged stream holds is put out or left out, and no more is put out than came. */
    @Test
    void adts() throws Exception {
        new Fuzz("adts", List.of(stream(48_000, 2), stream(16_000, 1)), WORDS, (input, random) -> {
                    long[] out = new long[1];
                    AdtsSplitter splitter = new AdtsSplitter(new AdtsSplitter.Output() {
                        @Override
                        public void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time) {
                            assertTrue(rawDataBlock.remaining() > 0 && config.sampleRateHz() > 0);
                            out[0] += rawDataBlock.remaining();
                        }

                        @Override
                        public void dropped() {}
                    });
                    FrameTime time = new FrameTime(0, 0);
                    for (int at = 0; at < input.length; ) {
                        int count = Math.min(1 + random.nextInt(900), input.length - at);
                        splitter.bytes(ByteBuffer.wrap(input, at, count), time);
                        at += count;
                    }
                    splitter.end();
                    assertTrue(out[0] <= input.length);
                })
                .run();
    }

    @Test
    void audioSpecificConfig() throws Exception {
        List<byte[]> seeds = Stream.of(
                        "1190", "139056e5a54880", "2b920800", "eb8a0800", "17805dc010", "1180044c4011020268690000")
                .map(HexFormat.of()::parseHex)
                .toList();
        new Fuzz("asc", seeds, WORDS, (input, random) -> {
                    try {
                        AudioSpecificConfig config = AudioSpecificConfig.parse(Bytes.copyOf(input));
                        if (config.refusal().isEmpty()) {
                            assertTrue(config.streamConfig().channels() > 0 && config.samplesPerFrame() >= 960);
                            Silence.frame(config);
                        }
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    private static byte[] stream(int rateHz, int channels) {
        Random random = new Random(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] block = new byte[20 + random.nextInt(200)];
            random.nextBytes(block);
            out.writeBytes(Adts.frame(rateHz, channels, Bytes.copyOf(block)));
        }
        return out.toByteArray();
    }
}
