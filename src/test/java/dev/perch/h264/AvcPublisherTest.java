package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvcPublisherTest {
    private final RecordingSink sink = new RecordingSink();
    private final AvcPublisher publisher = new AvcPublisher(first -> sink);

    static Stream<String> streams() {
        return Corpus.h264();
    }

    /** Each stream of the corpus gives the same frames with length prefixes as with start codes. */
    @ParameterizedTest
    @MethodSource("streams")
    void frames_areThoseOfTheAnnexBForm(String name) throws MalformedBitstreamException {
        RecordingSink wanted = Streams.publish(Corpus.read(name), 40_000_000);
        StreamConfig.H264 config = (StreamConfig.H264) wanted.configs().get(0);
        publisher.configure(AvcConfiguration.parse(AvcConfiguration.of(config).buffer()), 40_000_000);
        for (RecordingSink.Frame frame : wanted.frames()) {
            give(withoutSets(frame), frame.key(), 4, frame.time());
        }
        assertEquals(bytes(wanted), bytes(sink));
        assertEquals(config.sps(), ((StreamConfig.H264) sink.configs().get(0)).sps());
        assertEquals(0, sink.droppedFrames());
    }

    @ParameterizedTest
    @CsvSource({"2", "1"})
    void shortLengths_becomeFourBytes(int lengthBytes) throws MalformedBitstreamException {
        RecordingSink wanted = Streams.publish(Corpus.read("h264/openh264-slices.h264"), 40_000_000);
        StreamConfig.H264 config = (StreamConfig.H264) wanted.configs().get(0);
        publisher.configure(new AvcConfiguration(List.of(config.sps()), List.of(config.pps()), lengthBytes), 1);
        List<Bytes> given = new ArrayList<>();
        for (RecordingSink.Frame frame : wanted.frames()) {
            List<Bytes> nals = withoutSets(frame);
            if (nals.stream().allMatch(nal -> nal.size() < 1 << (8 * lengthBytes))) {
                given.add(frame.bytes());
                give(nals, frame.key(), lengthBytes, frame.time());
            } else if (lengthBytes == 1) { // longer than one byte can say: cut, as nothing decodes it here
                List<Bytes> parts = nals.stream()
                        .map(nal -> nal.slice(0, Math.min(255, nal.size())))
                        .toList();
                List<Bytes> whole = new ArrayList<>();
                if (frame.key()) {
                    whole.add(config.sps());
                    whole.add(config.pps());
                }
                whole.addAll(parts);
                given.add(prefixed(whole, 4));
                give(parts, frame.key(), 1, frame.time());
            }
        }
        assertTrue(given.size() > 5);
        assertEquals(given, bytes(sink));
    }

    /** Streams like those of hardware encoders: delimiters, sets in each key frame, and a key frame that the container does not mark. */
    @Test
    void setsInBand_areTakenWithoutBeingDoubled() throws MalformedBitstreamException {
        RecordingSink wanted = Streams.publish(Corpus.read("h264/x264-baseline.h264"), 40_000_000);
        StreamConfig.H264 config = (StreamConfig.H264) wanted.configs().get(0);
        publisher.configure(AvcConfiguration.parse(AvcConfiguration.of(config).buffer()), 40_000_000);
        Bytes delimiter = Bytes.copyOf((byte) 9, (byte) 0xf0);
        for (RecordingSink.Frame frame : wanted.frames()) {
            List<Bytes> nals = new ArrayList<>(List.of(delimiter));
            nals.addAll(Streams.lengthPrefixed(frame.bytes()));
            give(nals, /* key= */ false, 4, frame.time());
        }
        assertEquals(bytes(wanted), bytes(sink));
        assertEquals(wanted.frames().get(0).key(), sink.frames().get(0).key());
        assertEquals(0, sink.droppedFrames());
    }

    /** The stream changes without a new configuration record; the key frame itself brings the new sets. */
    @Test
    void changedSetsInBand_areDescribed() throws MalformedBitstreamException {
        RecordingSink first = Streams.publish(Corpus.read("h264/x264-baseline.h264"), 40_000_000);
        RecordingSink second = Streams.publish(Corpus.read("h264/openh264-slices.h264"), 40_000_000);
        StreamConfig.H264 config = (StreamConfig.H264) first.configs().get(0);
        publisher.configure(AvcConfiguration.parse(AvcConfiguration.of(config).buffer()), 40_000_000);
        give(withoutSets(first.frames().get(0)), true, 4, new FrameTime(0, 0));
        give(Streams.lengthPrefixed(second.frames().get(0).bytes()), true, 4, new FrameTime(1, 1));
        assertEquals(2, sink.configs().size());
        assertEquals(
                ((StreamConfig.H264) second.configs().get(0)).width(),
                ((StreamConfig.H264) sink.configs().get(1)).width());
        assertEquals(second.frames().get(0).bytes(), sink.frames().get(1).bytes());
    }

    @Test
    void damagedUnits_areCounted_andWhatDependsOnALostKeyFrame() throws MalformedBitstreamException {
        RecordingSink wanted = Streams.publish(Corpus.read("h264/x264-baseline.h264"), 40_000_000);
        StreamConfig.H264 config = (StreamConfig.H264) wanted.configs().get(0);
        publisher.configure(AvcConfiguration.parse(AvcConfiguration.of(config).buffer()), 40_000_000);
        ByteBuffer space = publisher.claim(10, true).orElseThrow();
        space.putInt(100).put(new byte[6]);
        publisher.publish(new FrameTime(0, 0));
        RecordingSink.Frame inter =
                wanted.frames().stream().filter(each -> !each.key()).findFirst().orElseThrow();
        give(withoutSets(inter), false, 4, inter.time());
        assertEquals(List.of(), sink.frames());
        assertEquals(2, sink.droppedFrames());
        assertTrue(publisher.claim(9 << 20, true).isEmpty());
        assertEquals(3, sink.droppedFrames());
        RecordingSink.Frame key = wanted.frames().get(0);
        give(withoutSets(key), true, 4, key.time());
        assertEquals(List.of(key.bytes()), bytes(sink));
    }

    @ParameterizedTest
    @CsvSource({"''", "00640028ffe1", "01640028ff", "01640028ffe10004674200", "01640028fee10000000000"})
    void damagedRecords_areMalformed(String hex) {
        byte[] record = java.util.HexFormat.of().parseHex(hex);
        assertThrows(MalformedBitstreamException.class, () -> {
            AvcConfiguration parsed = AvcConfiguration.parse(ByteBuffer.wrap(record));
            publisher.configure(parsed, 1);
        });
    }

    private void give(List<Bytes> nals, boolean key, int lengthBytes, FrameTime time) {
        Bytes unit = prefixed(nals, lengthBytes);
        ByteBuffer space = publisher.claim(unit.size(), key).orElseThrow();
        assertEquals(unit.size(), space.remaining());
        unit.copyTo(space);
        publisher.publish(time);
    }

    private static Bytes prefixed(List<Bytes> nals, int lengthBytes) {
        ByteBuffer out = ByteBuffer.allocate(
                nals.stream().mapToInt(nal -> lengthBytes + nal.size()).sum());
        for (Bytes nal : nals) {
            for (int i = lengthBytes - 1; i >= 0; i--) {
                out.put((byte) (nal.size() >> (8 * i)));
            }
            nal.copyTo(out);
        }
        return Bytes.view(out.flip());
    }

    private static List<Bytes> withoutSets(RecordingSink.Frame frame) {
        List<Bytes> nals = Streams.lengthPrefixed(frame.bytes());
        return frame.key()
                ? nals.stream()
                        .filter(nal ->
                                NalTable.type(nal.at(0)) != NalTable.SPS && NalTable.type(nal.at(0)) != NalTable.PPS)
                        .toList()
                : nals;
    }

    private static List<Bytes> bytes(RecordingSink sink) {
        return sink.frames().stream().map(RecordingSink.Frame::bytes).toList();
    }
}
