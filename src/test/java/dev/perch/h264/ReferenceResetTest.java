package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the output order after memory_management_control_operation 5 (ITU-T H.264 §8.2.1), at each place in a slice header. */
class ReferenceResetTest extends DecodedPictures {
    /** The pictures in decoding order. The fifth resets the count, and those after it count from there. */
    private static final int[] COUNTS = {0, 6, 2, 4, 12, 6, 2, 4, 12, 8, 10};

    private static final List<Integer> OUTPUT = List.of(0, 2, 3, 1, 4, 6, 7, 5, 9, 10, 8);
    private static final int RESETTING = 4;

    private boolean weighted;
    private boolean redundant;
    private int groupMapType = -1;

    /** Writes the syntax elements between the picture order count and the reference marking. */
    private interface Middle {
        void write(SpsWriter slice);
    }

    @Override
    void set(SpsWriter sps) throws MalformedBitstreamException {
        SpsWriter pps = new SpsWriter().u(8, 0x68).ue(0).ue(0).u(1, 0).u(1, 0);
        pps.ue(groupMapType < 0 ? 0 : 2);
        if (groupMapType >= 0) {
            pps.ue(groupMapType);
        }
        switch (groupMapType) {
            case 0 -> pps.ue(5).ue(6).ue(7);
            case 2 -> pps.ue(1).ue(2).ue(3).ue(4);
            case 3, 4, 5 -> pps.u(1, 1).ue(9);
            case 6 -> pps.ue(3).u(2, 0).u(2, 1).u(2, 2).u(2, 1);
            default -> {}
        }
        pps.ue(2).ue(1); // three and two references
        pps.u(1, weighted ? 1 : 0).u(2, weighted ? 1 : 0);
        pps.se(0).se(0).se(-2).u(2, 0).u(1, redundant ? 1 : 0);
        for (Bytes nal : List.of(sps.nal(), pps.nal())) {
            sets.remember(nal.buffer(), 0, nal.size());
        }
    }

    private void decode(int resettingType, Middle middle) {
        for (int i = 0; i < COUNTS.length; i++) {
            boolean between = COUNTS[i] % 6 != 0;
            if (i == RESETTING) {
                read(marked(resettingType, COUNTS[i], middle, 5));
            } else {
                picture(i == 0 ? I : between ? B : P, i == 0, i == 0, COUNTS[i]);
            }
        }
    }

    private SpsWriter marked(int type, int lsb, Middle middle, int operation) {
        SpsWriter slice =
                new SpsWriter().u(8, 0x61).ue(0).ue(type).ue(0).u(4, 0).u(log2MaxLsb, lsb);
        middle.write(slice);
        slice.u(1, 1) // adaptive_ref_pic_marking_mode_flag
                .ue(1)
                .ue(7)
                .ue(3)
                .ue(1)
                .ue(0)
                .ue(4)
                .ue(2);
        return slice.ue(operation).ue(0).u(8, 0xff);
    }

    private void assertInOrder() {
        assertEquals(OUTPUT, output());
        assertEvenlyShown(1);
    }

    @Test
    void intra() throws Exception {
        declare(100, 1);
        decode(I, slice -> {});
        assertInOrder();
    }

    @Test
    void predicted_withOtherReferencesThanThePicturesHave() throws Exception {
        declare(100, 1);
        decode(
                P,
                slice -> slice.u(1, 1)
                        .ue(0) // one reference
                        .u(1, 1) // in another order
                        .ue(0)
                        .ue(4)
                        .ue(2)
                        .ue(1)
                        .ue(3));
        assertInOrder();
    }

    @Test
    void bidirectional_withWeights_andRedundantPictures() throws Exception {
        weighted = true;
        redundant = true;
        declare(100, 1);
        decode(B, slice -> {
            slice.ue(0) // redundant_pic_cnt
                    .u(1, 1)
                    .u(1, 0)
                    .u(1, 0)
                    .u(1, 0);
            slice.ue(5).ue(5);
            for (int reference = 0; reference < 3 + 2; reference++) {
                slice.u(1, 1).se(-3).se(17).u(1, reference % 2);
                if (reference % 2 != 0) {
                    slice.se(1).se(2).se(-3).se(4);
                }
            }
        });
        assertInOrder();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 4, 5, 6})
    void sliceGroups(int type) throws Exception {
        groupMapType = type;
        declare(66, 1);
        decode(P, slice -> slice.u(1, 0).u(1, 0));
        assertInOrder();
    }

    /** The bottom field comes first, so that the count of the top field is the distance between them. */
    @Test
    void fields_areCountedFromTheResettingFrame() throws Exception {
        interlaced = true;
        declare(100, 1);
        picture(I, true, true, 0);
        picture(P, false, true, 1);
        SpsWriter resetting = new SpsWriter().u(8, 0x61).ue(0).ue(I).ue(0).u(4, 0);
        read(resetting.u(1, 1).u(1, 0).u(log2MaxLsb, 20).u(1, 1).ue(5).ue(0).u(8, 0xff));
        for (int lsb : new int[] {1, 6, 7, 2, 3, 4, 5}) {
            picture(P, false, lsb < 2 || lsb > 5, lsb);
        }
        assertEquals(List.of(0, 1, 2, 3, 6, 7, 8, 9, 4, 5), output());
    }

    /** Type 1 counts by frame_num, which restarts as well. */
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
        int[][] pictures = {{0, 0}, {1, 0}, {2, 2}, {2, 4}, {2, 0}, {1, 0}, {2, 2}, {2, 4}, {2, 0}, {3, 2}, {3, 4}};
        for (int i = 0; i < pictures.length; i++) {
            boolean reference = pictures[i][1] == 0;
            SpsWriter slice = new SpsWriter().u(8, i == 0 ? 0x65 : reference ? 0x61 : 1);
            slice.ue(0)
                    .ue(i == 0 || i == RESETTING ? I : reference ? P : B)
                    .ue(0)
                    .u(4, pictures[i][0]);
            if (i == 0) {
                slice.ue(0);
            }
            slice.se(pictures[i][1]);
            if (i == RESETTING) {
                slice.u(1, 1).ue(5).ue(0);
            } else if (i > 0 && reference) {
                slice.u(1, 0).u(1, 0).u(1, 0);
            }
            read(slice.u(8, 0xff));
        }
        assertInOrder();
    }

    /** Other operations, and a header that ends early, reset nothing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6})
    void others_resetNothing(int operation) throws Exception {
        declare(100, 1);
        picture(I, true, true, 0);
        read(marked(I, 6, slice -> {}, operation));
        picture(B, false, false, 2);
        picture(B, false, false, 4);
        assertEquals(List.of(0, 2, 3, 1), output());
    }
}
