package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Writes the slices of pictures in decoding order, and records the output order of each picture. */
abstract class DecodedPictures {
    static final int FRAME_NANOS = 40_000_000;
    static final int P = 5;
    static final int B = 6;
    static final int I = 7;

    final ParameterSets sets = new ParameterSets();
    final NalTable nals = new NalTable();
    final OutputOrder order = new OutputOrder();
    final List<FrameTime> times = new ArrayList<>();
    int log2MaxLsb = 8;
    boolean interlaced;

    void set(SpsWriter sps) throws MalformedBitstreamException {
        for (Bytes nal : List.of(
                sps.nal(),
                new SpsWriter().u(8, 0x68).ue(0).ue(0).u(1, 0).u(1, 0).nal())) {
            sets.remember(nal.buffer(), 0, nal.size());
        }
    }

    /**
     * Returns a sequence parameter set of type 0.
     *
     * @param reorder max_num_reorder_frames; -1 for no VUI
     */
    void declare(int profileIdc, int reorder) throws MalformedBitstreamException {
        SpsWriter sps = SpsWriter.begin(profileIdc, 1);
        if (profileIdc >= 100) {
            sps.u(1, 0); // seq_scaling_matrix_present_flag
        }
        sps.ue(0).ue(0).ue(log2MaxLsb - 4).ue(4).u(1, 0);
        size(sps, reorder);
    }

    void size(SpsWriter sps, int reorder) throws MalformedBitstreamException {
        (interlaced ? sps.fields(20, 6) : sps.frames(20, 12)).u(1, 0);
        if (reorder < 0) {
            sps.u(1, 0);
        } else { // nothing but bitstream_restriction
            sps.u(1, 1)
                    .u(8, 0)
                    .u(1, 1)
                    .u(1, 1)
                    .ue(0)
                    .ue(0)
                    .ue(10)
                    .ue(10)
                    .ue(reorder)
                    .ue(4);
        }
        set(sps);
    }

    void picture(int type, boolean idr, boolean reference, int lsb) {
        read(slice(type, idr, reference, lsb));
    }

    SpsWriter slice(int type, boolean idr, boolean reference, int lsb) {
        SpsWriter nal = new SpsWriter().u(8, (reference ? 0x60 : 0) | (idr ? 5 : 1));
        nal.ue(0).ue(type).ue(0).u(4, 0);
        if (interlaced) {
            nal.u(1, 1).u(1, lsb & 1); // a field, the bottom one of odd counts
        }
        if (idr) {
            nal.ue(0);
        }
        return nal.u(log2MaxLsb, lsb & (1 << log2MaxLsb) - 1).u(8, 0xff);
    }

    void read(SpsWriter... slices) {
        read(Streams.annexB(Stream.of(slices).map(SpsWriter::nal).toList()));
    }

    void read(Bytes accessUnit) {
        nals.scan(accessUnit.buffer());
        FrameTime time = new FrameTime(times.size() * (long) FRAME_NANOS, 0);
        times.add(order.time(time, accessUnit.buffer(), nals, sets, FRAME_NANOS));
    }

    /** Writes pictures given as {@code I0 P6 b2 b4}: the type (lower case for a non-reference picture) and the count. An I with count 0 is an IDR picture. */
    void decode(String pictures) {
        for (String each : pictures.split(" ", -1)) {
            char type = each.charAt(0);
            int lsb = Integer.parseInt(each.substring(1));
            int sliceType = Character.toUpperCase(type) == 'I' ? I : Character.toUpperCase(type) == 'P' ? P : B;
            picture(sliceType, type == 'I' && lsb == 0, Character.isUpperCase(type), lsb);
        }
    }

    /** Returns the presentation time of each picture by the offsets, in frames after the first one is decoded. */
    List<Double> shown() {
        List<Double> shown = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            shown.add(i + times.get(i).presentationOffsetNanos() / (double) FRAME_NANOS);
        }
        return shown;
    }

    /** Returns the pictures in output order. */
    List<Integer> output() {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            indices.add(i);
        }
        indices.sort(Comparator.comparing(i -> times.get(i).presentationOrder()));
        return indices;
    }

    /** Fails unless the pictures are shown one interval apart and none before it is decoded. */
    void assertEvenlyShown(int depth) {
        List<Integer> output = output();
        List<Double> shown = shown();
        for (int i = 0; i < output.size(); i++) {
            assertEquals(i + depth, shown.get(output.get(i)), 1e-6, "picture " + output.get(i));
        }
    }

    /** Returns mini GOPs of a P picture and the two B pictures before it, from the {@code from}th to before the {@code to}th. */
    static String miniGops(int from, int to) {
        StringBuilder pictures = new StringBuilder();
        for (int i = from; i < to; i++) {
            int count = 6 * i;
            pictures.append(" P" + count + " b" + (count - 4) + " b" + (count - 2));
        }
        return pictures.toString();
    }

    /** Returns P pictures in output order, from the first to before the {@code to}th. */
    static String inOrder(int to) {
        StringBuilder pictures = new StringBuilder();
        for (int i = 1; i < to; i++) {
            pictures.append(" P").append(2 * i);
        }
        return pictures.toString();
    }
}
