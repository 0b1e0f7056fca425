package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
    private final RecordedMessages read = new RecordedMessages();
    private final ChunkReader reader = new ChunkReader(read);

    /** Example 1 of RTMP 1.0 §5.3.2.1: four messages of one size, each 20 ms after the one before. */
    @Test
    void formsOfTheSpecificationsExample() throws Exception {
        String body = "11".repeat(32);
        give("03" + "0003e8" + "000020" + "08" + "39300000" + body); // 1000 ms, message stream 12345
        give("83" + "000014" + body);
        give("c3" + body);
        give("c3" + body);
        assertEquals(List.of(1000, 1020, 1040, 1060), times());
        assertEquals(12345, read.messages.get(3).messageStream());
        assertEquals(
                Bytes.copyOf(HexFormat.of().parseHex(body)),
                read.messages.get(3).body());
    }

    /** Example 2, §5.3.2.2: a message of 307 bytes in three chunks. */
    @Test
    void longMessage_comesInChunks() throws Exception {
        give("04" + "0003e8" + "000133" + "09" + "40e20100" + "22".repeat(128));
        give("c4" + "22".repeat(128));
        assertEquals(0, read.messages.size());
        give("c4" + "22".repeat(51));
        assertEquals(307, read.messages.get(0).body().size());
        assertEquals(123456, read.messages.get(0).messageStream());
    }

    /** §5.3.1.2.4, as ffmpeg counts on it: behind a form 0 a form 3 adds that form's time. */
    @Test
    void form3BehindForm0_addsItsTime() throws Exception {
        give("04" + "000028" + "000001" + "09" + "01000000" + "aa");
        give("c4" + "bb");
        assertEquals(List.of(40, 80), times());
    }

    @Test
    void chunkStreamsOfTwoAndThreeBytes() throws Exception {
        give("00" + "00" + "000001" + "000001" + "08" + "01000000" + "aa"); // 64
        give("00" + "ff" + "000001" + "000001" + "08" + "01000000" + "aa"); // 319
        give("01" + "0001" + "000001" + "000001" + "08" + "01000000" + "aa"); // 320
        give("01" + "ffff" + "000001" + "000001" + "08" + "01000000" + "aa"); // 65599
        give("c1" + "0001" + "bb");
        assertEquals(
                List.of(64, 319, 320, 65599, 320),
                read.messages.stream()
                        .map(RecordedMessages.Message::chunkStream)
                        .toList());
    }

    @Test
    void interleavedMessages_andAnAbortedOne() throws Exception {
        give("04" + "000001" + "000100" + "09" + "01000000" + "01".repeat(128));
        give("06" + "000002" + "000002" + "08" + "01000000" + "0202");
        give("05" + "000003" + "000100" + "09" + "01000000" + "03".repeat(128));
        reader.abort(5);
        reader.abort(5);
        give("c4" + "01".repeat(128));
        give("45" + "000001" + "000001" + "09" + "04");
        assertEquals(List.of(2, 1, 4), times());
        assertEquals(1, read.aborted);
    }

    /** Extended timestamps stand in the chunks that go on, too (§5.3.1.3); those of a delta likewise. */
    @Test
    void extendedTimestamps() throws Exception {
        give("04" + "ffffff" + "000081" + "09" + "01000000" + "01000000" + "01".repeat(128));
        give("c4" + "01000000" + "01");
        give("84" + "ffffff" + "00ffffff" + "01".repeat(128) + "c4" + "00ffffff" + "01");
        give("c4" + "00ffffff" + "01".repeat(128) + "c4" + "00ffffff" + "01");
        give("84" + "000010" + "01".repeat(128) + "c4" + "01");
        assertEquals(List.of(0x1000000, 0x1ffffff, 0x2fffffe, 0x300000e), times());
        assertTrue(read.messages.stream()
                .allMatch(each -> each.body().equals(Bytes.copyOf(HexFormat.of().parseHex("01".repeat(129))))));
    }

    /** Old encoders do not repeat them. */
    @Test
    void extendedTimestamps_notRepeated() throws Exception {
        String body = "0102030405060708".repeat(40); // 320 bytes
        give("04" + "ffffff" + "000140" + "09" + "01000000" + "01000000" + body.substring(0, 256));
        give("c4" + body.substring(256, 512) + "c4" + body.substring(512));
        give("44" + "ffffff" + "000140" + "09" + "01000000" + body.substring(0, 256));
        give("c4" + body.substring(256, 512) + "c4" + body.substring(512));
        Bytes wanted = Bytes.copyOf(HexFormat.of().parseHex(body));
        assertEquals(
                List.of(wanted, wanted),
                read.messages.stream().map(RecordedMessages.Message::body).toList());
    }

    @Test
    void emptyMessages_andChunkSizes() throws Exception {
        give("04" + "000001" + "000000" + "09" + "01000000");
        reader.chunkBytes(1);
        give("44" + "000001" + "000003" + "09" + "aa" + "c4" + "bb" + "c4" + "cc");
        reader.chunkBytes(Integer.MAX_VALUE);
        give("44" + "000001" + "000403" + "09" + "dd".repeat(0x403));
        assertEquals(
                List.of(0, 3, 0x403),
                read.messages.stream().map(each -> each.body().size()).toList());
        assertThrows(RtmpException.class, () -> reader.chunkBytes(0));
        assertThrows(RtmpException.class, () -> reader.chunkBytes(-1));
    }

    @Test
    void chunkStreams_areBounded_andBeginWithAWholeHeader() throws Exception {
        assertThrows(RtmpException.class, () -> give("c5"));
        ChunkReader other = new ChunkReader(read);
        for (int i = 0; i < 64; i++) {
            other.bytes(bytes(
                    "00" + HexFormat.of().toHexDigits((byte) i) + "000001" + "000001" + "08" + "01000000" + "aa"));
        }
        assertThrows(
                RtmpException.class,
                () -> other.bytes(bytes("00" + "40" + "000001" + "000001" + "08" + "01000000" + "aa")));
    }

    /** What is written with the shortest headers is read as it was, in pieces of any size, across both ends of the timestamps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 128, 5000})
    void writtenMessages_areReadBack(int chunkBytes) throws Exception {
        Random random = new Random(chunkBytes);
        ChunkWriter writer = new ChunkWriter();
        List<RecordedMessages.Message> wanted = new ArrayList<>();
        ByteBuffer out = ByteBuffer.allocate(4 << 20);
        writer.chunkBytes(chunkBytes);
        reader.chunkBytes(chunkBytes);
        int[] times = {0, 0xfffff0, 0xfffffff0, 5, 0};
        for (int i = 0; i < 300; i++) {
            int stream = 3 + random.nextInt(4);
            int message = random.nextInt(20) == 0 ? 2 : 1;
            byte[] body = new byte[random.nextInt(3) == 0 ? random.nextInt(700) : 200];
            random.nextBytes(body);
            int at = times[i / 60] + i % 60 * 20;
            ByteBuffer given = ByteBuffer.wrap(body);
            int before = out.position();
            writer.message(out, stream, 8 + stream % 2, at, message, given);
            assertTrue(out.position() - before <= writer.mostBytes(body.length));
            wanted.add(new RecordedMessages.Message(stream, 8 + stream % 2, at, message, Bytes.copyOf(body)));
        }
        out.flip();
        while (out.hasRemaining()) {
            int count = Math.min(out.remaining(), 1 + random.nextInt(400));
            reader.bytes(out.slice(out.position(), count));
            out.position(out.position() + count);
        }
        assertEquals(wanted, read.messages);
    }

    /** All forms are used where they fit. */
    @Test
    void writtenHeaders_areTheShortest() {
        ChunkWriter writer = new ChunkWriter();
        List<Integer> sizes = new ArrayList<>();
        for (int[] each : new int[][] {{0, 10}, {40, 10}, {80, 10}, {120, 10}, {150, 10}, {150, 11}, {100, 11}}) {
            ByteBuffer out = ByteBuffer.allocate(20);
            writer.head(out, 4, 9, each[0], 1, each[1]);
            sizes.add(out.position());
        }
        assertEquals(List.of(12, 4, 1, 1, 4, 8, 12), sizes);
    }

    private List<Integer> times() {
        return read.messages.stream().map(RecordedMessages.Message::timestamp).toList();
    }

    private void give(String hex) throws Exception {
        reader.bytes(bytes(hex));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
