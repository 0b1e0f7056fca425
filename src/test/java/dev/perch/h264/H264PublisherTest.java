package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class H264PublisherTest {
    private static final long FRAME_NANOS = 40_000_000;
    private static final List<String> FILES = Corpus.h264().toList();
    private static final FrameTime NOW = new FrameTime(1, 2);

    private final RecordingSink sink = new RecordingSink();
    private final H264Publisher publisher = new H264Publisher(sink, FRAME_NANOS);

    static Stream<List<String>> expected() {
        return Corpus.table("h264/expected.txt");
    }

    @ParameterizedTest
    @MethodSource("expected")
    void accessUnit_corpus_everyFrameWholeAndKeysAsFfprobeSays(List<String> row) {
        byte[] stream = Corpus.read("h264/" + row.get(0));
        List<Bytes> units = Streams.accessUnits(stream, stream.length);
        RecordingSink published = Streams.publish(stream, FRAME_NANOS);
        assertEquals(0, published.droppedFrames());
        assertEquals(units.size(), published.frames().size());
        assertEquals(1, published.configs().size());
        long keys = published.frames().stream().filter(RecordingSink.Frame::key).count();
        if (!row.get(0).contains("intra-refresh")) { // ffprobe counts the IDR picture only
            assertEquals(Integer.parseInt(row.get(9)), keys);
        }
        for (int i = 0; i < units.size(); i++) {
            assertEquals(slices(Streams.nals(units.get(i))), slices(frame(published, i)));
        }
    }

    @ParameterizedTest
    @MethodSource("expected")
    void accessUnit_keyFrames_beginWithParameterSets(List<String> row) throws Exception {
        RecordingSink published = Streams.publish(Corpus.read("h264/" + row.get(0)), FRAME_NANOS);
        for (int i = 0; i < published.frames().size(); i++) {
            List<Bytes> nals = frame(published, i);
            List<Integer> types = Streams.types(nals);
            if (published.frames().get(i).key()) {
                StreamConfig.H264 config =
                        (StreamConfig.H264) published.frames().get(i).config();
                assertEquals(List.of(config.sps(), config.pps()), nals.subList(0, 2));
                assertEquals(
                        1, types.stream().filter(type -> type == NalTable.SPS).count());
                assertEquals(Integer.parseInt(row.get(3)), config.width());
                assertEquals(Integer.parseInt(row.get(4)), config.height());
            } else {
                assertFalse(types.contains(NalTable.IDR_SLICE));
            }
            assertFalse(types.contains(NalTable.ACCESS_UNIT_DELIMITER) || types.contains(NalTable.FILLER_DATA));
        }
    }

    @Test
    void accessUnit_intraRefresh_recoveryPointsAreKeys() {
        RecordingSink published = Streams.publish(Corpus.read("h264/x264-intra-refresh.h264"), FRAME_NANOS);
        long idrs = published.frames().stream()
                .filter(frame ->
                        Streams.types(Streams.lengthPrefixed(frame.bytes())).contains(NalTable.IDR_SLICE))
                .count();
        long keys = published.frames().stream().filter(RecordingSink.Frame::key).count();
        assertEquals(1, idrs);
        assertTrue(keys >= 3, "keys=" + keys);
    }

    @Test
    void accessUnit_setsOnlyAtTheStart_areRepeatedBeforeEachKeyFrame() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        List<Bytes> sets =
                units.get(0).stream().filter(nal -> parameterSet(nal)).toList();
        publish(sets); // a driver that keeps headers apart
        assertEquals(0, sink.frames().size());
        assertEquals(0, sink.droppedFrames());
        units.forEach(
                unit -> publish(unit.stream().filter(nal -> !parameterSet(nal)).toList()));
        assertEquals(units.size(), sink.frames().size());
        long withSets = sink.frames().stream()
                .map(frame -> Streams.types(Streams.lengthPrefixed(frame.bytes())))
                .filter(types -> types.get(0) == NalTable.SPS && types.get(1) == NalTable.PPS)
                .count();
        assertEquals(2, withSets);
    }

    @Test
    void accessUnit_memoryWrittenToMeanwhile_isAsLargeAsClaimed() {
        byte[] stream = Corpus.read("h264/x264-baseline.h264");
        byte[] unit = Streams.accessUnits(stream, stream.length).get(0).toArray();
        FrameSink hasty = new FrameSink() {
            @Override
            public void configure(StreamConfig config) {
                sink.configure(config);
            }

            @Override
            public Optional<ByteBuffer> claim(int sizeBytes) {
                Arrays.fill(unit, (byte) NalTable.SLICE); // as a driver that does not wait for its buffers
                return sink.claim(sizeBytes);
            }

            @Override
            public void publish(FrameTime time, boolean key) {
                sink.publish(time, key);
            }

            @Override
            public void dropped() {
                sink.dropped();
            }
        };
        new H264Publisher(hasty, FRAME_NANOS).accessUnit(ByteBuffer.wrap(unit), NOW);
        assertEquals(1, sink.frames().size());
    }

    @Test
    void accessUnit_beforeTheFirstKeyFrame_isDroppedAndCounted() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        units.subList(1, 7).forEach(this::publish);
        assertEquals(5, sink.droppedFrames());
        assertEquals(1, sink.frames().size());
        assertTrue(sink.frames().get(0).key());
        assertEquals(NOW, sink.frames().get(0).time());
    }

    @Test
    void accessUnit_keyFrameWithoutKnownSets_isDropped() {
        List<Bytes> idr = units("x264-baseline.h264").get(0).stream()
                .filter(nal -> !parameterSet(nal))
                .toList();
        publish(idr);
        assertEquals(1, sink.droppedFrames());
        assertEquals(0, sink.frames().size());
    }

    @Test
    void accessUnit_setsChange_configuresAnew() {
        units("x264-baseline.h264").forEach(this::publish);
        units("openh264-baseline.h264").forEach(this::publish);
        units("openh264-baseline.h264").forEach(this::publish);
        assertEquals(
                List.of(180, 240),
                sink.configs().stream()
                        .map(config -> ((StreamConfig.H264) config).height())
                        .toList());
        assertEquals(12 + 15 + 15, sink.frames().size());
    }

    @Test
    void accessUnit_keyFrameFoundNoSpace_whatDependsOnItIsDropped() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        publish(units.get(0));
        sink.refuse(1);
        publish(units.get(6));
        units.subList(7, 12).forEach(this::publish);
        assertEquals(1, sink.frames().size());
        assertEquals(5, sink.droppedFrames()); // the sink counts the refused one
        publish(units.get(0));
        assertEquals(2, sink.frames().size());
    }

    @Test
    void accessUnit_otherFrameFoundNoSpace_theNextGoesOn() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        publish(units.get(0));
        sink.refuse(1);
        publish(units.get(1));
        publish(units.get(2));
        assertEquals(2, sink.frames().size());
    }

    @Test
    void accessUnit_emptyOrGarbage_isDroppedAndCounted() {
        for (String hex : List.of("", "00000000", "ffd8ffe0", "000001", "00000167ff", "00000168")) {
            publisher.accessUnit(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), NOW);
        }
        assertEquals(6, sink.droppedFrames());
    }

    @Test
    void accessUnit_emptyNalUnits_areLeftOut() {
        for (List<Bytes> unit : units("x264-baseline.h264")) {
            List<Bytes> nals = new ArrayList<>();
            unit.forEach(nal -> nals.addAll(List.of(Bytes.empty(), nal, Bytes.empty())));
            publish(nals);
        }
        assertEquals(12, sink.frames().size());
        assertEquals(
                Streams.publish(Corpus.read("h264/x264-baseline.h264"), FRAME_NANOS).frames().stream()
                        .map(RecordingSink.Frame::bytes)
                        .toList(),
                sink.frames().stream().map(RecordingSink.Frame::bytes).toList());
    }

    @Test
    void accessUnit_caseOfAnEmptyNalUnit_isPublishedWhole() {
        byte[] stream = Corpus.read("cases/empty-nal.h264");
        RecordingSink published = Streams.publish(stream, FRAME_NANOS);
        assertEquals(0, published.droppedFrames());
        assertEquals(60, published.frames().size());
    }

    @Test
    void accessUnit_vuiCut_isLeftOut() throws MalformedBitstreamException {
        List<List<Bytes>> units = units("x264-high-slices.h264");
        Bytes sps = units.get(0).stream()
                .filter(H264PublisherTest::parameterSet)
                .findFirst()
                .orElseThrow();
        for (int length = sps.size() - 4; length < sps.size() - 1; length++) {
            RecordingSink published = new RecordingSink();
            H264Publisher with = new H264Publisher(published, FRAME_NANOS);
            for (List<Bytes> unit : units) {
                List<Bytes> cut = new ArrayList<>(unit);
                int kept = length;
                cut.replaceAll(nal -> nal.equals(sps) ? sps.slice(0, kept) : nal);
                with.accessUnit(Streams.annexB(cut).buffer(), NOW);
            }
            assertEquals(units.size(), published.frames().size());
            assertEquals(1, published.configs().size());
            StreamConfig.H264 config = (StreamConfig.H264) published.configs().get(0);
            assertEquals(322, config.width());
            assertEquals(Vui.ABSENT, SequenceParameterSet.parse(config.sps()).vui());
            assertEquals(config.sps(), frame(published, 0).get(0));
        }
    }

    @Test
    void accessUnit_damagedSetBesideAKnownOne_isLeftOutAlone() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        publish(units.get(0));
        List<Bytes> withBadSet = new ArrayList<>(units.get(6));
        withBadSet.add(0, Bytes.copyOf((byte) 0x67, (byte) 0x42));
        publish(withBadSet);
        assertEquals(2, sink.frames().size());
        assertEquals(sink.frames().get(0).config(), sink.frames().get(1).config());
        assertEquals(
                1,
                Streams.types(frame(sink, 1)).stream()
                        .filter(type -> type == NalTable.SPS)
                        .count());
    }

    @Test
    void accessUnit_noIdrPictureForLong_intraPicturesAreKeys() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        publishAt(units.get(0), 0);
        for (int second = 1; second <= 9; second++) {
            publishAt(List.of(second % 3 == 0 ? intraSlice() : units.get(1).get(0)), second);
        }
        assertEquals(
                List.of(0L, 6L, 9L), // at 3 s the IDR picture is near still
                sink.frames().stream()
                        .filter(RecordingSink.Frame::key)
                        .map(frame -> frame.time().decodeNanos() / 1_000_000_000)
                        .toList());
    }

    @Test
    void accessUnit_noIdrPictureAtAll_beginsWithAnIntraPicture() {
        List<List<Bytes>> units = units("x264-baseline.h264");
        publishAt(units.get(0).stream().filter(H264PublisherTest::parameterSet).toList(), 0);
        for (int second = 0; second <= 6; second++) {
            publishAt(List.of(second % 3 == 0 ? intraSlice() : units.get(1).get(0)), second);
        }
        assertEquals(1, sink.frames().size());
        assertTrue(sink.frames().get(0).key());
        assertEquals(6, sink.droppedFrames());
    }

    /** The header of an I slice that is no IDR picture's, for the sets of x264-baseline, and some bits. */
    private static Bytes intraSlice() {
        return new SpsWriter()
                .u(8, 0x41)
                .ue(0)
                .ue(7)
                .ue(0)
                .u(32, 0xffff_ffffL)
                .u(32, 0xffff_ffffL)
                .nal();
    }

    private void publishAt(List<Bytes> nals, long second) {
        publisher.accessUnit(Streams.annexB(nals).buffer(), new FrameTime(second * 1_000_000_000, second));
    }

    @Test
    void accessUnit_tooLong_isDropped() {
        publisher.accessUnit(ByteBuffer.allocate(H264Publisher.MAX_ACCESS_UNIT_BYTES + 1), NOW);
        assertEquals(1, sink.droppedFrames());
    }

    @Test
    void frameNanos_isThatOfTheVuiWherePlausible() {
        assertEquals(33_366_667, frameNanos("x264-high-slices.h264", FRAME_NANOS));
        assertEquals(FRAME_NANOS, frameNanos("openh264-baseline.h264", FRAME_NANOS)); // no timing
        assertEquals(20_000_000, frameNanos("x264-hrd-sar.h264", 20_000_000)); // says 40 ms: ticks of a frame
    }

    @Test
    void accessUnit_buffer_staysAsItIs() {
        Bytes unit = Streams.annexB(units("x264-baseline.h264").get(0));
        ByteBuffer direct = ByteBuffer.allocateDirect(unit.size() + 20).position(7);
        unit.copyTo(direct);
        direct.flip().position(7);
        publisher.accessUnit(direct, NOW);
        assertEquals(7, direct.position());
        assertEquals(1, sink.frames().size());
    }

    @Property(tries = 300)
    void accessUnit_damagedStream_throwsNothing(@ForAll int seed) {
        Random random = new Random(seed);
        byte[] stream = Corpus.read(FILES.get(random.nextInt(FILES.size())));
        for (int i = 0; i < 20; i++) {
            int where = random.nextInt(random.nextBoolean() ? 200 : stream.length);
            stream[where] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(3));
        }
        RecordingSink damaged = Streams.publish(stream, FRAME_NANOS);
        damaged.frames()
                .forEach(frame ->
                        assertFalse(Streams.lengthPrefixed(frame.bytes()).isEmpty()));
    }

    @Test
    void accessUnit_truncatedAtEveryLength_throwsNothing() {
        Bytes unit = Streams.annexB(units("x264-hrd-sar.h264").get(0));
        for (int length = 0; length < unit.size(); length++) {
            publisher.accessUnit(unit.slice(0, length).buffer(), NOW);
        }
        assertTrue(sink.droppedFrames() > 0);
    }

    private static long frameNanos(String file, long nominalFrameNanos) {
        RecordingSink published = Streams.publish(Corpus.read("h264/" + file), nominalFrameNanos);
        return ((StreamConfig.H264) published.configs().get(0)).frameNanos();
    }

    private void publish(List<Bytes> nals) {
        publisher.accessUnit(Streams.annexB(nals).buffer(), NOW);
    }

    private static List<Bytes> frame(RecordingSink published, int index) {
        return Streams.lengthPrefixed(published.frames().get(index).bytes());
    }

    private static List<List<Bytes>> units(String file) {
        byte[] stream = Corpus.read("h264/" + file);
        List<List<Bytes>> units = new ArrayList<>();
        Streams.accessUnits(stream, stream.length).forEach(unit -> units.add(Streams.nals(unit)));
        return units;
    }

    private static List<Bytes> slices(List<Bytes> nals) {
        return nals.stream()
                .filter(nal ->
                        NalTable.type(nal.at(0)) == NalTable.SLICE || NalTable.type(nal.at(0)) == NalTable.IDR_SLICE)
                .toList();
    }

    private static boolean parameterSet(Bytes nal) {
        int type = NalTable.type(nal.at(0));
        return type == NalTable.SPS || type == NalTable.PPS;
    }
}
