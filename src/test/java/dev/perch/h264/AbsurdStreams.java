package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Access units with a key frame and a sequence parameter set that is refused. */
public final class AbsurdStreams {
    private static final String SOUND = "h264/x264-baseline.h264";

    private AbsurdStreams() {}

    /** Returns an access unit for each sentence of a refusal. */
    public static Map<String, Bytes> bySentence() {
        Map<String, Bytes> all = new LinkedHashMap<>();
        all.put(taken("16896x16"), withSps(sps(1056, 1).u(2, 0)));
        all.put(taken("65536x65536"), withSps(sps(4096, 4096).u(2, 0)));
        all.put(taken("16384x16384"), withSps(sps(1024, 1024).u(2, 0)));
        all.put(taken("536870912x536870912"), withSps(sps(1 << 25, 1 << 25).u(2, 0)));
        all.put( // decoders take memory for the cropped lines, too
                taken("65552x65536"),
                withSps(sps(4097, 4096).crop(0, 32_760, 0, 32_760).u(1, 0)));
        all.put(taken("64x33760"), withSps(begin().ue(1).u(1, 0).fields(4, 1055).u(2, 0)));
        all.put(
                unusable("pic_width_in_mbs_minus1 is above 33554431, found 4294967293"),
                withSps(begin().ue(1).u(1, 0).ue(0xffff_fffdL).ue(1).u(8, 0)));
        all.put(
                unusable("max_num_ref_frames is above 16, found 4294967294"),
                withSps(begin().ue(0xffff_fffeL).u(8, 0)));
        all.put(
                unusable("max_num_ref_frames is above 16, found 17"),
                withSps(begin().ue(17).u(8, 0)));
        all.put(
                unusable("frame cropping leaves no picture of 64x64 pixels, found -2"),
                withSps(sps(4, 4).crop(16, 17, 0, 0).u(1, 0)));
        all.put(
                unusable("num_ref_frames_in_pic_order_cnt_cycle is above 255, found 256"),
                withSps(SpsWriter.begin(66, 1)
                        .ue(0)
                        .ue(1)
                        .u(1, 0)
                        .se(0)
                        .se(0)
                        .ue(256)
                        .u(8, 0)));
        return all;
    }

    private static String taken(String size) {
        return "Pictures of " + size + " pixels are not taken: 16880 a side and 67108864 in all are the most.";
    }

    private static String unusable(String what) {
        return "The parameter sets of the H.264 stream cannot be used: " + what + ".";
    }

    private static SpsWriter sps(int widthInMbs, int heightInMbs) {
        return begin().ue(1).u(1, 0).frames(widthInMbs, heightInMbs);
    }

    /** Writes the syntax elements up to max_num_ref_frames. */
    private static SpsWriter begin() {
        return SpsWriter.begin(66, 1).ue(0).ue(2);
    }

    private static Bytes withSps(SpsWriter sps) {
        List<Bytes> nals = new ArrayList<>();
        nals.add(sps.nal());
        Streams.nals(sound()).stream()
                .filter(nal -> NalTable.type(nal.at(0)) != NalTable.SPS)
                .forEach(nals::add);
        return Streams.annexB(nals);
    }

    /** Returns a sound key frame. */
    public static Bytes sound() {
        return Streams.accessUnits(Corpus.read(SOUND), 1 << 20).get(0);
    }
}
