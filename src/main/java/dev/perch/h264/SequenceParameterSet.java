package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;

/**
 * A sequence parameter set (ITU-T H.264 (08/2021) §7.3.2.1.1), as far as a server needs it.
 *
 * @param id seq_parameter_set_id
 * @param constraintFlags the byte of constraint_set0_flag (0x80) to constraint_set5_flag (0x04)
 * @param chromaFormatIdc 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param width in pixels, after cropping
 * @param height in pixels, after cropping
 * @param interlaced true when the pictures may be fields (frame_mbs_only_flag is 0)
 * @param separateColourPlanes separate_colour_plane_flag
 * @param log2MaxFrameNum number of bits of frame_num in a slice header
 * @param order the coding of a picture's place in output order
 */
public record SequenceParameterSet(
        int id,
        int profileIdc,
        int constraintFlags,
        int levelIdc,
        int chromaFormatIdc,
        int bitDepthLuma,
        int bitDepthChroma,
        int width,
        int height,
        boolean interlaced,
        boolean separateColourPlanes,
        int log2MaxFrameNum,
        PictureOrder order,
        Vui vui) {

    /**
     * Reads a sequence parameter set.
     *
     * @param nal the NAL unit, header byte first, without start code, emulation prevention bytes in place
     * @throws MalformedBitstreamException when a syntax element is out of its range or the NAL unit ends early
     */
    public static SequenceParameterSet parse(Bytes nal) throws MalformedBitstreamException {
        if (nal.size() < 4 || NalTable.type(nal.at(0)) != NalTable.SPS) {
            throw new MalformedBitstreamException("not a sequence parameter set", 0, nal.size() == 0 ? -1 : nal.at(0));
        }
        return new SpsReader(nal).read();
    }

    /**
     * Returns how many frames may precede a frame in decoding order and follow it in output order: 0 if the stream says or implies that nothing is
     * reordered, -1 if it says nothing.
     */
    public int maxNumReorderFrames() {
        if (order.type() == PictureOrder.DECODING.type()) {
            return 0; // §8.2.1.3: output order is decoding order
        }
        return vui.maxNumReorderFrames();
    }

    /**
     * Returns the interval between two frames in nanoseconds, from the VUI (Annex E.2.1: a frame lasts two ticks); 0 if there is none. Streams may
     * state nonsense.
     */
    public long frameNanos() {
        if (vui.timeScale() == 0 || vui.numUnitsInTick() == 0) {
            return 0;
        }
        return Math.round(2e9 * vui.numUnitsInTick() / vui.timeScale());
    }
}
