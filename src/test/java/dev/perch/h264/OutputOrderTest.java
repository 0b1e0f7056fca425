package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures written slice by slice, in decoding order; the place of each in output order is what comes. */
class OutputOrderTest {
    private static final int FRAME_NANOS = 40_000_000;
    private static final int P = 5;
    private static final int B = 6;
    private static final int I = 7;

    private final ParameterSets sets = new ParameterSets();
    private final NalTable nals = new NalTable();
    private final OutputOrder order = new OutputOrder();
    private final List<FrameTime> times = new ArrayList<>();
    private int log2MaxLsb = 8;
    private boolean interlaced;

    private void set(SpsWriter sps) throws MalformedBitstreamException {
        for (Bytes nal : List.of(
                sps.nal(),
                new SpsWriter().u(8, 0x68).ue(0).ue(0).u(1, 0).u(1, 0).nal())) {
            sets.remember(nal.buffer(), 0, nal.size());
        }
    }

    /**
     * Returns a sequence parameter set of type 0.
     *
     * @param reorder max_num_reorder_frames; -1 for no VUI
     */
    private void declare(int profileIdc, int reorder) throws MalformedBitstreamException {
        SpsWriter sps = SpsWriter.begin(profileIdc, 1);
        if (profileIdc >= 100) {
            sps.u(1, 0); // seq_scaling_matrix_present_flag
        }
        sps.ue(0).ue(0).ue(log2MaxLsb - 4).ue(4).u(1, 0);
        size(sps, reorder);
    }

    private void size(SpsWriter sps, int reorder) throws MalformedBitstreamException {
        (interlaced ? sps.fields(20, 6) : sps.frames(20, 12)).u(1, 0);
        if (reorder < 0) {
            sps.u(1, 0);
        } else { // nothing but bitstream_restriction
            sps.u(1, 1)
                    .u(8, 0)
                    .u(1, 1)
                    .u(1, 1)
                    .ue(0)
                    .ue(0)
                    .ue(10)
                    .ue(10)
                    .ue(reorder)
                    .ue(4);
        }
        set(sps);
    }

    private void picture(int type, boolean idr, boolean reference, int lsb) {
        read(slice(type, idr, reference, lsb));
    }

    private SpsWriter slice(int type, boolean idr, boolean reference, int lsb) {
        SpsWriter nal = new SpsWriter().u(8, (reference ? 0x60 : 0) | (idr ? 5 : 1));
        nal.ue(0).ue(type).ue(0).u(4, 0);
        if (interlaced) {
            nal.u(1, 1).u(1, lsb & 1); // a field, the bottom one of odd counts
        }
        if (idr) {
            nal.ue(0);
        }
        return nal.u(log2MaxLsb, lsb & (1 << log2MaxLsb) - 1).u(8, 0xff);
    }

    private void read(SpsWriter... slices) {
        read(Streams.annexB(Stream.of(slices).map(SpsWriter::nal).toList()));
    }

    private void read(Bytes accessUnit) {
        nals.scan(accessUnit.buffer());
        FrameTime time = new FrameTime(times.size() * (long) FRAME_NANOS, 0);
        times.add(order.time(time, accessUnit.buffer(), nals, sets, FRAME_NANOS));
    }

    /** Pictures as {@code I0 P6 b2 b4}: type (lower case for one that is no reference) and count; an I of count 0 is an IDR picture. */
    private void decode(String pictures) {
        for (String each : pictures.split(" ", -1)) {
            char type = each.charAt(0);
            int lsb = Integer.parseInt(each.substring(1));
            int sliceType = Character.toUpperCase(type) == 'I' ? I : Character.toUpperCase(type) == 'P' ? P : B;
            picture(sliceType, type == 'I' && lsb == 0, Character.isUpperCase(type), lsb);
        }
    }

    /** When each picture is shown, in frames after the first one's decoding, as the offsets alone say. */
    private List<Double> shown() {
        List<Double> shown = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            shown.add(i + times.get(i).presentationOffsetNanos() / (double) FRAME_NANOS);
        }
        return shown;
    }

    /** Pictures by output order. */
    private List<Integer> output() {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            indices.add(i);
        }
        indices.sort(Comparator.comparing(i -> times.get(i).presentationOrder()));
        return indices;
    }

    private static final String GOP = "I0 P6 b2 b4 P12 b8 b10 P18 b14 b16 ";
    private static final String PYRAMID = "I0 P8 B4 b2 b6 P16 B12 b10 b14 ";

    @Test
    void declared_isShownByItsDepthLaterThanDecoded_fromTheFirstPictureOn() throws Exception {
        declare(100, 1);
        decode(GOP + GOP.strip());
        assertEquals(
                List.of(1., 4., 2., 3., 7., 5., 6., 10., 8., 9., 11., 14., 12., 13., 17., 15., 16., 20., 18., 19.),
                shown());
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4, 8, 9, 7, 10, 12), output().subList(0, 12));
    }

    @Test
    void declared_pyramid() throws Exception {
        declare(100, 2);
        decode(PYRAMID + PYRAMID.strip());
        List<Double> expected = new ArrayList<>();
        for (int gop = 0; gop < 2; gop++) {
            for (int each : new int[] {0, 4, 2, 1, 3, 8, 6, 5, 7}) {
                expected.add(2. + 9 * gop + each);
            }
        }
        assertEquals(expected, shown());
    }

    /** Half as many counts a frame, as some encoders have it. */
    @Test
    void declared_countsOfWholeFrames() throws Exception {
        declare(100, 1);
        decode("I0 P3 b1 b2 P6 b4 b5 P9 b7 b8 I0 P3 b1 b2");
        List<Double> shown = shown();
        for (int i = 4; i < 10; i++) {
            assertEquals(List.of(1., 4., 2., 3., 7., 5., 6., 10., 8., 9.).get(i), shown.get(i));
        }
        assertEquals(List.of(11., 14., 12., 13.), shown.subList(10, 14));
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4, 8, 9, 7, 10, 12, 13, 11), output());
    }

    @ParameterizedTest
    @CsvSource({"66, -1", "100, -1", "100, 0", "77, -1"})
    void withoutReordering_nothingIsDelayed(int profileIdc, int reorder) throws Exception {
        declare(profileIdc, reorder);
        StringBuilder pictures = new StringBuilder("I0");
        for (int i = 1; i < 600; i++) {
            pictures.append(" P").append(2 * i); // wraps twice and more
        }
        decode(pictures + " I0 P2 P4");
        times.forEach(time -> assertEquals(new FrameTime(time.decodeNanos(), 0), time));
    }

    /** A lost picture is a gap in the count too. */
    @Test
    void undeclared_picturesLost_nothingIsDelayed() throws Exception {
        declare(100, -1);
        decode("I0 P2 P4 P10 P12 P60 P62 I0 P2 P8");
        times.forEach(time -> assertEquals(0, time.presentationOffsetNanos()));
    }

    @Test
    void undeclared_firstGap_isTakenForReordering() throws Exception {
        declare(100, -1);
        decode(GOP + GOP.strip());
        List<Double> shown = shown();
        assertEquals(0., shown.get(0)); // it went out before one could know
        assertEquals(List.of(4., 2., 3., 7., 5., 6.), shown.subList(1, 7));
        assertEquals(List.of(11., 14., 12., 13.), shown.subList(10, 14));
    }

    @Test
    void undeclared_reorderingThatBeginsLater_isFoundAndStays() throws Exception {
        declare(77, -1);
        decode("I0 P2 P4 P6 P12 b8 b10 P18 b14 b16 " + PYRAMID + PYRAMID.strip());
        List<Double> shown = shown();
        assertEquals(List.of(0., 1., 2., 3.), shown.subList(0, 4));
        for (int gop = 0; gop < 1; gop++) {
            int from = 10 + 9;
            for (int i = 0; i < 9; i++) {
                assertEquals(from + 2. + List.of(0, 4, 2, 1, 3, 8, 6, 5, 7).get(i), shown.get(from + i));
            }
        }
    }

    @Test
    void declaredButNeverUsed_isDelayedNoMore() throws Exception {
        declare(100, 2);
        StringBuilder pictures = new StringBuilder("I0");
        for (int i = 1; i < 140; i++) {
            pictures.append(" P").append(2 * i);
        }
        decode(pictures + " I0 P2 P4");
        assertEquals(2 * (long) FRAME_NANOS, times.get(5).presentationOffsetNanos());
        assertEquals(0, times.get(times.size() - 1).presentationOffsetNanos());
    }

    /** The count goes on over the wrap of its low bits. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 16})
    void lowBitsWrap(int bits) throws Exception {
        log2MaxLsb = bits;
        declare(100, 1);
        StringBuilder pictures = new StringBuilder("I0");
        for (int i = 3; i < 300; i += 3) {
            pictures.append(" P")
                    .append(2 * i)
                    .append(" b")
                    .append(2 * i - 4)
                    .append(" b")
                    .append(2 * i - 2);
        }
        decode(pictures.toString());
        assertEvenlyShown(1);
    }

    /** No picture is shown before it is decoded, and all of them one interval apart. */
    private void assertEvenlyShown(int depth) {
        List<Integer> output = output();
        List<Double> shown = shown();
        for (int i = 0; i < output.size(); i++) {
            assertEquals(i + depth, shown.get(output.get(i)), 1e-6, "picture " + output.get(i));
        }
    }

    @Test
    void aLossUnderReordering_staysInOrder_andDelaysNothingForGood() throws Exception {
        declare(100, 1);
        decode("I0 P6 b2 b4 P12 b10 P18 b14 b16"); // b8 is lost
        List<Integer> output = output();
        assertEquals(List.of(0, 2, 3, 1, 5, 4, 7, 8, 6), output);
        decode(GOP.strip());
        assertEquals(9 + 1., shown().get(9));
    }

    @Test
    void aLossInAnEndlessGop_isMadeUpFor() throws Exception {
        declare(100, 1);
        StringBuilder pictures = new StringBuilder("I0");
        for (int i = 3; i < 300; i += 3) {
            if (i == 30) {
                continue; // a mini GOP of three is lost
            }
            pictures.append(" P")
                    .append(2 * i)
                    .append(" b")
                    .append(2 * i - 4)
                    .append(" b")
                    .append(2 * i - 2);
        }
        decode(pictures.toString());
        List<Double> shown = shown();
        int last = shown.size() - 1;
        assertEquals(last + 0., shown.get(last), 1.01);
    }

    /** x264 declares a pyramid also where it makes none. */
    @Test
    void declaredDeeperThanUsed_isTheSameDelayAllTheTime() throws Exception {
        declare(100, 2);
        StringBuilder pictures = new StringBuilder();
        for (int gop = 0; gop < 3; gop++) {
            pictures.append(" I0");
            for (int i = 3; i < 99; i += 3) {
                pictures.append(" P")
                        .append(2 * i)
                        .append(" b")
                        .append(2 * i - 4)
                        .append(" b")
                        .append(2 * i - 2);
            }
        }
        decode(pictures.toString().strip());
        assertEvenlyShown(2);
    }

    /** After memory_management_control_operation 5 the count begins at 0, without an IDR picture. */
    @Test
    void theCountBeginsAnew_withoutIdr() throws Exception {
        declare(100, 1);
        StringBuilder pictures = new StringBuilder("I0");
        for (int i = 3; i < 60; i += 3) {
            pictures.append(" P")
                    .append(2 * i)
                    .append(" b")
                    .append(2 * i - 4)
                    .append(" b")
                    .append(2 * i - 2);
        }
        decode(pictures.toString());
        int before = times.size();
        decode("I8 P14 b10 b12 P20 b16 b18");
        List<Integer> output = output();
        assertEquals(
                List.of(0, 2, 3, 1, 5, 6, 4),
                output.stream().filter(i -> i >= before).map(i -> i - before).toList());
        assertTrue(output.indexOf(before) >= before, "behind all that came before");
    }

    /** A recovery point of an open GOP, and the pictures that lead it. */
    @Test
    void openGop_leadingPictures_areShownBeforeTheirKeyFrame() throws Exception {
        declare(100, 1);
        decode("I0 P6 b2 b4 P12 b8 b10 I18 b14 b16 P24 b20 b22");
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4, 8, 9, 7, 11, 12, 10), output());
        assertEvenlyShown(1);
    }

    @Test
    void joinedAtARecoveryPoint_leadingPictures_areToldByTheirOrder() throws Exception {
        declare(100, 1);
        decode("I18 b14 b16 P24 b20 b22");
        assertTrue(times.get(1).presentationOrder() < times.get(0).presentationOrder());
        assertTrue(times.get(1).presentationOrder() < times.get(2).presentationOrder());
        assertTrue(times.get(3).presentationOrder() > times.get(5).presentationOrder());
        assertTrue(shown().stream().allMatch(at -> at >= 0));
    }

    /** Each field is a picture of its own. */
    @Test
    void fieldPairs() throws Exception {
        interlaced = true;
        declare(100, 1);
        decode("I0 P1 P6 P7 b2 b3 b4 b5 P12 P13 b8 b9 b10 b11");
        assertEquals(List.of(0, 1, 4, 5, 6, 7, 2, 3, 10, 11, 12, 13, 8, 9), output());
        assertEvenlyShown(2);
    }

    /** As the splitter gives them: both fields of a frame together, frames among them. */
    @Test
    void fieldPairsInOneAccessUnit() throws Exception {
        interlaced = true;
        declare(100, 1);
        for (int gop = 0; gop < 40; gop++) {
            for (int lsb : gop == 0 ? new int[] {0, 6, 2, 4} : new int[] {6 * gop + 6, 6 * gop + 2, 6 * gop + 4}) {
                boolean first = lsb == 0;
                boolean between = lsb % 6 != 0;
                read(
                        slice(first ? I : between ? B : P, first, !between, lsb),
                        slice(between ? B : P, false, !between, lsb + 1));
            }
        }
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4), output().subList(0, 7));
        assertEvenlyShown(1);
    }

    /** Type 1: frame_num and a cycle of offsets tell the order (§8.2.1.2): here a reference frame is three frames on, the others lie between. */
    @Test
    void orderOfTypeOne() throws Exception {
        size(
                SpsWriter.begin(77, 1)
                        .ue(0)
                        .ue(1)
                        .u(1, 0)
                        .se(-6)
                        .se(1)
                        .ue(1)
                        .se(6)
                        .ue(4)
                        .u(1, 0),
                1);
        typeOne(I, true, true, 0, 0);
        for (int i = 1; i < 40; i++) {
            typeOne(P, false, true, i, 0);
            typeOne(B, false, false, i + 1, 2);
            typeOne(B, false, false, i + 1, 4);
        }
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4), output().subList(0, 7));
        assertEvenlyShown(1);
    }

    private void typeOne(int type, boolean idr, boolean reference, int frameNum, int delta) {
        SpsWriter nal = new SpsWriter().u(8, (reference ? 0x60 : 0) | (idr ? 5 : 1));
        nal.ue(0).ue(type).ue(0).u(4, frameNum & 15);
        if (idr) {
            nal.ue(0);
        }
        read(nal.se(delta).u(8, 0xff));
    }

    @Test
    void orderOfTypeTwo_isDecodingOrder() throws Exception {
        set(SpsWriter.begin(77, 1).order().frames(20, 12).u(1, 0).u(1, 0));
        for (int i = 0; i < 20; i++) {
            SpsWriter nal = new SpsWriter()
                    .u(8, i == 0 ? 0x65 : 0x61)
                    .ue(0)
                    .ue(i == 0 ? I : P)
                    .ue(0)
                    .u(4, i & 15);
            read((i == 0 ? nal.ue(0) : nal).u(8, 0xff));
        }
        times.forEach(time -> assertEquals(0, time.presentationOffsetNanos() + time.presentationOrder()));
    }

    /** The encoders' own streams: pictures that reorder come out evenly, the others as they are. */
    @ParameterizedTest
    @CsvSource({
        "h264/x264-main-bframes.h264, 2", "h264/x264-open-gop.h264, 2", "cases/b-frames.h264, 2",
                "h264/x264-interlaced.h264, 0",
        "h264/x264-baseline.h264, 0", "h264/openh264-high.h264, 0", "h264/x264-intra-refresh.h264, 0",
                "cases/paff.h264, 0"
    })
    void corpus(String file, int depth) throws Exception {
        for (Bytes unit : Streams.accessUnits(Corpus.read(file), 64 << 10)) {
            for (Bytes nal : Streams.nals(unit)) {
                int type = NalTable.type(nal.at(0));
                if (type == NalTable.SPS || type == NalTable.PPS) {
                    sets.remember(nal.buffer(), 0, nal.size());
                }
            }
            read(unit);
        }
        assertTrue(times.size() > 4);
        if (depth == 0) {
            times.forEach(time -> assertEquals(0, time.presentationOffsetNanos()));
        } else {
            assertEvenlyShown(depth);
        }
    }
}
