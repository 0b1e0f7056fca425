package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Tests branches of the syntax that no file of the corpus takes, with sets written bit by bit. */
class SpsSyntaxTest {
    @Test
    void parse_scalingLists_areSteppedOver() throws MalformedBitstreamException {
        SpsWriter writer = SpsWriter.begin(100, 1).u(1, 1);
        for (int list = 0; list < 8; list++) {
            writer.u(1, list % 2);
            if (list % 2 == 1) {
                for (int i = 0; i < (list < 6 ? 16 : 64); i++) {
                    writer.se(i % 3 - 1);
                }
            }
        }
        assertSize(80, 64, writer.order().frames(5, 4).u(1, 0).u(1, 0).nal());
    }

    @Test
    void parse_scalingListThatEndsEarly_usesTheDefault() throws MalformedBitstreamException {
        SpsWriter writer =
                SpsWriter.begin(244, 3).u(1, 1).u(1, 1).se(-8).u(11, 0); // the first list's nextScale is 0 at once
        assertSize(80, 64, writer.order().frames(5, 4).u(1, 0).u(1, 0).nal());
    }

    @Test
    void parse_picOrderCntTypeOne_isSteppedOver() throws MalformedBitstreamException {
        SpsWriter writer = SpsWriter.begin(66, 1)
                .ue(12)
                .ue(1)
                .u(1, 1)
                .se(-7)
                .se(9)
                .ue(3)
                .se(1)
                .se(-2)
                .se(3);
        Bytes nal =
                writer.ue(4).u(1, 1).frames(120, 68).crop(0, 0, 0, 4).u(1, 0).nal();
        assertSize(1920, 1080, nal);
        assertEquals(1, SequenceParameterSet.parse(nal).order().type());
        assertEquals(-1, SequenceParameterSet.parse(nal).maxNumReorderFrames());
    }

    @Test
    void parse_fieldsAreCroppedInUnitsOfFourLines() throws MalformedBitstreamException {
        Bytes nal = SpsWriter.begin(77, 1)
                .order()
                .fields(120, 34)
                .crop(0, 0, 0, 2)
                .u(1, 0)
                .nal();
        assertSize(1920, 1080, nal);
        assertTrue(SequenceParameterSet.parse(nal).interlaced());
    }

    @Test
    void parse_422And444_areCroppedInOtherUnits() throws MalformedBitstreamException {
        assertSize(
                156,
                125,
                SpsWriter.begin(122, 2)
                        .u(1, 0)
                        .order()
                        .frames(10, 8)
                        .crop(1, 1, 2, 1)
                        .u(1, 0)
                        .nal());
        assertSize(
                158,
                125,
                SpsWriter.begin(244, 3)
                        .u(1, 0)
                        .order()
                        .frames(10, 8)
                        .crop(1, 1, 2, 1)
                        .u(1, 0)
                        .nal());
        assertSize(
                158,
                125,
                SpsWriter.begin(100, 0)
                        .u(1, 0)
                        .order()
                        .frames(10, 8)
                        .crop(1, 1, 2, 1)
                        .u(1, 0)
                        .nal());
    }

    @Test
    void parse_croppedToNothing_throwsMalformed() {
        Bytes nal = SpsWriter.begin(66, 1)
                .order()
                .frames(2, 2)
                .crop(8, 8, 0, 0)
                .u(1, 0)
                .nal();
        assertThrows(MalformedBitstreamException.class, () -> SequenceParameterSet.parse(nal));
    }

    @Test
    void parse_elementsOutOfRange_throwMalformed() {
        List<SpsWriter> wrong = List.of(
                new SpsWriter().u(8, 0x67).u(24, 0x42001e).ue(32),
                SpsWriter.begin(100, 4),
                SpsWriter.begin(66, 1).ue(13),
                SpsWriter.begin(66, 1).ue(0).ue(3),
                SpsWriter.begin(66, 1).ue(0).ue(2).ue(17),
                SpsWriter.begin(66, 1).order().ue(1055),
                SpsWriter.begin(66, 1).order().ue(1).ue(0xffff_fffeL),
                SpsWriter.begin(66, 1).order().u(33, 0).u(32, 1));
        for (SpsWriter writer : wrong) {
            Bytes nal = writer.u(32, 0xffff_ffffL).u(32, 0xffff_ffffL).nal();
            assertThrows(MalformedBitstreamException.class, () -> SequenceParameterSet.parse(nal), nal::toString);
        }
    }

    @Test
    void parse_vuiValuesOutOfRange_areSteppedOver() throws MalformedBitstreamException {
        SpsWriter writer = SpsWriter.begin(77, 1)
                .ue(0)
                .ue(0)
                .ue(0)
                .ue(1)
                .u(1, 0)
                .frames(2, 2)
                .u(1, 0)
                .u(1, 1);
        writer.u(1, 1)
                .u(8, 200)
                .u(1, 0)
                .u(1, 0)
                .u(1, 1)
                .ue(77)
                .ue(99)
                .u(1, 0)
                .u(1, 0)
                .u(1, 0)
                .u(1, 0);
        Bytes nal = writer.u(1, 1)
                .u(1, 1)
                .ue(100)
                .ue(100)
                .ue(100)
                .ue(100)
                .ue(17)
                .ue(17)
                .nal();
        SequenceParameterSet sps = SequenceParameterSet.parse(nal);
        assertEquals(-1, sps.maxNumReorderFrames());
        assertEquals(0, sps.vui().sarWidth());
    }

    @Property
    void parse_vui_isWhatWasWritten(
            @ForAll @IntRange(max = 65535) int sarWidth,
            @ForAll @IntRange(max = 255) int colour,
            @ForAll @LongRange(max = 0xffff_ffffL) long ticks,
            @ForAll @LongRange(max = 0xffff_ffffL) long scale,
            @ForAll @IntRange(max = 16) int reorder)
            throws MalformedBitstreamException {
        SpsWriter writer = SpsWriter.begin(77, 1)
                .ue(0)
                .ue(0)
                .ue(0)
                .ue(1)
                .u(1, 0)
                .frames(2, 2)
                .u(1, 0)
                .u(1, 1);
        writer.u(1, 1).u(8, 255).u(16, sarWidth).u(16, 7).u(1, 1).u(1, 0); // extended SAR, overscan
        writer.u(1, 1).u(3, 5).u(1, 1).u(1, 1).u(8, colour).u(8, 1).u(8, 1).u(1, 0); // signal type
        writer.u(1, 1).u(32, ticks).u(32, scale).u(1, 1);
        writer.u(1, 1).ue(1).u(8, 0); // HRD with two entries
        writer.ue(ticks % 1000).ue(1).u(1, 0).ue(3).ue(scale % 999).u(1, 1).u(20, 0);
        writer.u(1, 0).u(1, 0).u(1, 0); // no second HRD, low delay, pic_struct
        Bytes nal = writer.u(1, 1)
                .u(1, 1)
                .ue(2)
                .ue(1)
                .ue(16)
                .ue(16)
                .ue(reorder)
                .ue(reorder)
                .nal();
        assertEquals(
                new Vui(sarWidth, 7, true, colour, 1, 1, ticks, scale, true, reorder),
                SequenceParameterSet.parse(nal).vui());
    }

    private static void assertSize(int width, int height, Bytes nal) throws MalformedBitstreamException {
        SequenceParameterSet sps = SequenceParameterSet.parse(nal);
        assertEquals(width + "x" + height, sps.width() + "x" + sps.height());
    }
}
