package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the output order of frames by their picture order counts. */
class OutputOrderTest extends DecodedPictures {
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

    /** The count rises by one a frame instead of two, as with some encoders. */
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
        decode("I0" + inOrder(600) + " I0 P2 P4"); // wraps twice and more
        times.forEach(time -> assertEquals(new FrameTime(time.decodeNanos(), 0), time));
    }

    /** A lost picture leaves a gap in the count. */
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
        decode("I0" + inOrder(140) + " I0 P2 P4");
        assertEquals(2 * (long) FRAME_NANOS, times.get(5).presentationOffsetNanos());
        assertEquals(0, times.get(times.size() - 1).presentationOffsetNanos());
    }

    /** The count goes on over the wrap of its low bits. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 16})
    void lowBitsWrap(int bits) throws Exception {
        log2MaxLsb = bits;
        declare(100, 1);
        decode("I0" + miniGops(1, 100));
        assertEvenlyShown(1);
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
        decode("I0" + miniGops(1, 10) + miniGops(11, 100)); // a mini GOP of three is lost
        List<Double> shown = shown();
        int last = shown.size() - 1;
        assertEquals(last + 0., shown.get(last), 1.01);
    }

    /** x264 declares a pyramid even if it makes none. */
    @Test
    void declaredDeeperThanUsed_isTheSameDelayAllTheTime() throws Exception {
        declare(100, 2);
        String gop = "I0" + miniGops(1, 33);
        decode(String.join(" ", gop, gop, gop));
        assertEvenlyShown(2);
    }

    /** After memory_management_control_operation 5 the count begins at 0, without an IDR picture. */
    @Test
    void theCountBeginsAnew_withoutIdr() throws Exception {
        declare(100, 1);
        decode("I0" + miniGops(1, 20));
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
}
