package dev.perch.h264;

/**
 * The video usability information of a sequence parameter set (ITU-T H.264 (08/2021) Annex E.1.1), with the values that Annex E.2.1 infers for absent
 * elements.
 *
 * @param sarWidth of the sample aspect ratio, 0 if unspecified
 * @param sarHeight of the sample aspect ratio, 0 if unspecified
 * @param fullRange video_full_range_flag
 * @param colourPrimaries 2 if unspecified
 * @param transferCharacteristics 2 if unspecified
 * @param matrixCoefficients 2 if unspecified
 * @param numUnitsInTick 0 if there is no timing
 * @param timeScale ticks a second; 0 if there is no timing
 * @param fixedFrameRate fixed_frame_rate_flag
 * @param maxNumReorderFrames from the bitstream restriction, -1 if there is none
 */
public record Vui(
        int sarWidth,
        int sarHeight,
        boolean fullRange,
        int colourPrimaries,
        int transferCharacteristics,
        int matrixCoefficients,
        long numUnitsInTick,
        long timeScale,
        boolean fixedFrameRate,
        int maxNumReorderFrames) {

    /** The inferred values of a set without VUI. */
    static final Vui ABSENT = new Vui(0, 0, false, 2, 2, 2, 0, 0, false, -1);

    /** Returns whether the stream describes its colours. */
    public boolean colourDescribed() {
        return colourPrimaries != 2 || transferCharacteristics != 2 || matrixCoefficients != 2;
    }
}
