package dev.perch.flv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvReaderTest {
    @ParameterizedTest
    @CsvSource({"x264-baseline, 1", "x264-baseline, 7", "openh264-slices, 1000", "x264-baseline, 10000000"})
    void writtenTracks_areReadBack(String name, int pieceBytes) throws MalformedBitstreamException {
        RecordedTracks written = SampleTracks.of(name);
        RecordedTracks read = RecordedTracks.read(written.write(0), pieceBytes);
        assertEquals(written.video.frames(), read.video.frames());
        assertEquals(written.sound.frames(), read.sound.frames());
        assertEquals(1, read.video.configs().size());
        assertEquals(1, read.ends);
        assertEquals(List.of(), read.refusals);
        assertEquals("Perch", read.metadata.get(0).text("encoder"));
        StreamConfig.H264 config = (StreamConfig.H264) written.video.configs().get(0);
        assertEquals(1e9 / config.frameNanos(), read.metadata.get(0).frameRate());
        assertEquals(16_000, read.metadata.get(0).number("audiosamplerate"));
    }

    /** 0xFFFFFF ms, where the upper byte begins; 2^31, where ffmpeg begins anew; 2^32, where all do. */
    @ParameterizedTest
    @ValueSource(longs = {0xffffffL, 0x7fffffffL, 0xffffffffL})
    void timestamps_goOnAcrossTheirEnds(long end) throws MalformedBitstreamException {
        RecordedTracks written = SampleTracks.of("x264-baseline");
        long begin = end - 200;
        byte[] file = written.write(begin);
        RecordedTracks read = RecordedTracks.read(file, 500);
        for (int i = 0; i < written.video.frames().size(); i++) {
            long wanted = written.video.frames().get(i).time().decodeNanos() / 1_000_000 + begin;
            assertEquals(wanted, read.video.frames().get(i).time().decodeNanos() / 1_000_000);
        }
    }

    /** ffmpeg writes 31 bits. */
    @Test
    void timestamps_of31Bits_goOn() {
        TagClock clock = new TagClock();
        assertEquals(0x7ffffff0L, clock.millis(0x7ffffff0));
        assertEquals(0x7fffffffL + 17, clock.millis(0x10));
        assertEquals(0x7fffffffL + 7, clock.millis(0x6)); // a step back
        TagClock whole = new TagClock();
        assertEquals(0xfffffff0L, whole.millis(0xfffffff0));
        assertEquals(0x1_0000_0010L, whole.millis(0x10));
    }

    @Test
    void garbage_isMalformed() throws MalformedBitstreamException {
        assertThrows(MalformedBitstreamException.class, () -> RecordedTracks.read(new byte[20], 3));
        byte[] file = SampleTracks.of("x264-baseline").write(0);
        byte[] unknown = file.clone();
        unknown[FlvWriter.HEADER_BYTES] = 7;
        assertThrows(MalformedBitstreamException.class, () -> RecordedTracks.read(unknown, 100));
        byte[] encrypted = file.clone();
        encrypted[FlvWriter.HEADER_BYTES] |= 0x20;
        assertThrows(MalformedBitstreamException.class, () -> RecordedTracks.read(encrypted, 100));
        byte[] far = file.clone();
        far[5] = 1;
        assertThrows(MalformedBitstreamException.class, () -> RecordedTracks.read(far, 100));
    }

    /** Whatever a length says, memory is taken for what can be a frame or a description only. */
    @Test
    void longTags_areCountedOrMalformed() throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        TrackReader reader = new TrackReader(tracks);
        describe(reader);
        reader.begin(TagType.VIDEO, 0, (8 << 20) + 6);
        reader.bytes(TagType.VIDEO, ByteBuffer.wrap(new byte[] {0x17, 1, 0, 0, 0, 9, 9}));
        reader.begin(TagType.AUDIO, 0, 9000);
        reader.bytes(TagType.AUDIO, ByteBuffer.wrap(new byte[] {(byte) 0xaf, 1, 0, 0, 0, 9, 9}));
        assertEquals(1, tracks.video.droppedFrames());
        assertEquals(1, tracks.sound.droppedFrames());
        reader.begin(TagType.VIDEO, 0, 1 << 20);
        assertThrows(
                MalformedBitstreamException.class,
                () -> reader.bytes(TagType.VIDEO, ByteBuffer.wrap(new byte[] {0x17, 0, 0, 0, 0})));
        reader.begin(TagType.AUDIO, 0, 1000);
        assertThrows(
                MalformedBitstreamException.class,
                () -> reader.bytes(TagType.AUDIO, ByteBuffer.wrap(new byte[] {(byte) 0xaf, 0})));
    }

    /** Whoever writes the stream may die in the middle of a tag; the feed's space must not stay claimed. */
    @Test
    void abandon_givesUpTheFrameThatIsUnderWay_once() throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        TrackReader reader = new TrackReader(tracks);
        RecordedTracks sample = describe(reader);
        byte[] body = body(sample.video.frames().get(0));
        reader.begin(TagType.VIDEO, 40, body.length);
        reader.bytes(TagType.VIDEO, ByteBuffer.wrap(body, 0, 20));
        reader.abandon();
        reader.abandon();
        assertEquals(1, tracks.video.droppedFrames());
        assertEquals(0, tracks.sound.droppedFrames());
        tag(reader, TagType.VIDEO, 80, body);
        assertEquals(1, tracks.video.frames().size());
    }

    /** As RTMP's chunks come: sound between the pieces of a picture, and a picture that is given up for another. */
    @Test
    void interleavedTags_areEachPutTogether() throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        TrackReader reader = new TrackReader(tracks);
        RecordedTracks sample = describe(reader);
        RecordingSink.Frame picture = sample.video.frames().get(0);
        byte[] body = body(picture);
        reader.begin(TagType.VIDEO, 40, body.length);
        reader.bytes(TagType.VIDEO, ByteBuffer.wrap(body, 0, 20));
        reader.begin(TagType.VIDEO, 80, body.length);
        reader.bytes(TagType.VIDEO, ByteBuffer.wrap(body, 0, 3));
        tag(reader, TagType.AUDIO, 64, new byte[] {(byte) 0xaf, 1, 1, 2, 3});
        reader.bytes(TagType.VIDEO, ByteBuffer.wrap(body, 3, body.length - 3));
        reader.end(TagType.VIDEO);
        assertEquals(1, tracks.video.droppedFrames());
        assertEquals(picture.bytes(), tracks.video.frames().get(0).bytes());
        assertEquals(80_000_000, tracks.video.frames().get(0).time().decodeNanos());
        assertEquals(
                Bytes.copyOf((byte) 1, (byte) 2, (byte) 3),
                tracks.sound.frames().get(0).bytes());
    }

    @Test
    void enhancedTags_ofH264AndAac_areRead() throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        TrackReader reader = new TrackReader(tracks);
        RecordedTracks sample = SampleTracks.of("x264-baseline");
        Bytes record = sample.bodies()
                .get(2)
                .bytes()
                .slice(5, sample.bodies().get(2).bytes().size());
        tag(reader, TagType.VIDEO, 0, joined(new byte[] {(byte) 0x90, 'a', 'v', 'c', '1'}, record.toArray()));
        byte[] unit = sample.video.frames().get(0).bytes().toArray();
        tag(reader, TagType.VIDEO, 40, joined(new byte[] {(byte) 0x91, 'a', 'v', 'c', '1', 0, 0, 80}, unit));
        tag(reader, TagType.VIDEO, 80, joined(new byte[] {(byte) 0x93, 'a', 'v', 'c', '1'}, unit));
        tag(reader, TagType.VIDEO, 80, new byte[] {(byte) 0x92, 'a', 'v', 'c', '1'});
        tag(reader, TagType.AUDIO, 0, new byte[] {(byte) 0x90, 'm', 'p', '4', 'a', 0x11, (byte) 0x90});
        tag(reader, TagType.AUDIO, 20, new byte[] {(byte) 0x91, 'm', 'p', '4', 'a', 1, 2, 3, 4});
        assertEquals(2, tracks.video.frames().size());
        assertEquals(80_000_000, tracks.video.frames().get(0).time().presentationOffsetNanos());
        assertEquals(0, tracks.video.frames().get(1).time().presentationOffsetNanos());
        assertTrue(tracks.video.frames().get(1).time().reordered());
        assertEquals(1, tracks.ends);
        assertEquals(4, tracks.sound.frames().get(0).bytes().size());
        assertEquals(List.of(), tracks.refusals);
    }

    @ParameterizedTest
    @CsvSource({
        "9,  90687663 31000000, The picture is HEVC (hvc1): H.264 is taken.",
        "9,  90617630 31000000, The picture is AV1 (av01): H.264 is taken.",
        "9,  9600000000,          The picture comes in several tracks at once: one H.264 track is taken.",
        "9,  14000000,          The picture is VP6: H.264 is taken.",
        "9,  1c000000,          The picture is HEVC (codec 12): H.264 is taken.",
        "8,  904f7075 73000000, The sound is Opus (Opus): AAC is taken.",
        "8,  2f000000,          The sound is MP3: AAC is taken.",
        "8,  af001194,          'The sound is AAC-LC with 960 samples a frame, as digital radio has it: 1024 samples a frame are taken.'",
    })
    void otherCodecs_areRefusedByName_once(int type, String hex, String sentence) throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        TrackReader reader = new TrackReader(tracks);
        byte[] body = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
        tag(reader, type, 0, body);
        tag(reader, type, 1, body);
        assertEquals(List.of(sentence), tracks.refusals);
    }

    /** With sound and picture description; the sample that the description is of. */
    private static RecordedTracks describe(TrackReader reader) throws MalformedBitstreamException {
        RecordedTracks sample = SampleTracks.of("x264-baseline");
        for (RecordedTracks.Body each : sample.bodies().subList(0, 3)) {
            tag(reader, each.type(), 0, each.bytes().toArray());
        }
        return sample;
    }

    private static byte[] body(RecordingSink.Frame frame) {
        ByteBuffer out = ByteBuffer.allocate(5 + frame.bytes().size());
        FlvWriter.videoHead(out, frame.key(), 0);
        frame.bytes().copyTo(out);
        return out.array();
    }

    private static void tag(TrackReader reader, int type, int timestamp, byte[] body)
            throws MalformedBitstreamException {
        reader.begin(type, timestamp, body.length);
        reader.bytes(type, ByteBuffer.wrap(body));
        reader.end(type);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
