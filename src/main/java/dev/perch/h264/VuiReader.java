package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;

/**
 * Reads vui_parameters() (ITU-T H.264 (08/2021) Annex E.1.1). Used once. Values out of range are skipped, and so are elements missing at the end:
 * decoders do without them, so a camera that writes them wrong works elsewhere and must work here.
 */
final class VuiReader {
    private static final int EXTENDED_SAR = 255;
    private static final int MAX_DPB_FRAMES = 16;

    /** Table E-1: aspect_ratio_idc 0 (unspecified) to 16, as width and height. */
    private static final int[] SAMPLE_ASPECT_RATIOS = {
        0, 0, 1, 1, 12, 11, 10, 11, 16, 11, 40, 33, 24, 11, 20, 11, 32, 11, 80, 33, 18, 11, 15, 11, 64, 33, 160, 99, 4,
        3, 3, 2, 2, 1
    };

    private final BitReader in;
    private int sarWidth;
    private int sarHeight;
    private boolean fullRange;
    private int colourPrimaries = 2;
    private int transferCharacteristics = 2;
    private int matrixCoefficients = 2;
    private long numUnitsInTick;
    private long timeScale;
    private boolean fixedFrameRate;
    private int maxNumReorderFrames = -1;
    private boolean whole = true;

    VuiReader(BitReader in) {
        this.in = in;
    }

    /** Returns the values. If the elements end early or are nonsense, those before count. */
    Vui read() {
        try {
            elements();
        } catch (MalformedBitstreamException damaged) {
            whole = false;
        }
        return new Vui(
                sarWidth,
                sarHeight,
                fullRange,
                colourPrimaries,
                transferCharacteristics,
                matrixCoefficients,
                numUnitsInTick,
                timeScale,
                fixedFrameRate,
                maxNumReorderFrames);
    }

    /** Returns whether {@link #read} reached the end of the elements. */
    boolean whole() {
        return whole;
    }

    private void elements() throws MalformedBitstreamException {
        sampleAspectRatio();
        if (in.flag()) { // overscan_info_present_flag
            in.flag(); // overscan_appropriate_flag
        }
        videoSignalType();
        if (in.flag()) { // chroma_loc_info_present_flag
            in.unsigned(); // chroma_sample_loc_type_top_field
            in.unsigned(); // chroma_sample_loc_type_bottom_field
        }
        timing();
        hypotheticalReferenceDecoder();
        bitstreamRestriction();
    }

    private void sampleAspectRatio() throws MalformedBitstreamException {
        if (!in.flag()) { // aspect_ratio_info_present_flag
            return;
        }
        int aspectRatioIdc = (int) in.bits(8);
        if (aspectRatioIdc == EXTENDED_SAR) {
            sarWidth = (int) in.bits(16);
            sarHeight = (int) in.bits(16);
        } else if (aspectRatioIdc * 2 < SAMPLE_ASPECT_RATIOS.length) { // the others are reserved: unspecified
            sarWidth = SAMPLE_ASPECT_RATIOS[aspectRatioIdc * 2];
            sarHeight = SAMPLE_ASPECT_RATIOS[aspectRatioIdc * 2 + 1];
        }
    }

    private void videoSignalType() throws MalformedBitstreamException {
        if (!in.flag()) { // video_signal_type_present_flag
            return;
        }
        in.bits(3); // video_format
        fullRange = in.flag();
        if (in.flag()) { // colour_description_present_flag
            colourPrimaries = (int) in.bits(8);
            transferCharacteristics = (int) in.bits(8);
            matrixCoefficients = (int) in.bits(8);
        }
    }

    private void timing() throws MalformedBitstreamException {
        if (in.flag()) { // timing_info_present_flag
            numUnitsInTick = in.bits(32);
            timeScale = in.bits(32);
            fixedFrameRate = in.flag();
        }
    }

    private void hypotheticalReferenceDecoder() throws MalformedBitstreamException {
        boolean nal = in.flag(); // nal_hrd_parameters_present_flag
        if (nal) {
            skipHrdParameters();
        }
        boolean vcl = in.flag(); // vcl_hrd_parameters_present_flag
        if (vcl) {
            skipHrdParameters();
        }
        if (nal || vcl) {
            in.flag(); // low_delay_hrd_flag
        }
        in.flag(); // pic_struct_present_flag
    }

    /** Skips hrd_parameters() (Annex E.1.2). */
    private void skipHrdParameters() throws MalformedBitstreamException {
        int count = in.unsigned("cpb_cnt_minus1", 31) + 1;
        in.bits(8); // bit_rate_scale, cpb_size_scale
        for (int i = 0; i < count; i++) {
            in.unsigned(); // bit_rate_value_minus1
            in.unsigned(); // cpb_size_value_minus1
            in.flag(); // cbr_flag
        }
        in.bits(20); // the lengths of four other elements
    }

    private void bitstreamRestriction() throws MalformedBitstreamException {
        if (!in.flag()) { // bitstream_restriction_flag
            return;
        }
        in.flag(); // motion_vectors_over_pic_boundaries_flag
        in.unsigned(); // max_bytes_per_pic_denom
        in.unsigned(); // max_bits_per_mb_denom
        in.unsigned(); // log2_max_mv_length_horizontal
        in.unsigned(); // log2_max_mv_length_vertical
        long reorder = in.unsigned();
        in.unsigned(); // max_dec_frame_buffering
        maxNumReorderFrames = reorder <= MAX_DPB_FRAMES ? (int) reorder : -1;
    }
}
