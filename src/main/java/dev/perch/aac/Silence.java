package dev.perch.aac;

import dev.perch.media.Bytes;
import java.util.Optional;

/**
 * Silent AAC-LC frames, composed from the syntax: each channel element has no spectral band (max_sfb 0). They are the same at every rate, and decode
 * to zeros after the overlap with the frame before.
 */
public final class Silence {
    private static final int SCE = 0;
    private static final int CPE = 1;
    private static final int LFE = 3;
    private static final int END = 7;

    /** The elements of each channelConfiguration (ISO/IEC 14496-3:2009 Table 1.19). */
    private static final int[][] ELEMENTS = {
        {}, {SCE}, {CPE}, {SCE, CPE}, {SCE, CPE, SCE}, {SCE, CPE, CPE}, {SCE, CPE, CPE, LFE}, {SCE, CPE, CPE, CPE, LFE}
    };

    private static final int MOST_BYTES = 32;

    private Silence() {}

    /**
     * Returns one silent raw_data_block for such a stream; empty if its channels are in an order without a number, or its frames are not AAC-LC.
     */
    public static Optional<Bytes> frame(AudioSpecificConfig config) {
        int configuration = ChannelConfiguration.of(config.channels());
        if (configuration == 0 || config.refusal().isPresent()) {
            return Optional.empty();
        }
        BitWriter out = new BitWriter(MOST_BYTES);
        int[] tags = new int[LFE + 1]; // element_instance_tag counts elements of one kind
        for (int element : ELEMENTS[configuration]) {
            out.bits(element, 3).bits(tags[element]++, 4);
            if (element == CPE) {
                out.bits(1, 1); // common_window
                icsInfo(out);
                out.bits(0, 2); // ms_mask_present
                out.bits(0, 8).bits(0, 3).bits(0, 8).bits(0, 3);
            } else {
                out.bits(0, 8); // global_gain
                icsInfo(out);
                out.bits(0, 3); // pulse_data_present, tns_data_present, gain_control_data_present
            }
        }
        return Optional.of(out.bits(END, 3).toBytes());
    }

    /** Writes ics_info(), Table 4.6: ics_reserved_bit, window_sequence ONLY_LONG, window_shape sine, max_sfb 0, predictor_data_present. */
    private static void icsInfo(BitWriter out) {
        out.bits(0, 1 + 2 + 1 + 6 + 1);
    }
}
