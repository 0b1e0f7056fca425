package dev.perch.flv;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a broken program or a hostile publisher may send as FLV. */
@Execution(ExecutionMode.CONCURRENT)
class FlvTagsFuzzTest {
    private static final byte[][] WORDS = Stream.of(
                    "464c5601050000000900000000",
                    "09000010",
                    "08000010",
                    "12000040",
                    "1700000000",
                    "17010000000000",
                    "27010000000000",
                    "9061766331",
                    "906d703461",
                    "af00",
                    "af01",
                    "01640028fcff",
                    "ffffffff",
                    "00000001",
                    "02000a6f6e4d65746144617461",
                    "08ffffffff",
                    "0affffffff",
                    "0c7fffffff",
                    "000009")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    @Test
    void tags() throws Exception {
        List<byte[]> seeds = List.of(
                SampleTracks.of("x264-baseline").write(0),
                SampleTracks.of("openh264-slices").write(0xfffff0));
        new Fuzz("flv-tags", seeds, WORDS, (input, random) -> {
                    FlvReader reader = new FlvReader(new TrackReader(new Checked(input.length)));
                    try {
                        for (int at = 0; at < input.length; ) {
                            int count = Math.min(1 + random.nextInt(900), input.length - at);
                            reader.bytes(ByteBuffer.wrap(input, at, count));
                            at += count;
                        }
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    @Test
    void amf() throws Exception {
        byte[] metadata =
                SampleTracks.of("x264-baseline").bodies().get(0).bytes().toArray();
        new Fuzz("amf", List.of(metadata), WORDS, (input, random) -> {
                    AmfReader reader = new AmfReader(ByteBuffer.wrap(input));
                    try {
                        while (reader.hasNext()) {
                            AmfWriter.write(reader.read());
                        }
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    /** The sinks of one stream, which check that frames are whole. */
    static final class Checked implements TrackReader.Output {
        private final int mostBytes;

        Checked(int mostBytes) {
            this.mostBytes = mostBytes;
        }

        @Override
        public FrameSink video(StreamConfig.H264 first) {
            return new ReusedSink((frame, key) -> {
                while (frame.hasRemaining()) {
                    int length = frame.getInt();
                    assertTrue(length > 0 && length <= frame.remaining(), "length=" + length);
                    frame.position(frame.position() + length);
                }
            });
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            assertTrue(first.channels() > 0);
            return new ReusedSink((frame, key) -> assertTrue(frame.remaining() <= mostBytes));
        }

        @Override
        public FrameTime time(long millis) {
            return new FrameTime(millis * 1_000_000, millis * 1000);
        }

        @Override
        public void refused(Medium medium, String why) {
            assertTrue(why.endsWith("."), why);
        }
    }
}
