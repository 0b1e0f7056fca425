package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.PictureLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads seq_parameter_set_data() (ITU-T H.264 (08/2021) §7.3.2.1.1), element after element. Used once. */
final class SpsReader {
    /**
     * The most macroblocks of a picture's side: 16,880 pixels. Level 6.2, the highest of Table A-1, allows 139,264 macroblocks, and a side may have
     * the root of 8 times that: 1,055.
     */
    private static final int MAX_MACROBLOCKS_A_SIDE = 1055;

    /** The largest size that is parsed, so that its refusal can name it: the pixels of a side, two fields together, fit an int. */
    private static final int MOST_READ_MACROBLOCKS = 1 << 25;

    private final Bytes nal;
    private final BitReader in;
    private int chromaFormatIdc = 1;
    private boolean separateColourPlanes;
    private int bitDepthLuma = 8;
    private int bitDepthChroma = 8;
    private int widthInMbs;
    private int heightInMapUnits;
    private int codedWidth;
    private int codedHeight;
    private int width;
    private int height;
    private int vuiFlagBits; // number of bits before vui_parameters_present_flag
    private boolean wholeVui = true;

    SpsReader(Bytes nal) {
        this.nal = nal;
        this.in = new BitReader(nal);
    }

    /**
     * Reads the set.
     *
     * @throws MalformedBitstreamException if the set cannot be read, or its pictures are larger than any level allows
     */
    SequenceParameterSet read() throws MalformedBitstreamException {
        SequenceParameterSet set = readAnySize();
        requireInLevels("pic_width_in_mbs_minus1", widthInMbs);
        requireInLevels("pic_height_in_map_units_minus1", heightInMapUnits);
        return set;
    }

    private void requireInLevels(String element, int macroblocks) throws MalformedBitstreamException {
        if (macroblocks > MAX_MACROBLOCKS_A_SIDE) {
            throw in.malformed(element + " is above " + (MAX_MACROBLOCKS_A_SIDE - 1), macroblocks - 1);
        }
    }

    /** Reads a set for pictures of any size. The caller checks {@link #refusal} before memory is allocated for a picture. */
    SequenceParameterSet readAnySize() throws MalformedBitstreamException {
        int profileIdc = (int) in.bits(8);
        int constraintFlags = (int) in.bits(8);
        int levelIdc = (int) in.bits(8);
        int id = in.unsigned("seq_parameter_set_id", 31);
        if (hasChromaFormat(profileIdc)) {
            chromaFormat();
        }
        int log2MaxFrameNum = 4 + in.unsigned("log2_max_frame_num_minus4", 12);
        PictureOrder order = pictureOrder();
        in.unsigned("max_num_ref_frames", 16);
        in.flag(); // gaps_in_frame_num_value_allowed_flag
        boolean interlaced = size();
        vuiFlagBits = in.readBits();
        Vui vui = in.flag() ? vui() : Vui.ABSENT;
        if (vui.maxNumReorderFrames() < 0 && intraOnly(profileIdc, constraintFlags)) {
            vui = withoutReordering(vui);
        }
        return new SequenceParameterSet(
                id,
                profileIdc,
                constraintFlags,
                levelIdc,
                chromaFormatIdc,
                bitDepthLuma,
                bitDepthChroma,
                width,
                height,
                interlaced,
                separateColourPlanes,
                log2MaxFrameNum,
                order,
                vui);
    }

    /**
     * Returns why pictures of this set are refused, as a sentence; empty if they are accepted. The coded size counts, because a decoder allocates
     * memory for cropped pixels too.
     */
    Optional<String> refusal() {
        return PictureLimits.refusal(codedWidth, codedHeight);
    }

    private Vui vui() {
        VuiReader reader = new VuiReader(in);
        Vui vui = reader.read();
        wholeVui = reader.whole();
        return vui;
    }

    /** Returns the NAL unit, without its VUI if that is damaged, because players refuse a damaged VUI. Called after {@link #read}. */
    Bytes playable() {
        return wholeVui ? nal : NalWriter.withoutRest(nal, vuiFlagBits);
    }

    private static boolean hasChromaFormat(int profileIdc) {
        return switch (profileIdc) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    /** Returns whether max_num_reorder_frames is inferred to be 0 (Annex E.2.1): for these profiles with constraint_set3_flag equal to 1. */
    private static boolean intraOnly(int profileIdc, int constraintFlags) {
        return (constraintFlags & 0x10) != 0
                && switch (profileIdc) {
                    case 44, 86, 100, 110, 122, 244 -> true;
                    default -> false;
                };
    }

    private void chromaFormat() throws MalformedBitstreamException {
        chromaFormatIdc = in.unsigned("chroma_format_idc", 3);
        if (chromaFormatIdc == 3) {
            separateColourPlanes = in.flag();
        }
        bitDepthLuma = 8 + in.unsigned("bit_depth_luma_minus8", 6);
        bitDepthChroma = 8 + in.unsigned("bit_depth_chroma_minus8", 6);
        in.flag(); // qpprime_y_zero_transform_bypass_flag
        if (in.flag()) { // seq_scaling_matrix_present_flag
            int lists = chromaFormatIdc == 3 ? 12 : 8;
            for (int i = 0; i < lists; i++) {
                if (in.flag()) {
                    skipScalingList(i < 6 ? 16 : 64);
                }
            }
        }
    }

    /** Skips scaling_list() (§7.3.2.1.1.1). */
    private void skipScalingList(int size) throws MalformedBitstreamException {
        int nextScale = 8;
        for (int i = 0; i < size && nextScale != 0; i++) {
            long delta = in.signed();
            if (delta < -128 || delta > 127) {
                throw in.malformed("delta_scale is out of range", delta);
            }
            nextScale = (int) (nextScale + delta + 256) % 256;
        }
    }

    private PictureOrder pictureOrder() throws MalformedBitstreamException {
        int type = in.unsigned("pic_order_cnt_type", 2);
        if (type == 0) {
            return PictureOrder.byLsb(4 + in.unsigned("log2_max_pic_order_cnt_lsb_minus4", 12));
        }
        return type == 1 ? expectedOrder() : PictureOrder.DECODING;
    }

    private PictureOrder expectedOrder() throws MalformedBitstreamException {
        boolean deltaAlwaysZero = in.flag();
        int nonReference = (int) in.signed(); // -2^31 + 1 to 2^31 - 1, like the others
        int topToBottom = (int) in.signed();
        int frames = in.unsigned("num_ref_frames_in_pic_order_cnt_cycle", 255);
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            offsets.add((int) in.signed());
        }
        return new PictureOrder(
                /* type= */ 1, /* log2MaxLsb= */ 0, deltaAlwaysZero, nonReference, topToBottom, offsets);
    }

    private boolean size() throws MalformedBitstreamException {
        widthInMbs = in.unsigned("pic_width_in_mbs_minus1", MOST_READ_MACROBLOCKS - 1) + 1;
        heightInMapUnits = in.unsigned("pic_height_in_map_units_minus1", MOST_READ_MACROBLOCKS - 1) + 1;
        boolean frameMbsOnly = in.flag();
        int fields = frameMbsOnly ? 1 : 2;
        if (!frameMbsOnly) {
            in.flag(); // mb_adaptive_frame_field_flag
        }
        in.flag(); // direct_8x8_inference_flag
        codedWidth = widthInMbs * 16;
        codedHeight = heightInMapUnits * 16 * fields;
        width = codedWidth;
        height = codedHeight;
        if (in.flag()) { // frame_cropping_flag
            crop(fields);
        }
        return !frameMbsOnly;
    }

    /** Applies the cropping offsets, which count in CropUnitX and CropUnitY (§7.4.2.1.1, equations 7-19 to 7-22). */
    private void crop(int fields) throws MalformedBitstreamException {
        boolean chroma = chromaFormatIdc != 0 && !separateColourPlanes;
        int unitX = chroma && chromaFormatIdc != 3 ? 2 : 1;
        int unitY = (chroma && chromaFormatIdc == 1 ? 2 : 1) * fields;
        long left = in.unsigned();
        long right = in.unsigned();
        long top = in.unsigned();
        long bottom = in.unsigned();
        long croppedWidth = width - unitX * (left + right);
        long croppedHeight = height - unitY * (top + bottom);
        if (croppedWidth <= 0 || croppedHeight <= 0) {
            throw in.malformed(
                    "frame cropping leaves no picture of " + width + "x" + height + " pixels",
                    Math.min(croppedWidth, croppedHeight));
        }
        width = (int) croppedWidth;
        height = (int) croppedHeight;
    }

    private static Vui withoutReordering(Vui vui) {
        return new Vui(
                vui.sarWidth(),
                vui.sarHeight(),
                vui.fullRange(),
                vui.colourPrimaries(),
                vui.transferCharacteristics(),
                vui.matrixCoefficients(),
                vui.numUnitsInTick(),
                vui.timeScale(),
                vui.fixedFrameRate(),
                0);
    }
}
