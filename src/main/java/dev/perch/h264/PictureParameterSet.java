package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import org.jspecify.annotations.Nullable;

/**
 * The part of a picture parameter set that a server needs (ITU-T H.264 (08/2021) §7.3.2.2).
 *
 * @param id pic_parameter_set_id
 * @param spsId seq_parameter_set_id
 * @param bottomFieldPicOrder bottom_field_pic_order_in_frame_present_flag
 * @param defaults null if the rest of the set is damaged
 */
public record PictureParameterSet(
        int id,
        int spsId,
        boolean bottomFieldPicOrder,
        @Nullable SliceDefaults defaults) {
    /**
     * Reads a set.
     *
     * @param nal the NAL unit, header byte first, without start code
     * @throws MalformedBitstreamException when it is not a picture parameter set or its first elements end early
     */
    public static PictureParameterSet parse(Bytes nal) throws MalformedBitstreamException {
        if (nal.size() == 0 || NalTable.type(nal.at(0)) != NalTable.PPS) {
            throw new MalformedBitstreamException("not a picture parameter set", 0, nal.size() == 0 ? -1 : nal.at(0));
        }
        BitReader reader = new BitReader(nal);
        int id = reader.unsigned("pic_parameter_set_id", 255);
        int spsId = reader.unsigned("seq_parameter_set_id", 31);
        reader.flag(); // entropy_coding_mode_flag
        return new PictureParameterSet(
                id, spsId, /* bottomFieldPicOrder= */ reader.flag(), /* defaults= */ defaults(reader));
    }

    private static @Nullable SliceDefaults defaults(BitReader reader) {
        try {
            return SliceDefaults.read(reader);
        } catch (MalformedBitstreamException damaged) {
            return null; // decoders may cope with it
        }
    }
}
