package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a broken ffmpeg may print in the place of FLV. */
@Execution(ExecutionMode.CONCURRENT)
class FlvFuzzTest {
    private static final byte[][] WORDS = Stream.of(
                    "464c5601010000000900000000",
                    "09000010",
                    "1700000000",
                    "17010000000000",
                    "27010000000000",
                    "ffffffff",
                    "00000001",
                    "0900ffff")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    @Test
    void tags() throws Exception {
        new Fuzz("flv", List.of(flv("x264-baseline"), flv("openh264-slices")), WORDS, (input, random) -> {
                    FlvVideo flv = new FlvVideo((unit, millis) -> assertTrue(unit.remaining() <= 2 * input.length));
                    try {
                        for (int at = 0; at < input.length; ) {
                            int count = Math.min(1 + random.nextInt(900), input.length - at);
                            flv.bytes(Arrays.copyOfRange(input, at, at + count), count);
                            at += count;
                        }
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    /** Some frames as tags of FLV (Adobe's File Format Specification 10.1, Annex E). */
    private static byte[] flv(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(WORDS[0]);
        for (Bytes unit : Streams.accessUnits(Corpus.read("h264/" + name + ".h264"), 1 << 20)) {
            ByteBuffer tag = ByteBuffer.allocate(16 + 4 * 40 + unit.size() + 4);
            tag.put((byte) 9).position(11);
            tag.put((byte) 0x17).put((byte) 1).put(new byte[3]);
            for (Bytes nal : Streams.nals(unit)) {
                nal.copyTo(tag.putInt(nal.size()));
            }
            int bytes = tag.position() - 11;
            tag.putInt(bytes + 11).putInt(0, 9 << 24 | bytes);
            out.write(tag.array(), 0, tag.position());
        }
        return out.toByteArray();
    }
}
