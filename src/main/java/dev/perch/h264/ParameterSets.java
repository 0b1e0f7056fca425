package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The latest parameter sets of a stream, one for each id. A set that is repeated unchanged costs a comparison and no memory. */
public final class ParameterSets {
    /**
     * The most bytes of a parameter set, more than one with all twelve scaling lists and an HRD of 32 entries has; those seen have 9 to 60 bytes.
     */
    static final int MAX_PARAMETER_SET_BYTES = 2048;

    private static final int LENGTH_BYTES = 4;

    /**
     * A remembered sequence parameter set, copied out of the access unit that it came in.
     *
     * @param came the NAL unit as it came, to recognize it
     * @param nal the NAL unit for players
     * @param refusal why pictures of this size are refused, as a sentence; empty if they are accepted
     */
    private record Sps(Bytes came, Bytes nal, SequenceParameterSet set, String refusal) {}

    /** A remembered picture parameter set. */
    private record Pps(Bytes nal, PictureParameterSet set) {}

    private final List<Sps> spss = new ArrayList<>();
    private final List<Pps> ppss = new ArrayList<>();
    private int writtenBytes;

    /** Remembers an SPS or PPS NAL unit. */
    void remember(ByteBuffer memory, int offset, int length) throws MalformedBitstreamException {
        if (length > MAX_PARAMETER_SET_BYTES) {
            throw new MalformedBitstreamException("parameter set is too long", offset, length);
        }
        boolean sps = NalTable.type(memory.get(offset)) == NalTable.SPS;
        if (sps ? !knownSps(memory, offset, length) : !knownPps(memory, offset, length)) {
            Bytes nal = Bytes.copyOf(memory.slice(offset, length));
            if (sps) {
                SpsReader reader = new SpsReader(nal);
                SequenceParameterSet set = reader.readAnySize();
                replace(new Sps(nal, reader.playable(), set, reader.refusal().orElse("")));
            } else {
                replace(new Pps(nal, PictureParameterSet.parse(nal)));
            }
            writtenBytes = sumBytes();
        }
    }

    /** Returns the index of the picture parameter set {@code id}, -1 if none has come. */
    int indexOfPps(int id) {
        for (int i = 0; i < ppss.size(); i++) {
            if (ppss.get(i).set().id() == id) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the index of the sequence parameter set {@code id}, -1 if none has come. */
    int indexOfSps(int id) {
        for (int i = 0; i < spss.size(); i++) {
            if (spss.get(i).set().id() == id) {
                return i;
            }
        }
        return -1;
    }

    PictureParameterSet ppsAt(int index) {
        return ppss.get(index).set();
    }

    SequenceParameterSet spsAt(int index) {
        return spss.get(index).set();
    }

    /** Returns why pictures of the sequence parameter set at {@code index} are refused, as a sentence; empty if they are accepted. */
    String refusalAt(int index) {
        return spss.get(index).refusal();
    }

    Bytes ppsNalAt(int index) {
        return ppss.get(index).nal();
    }

    Bytes spsNalAt(int index) {
        return spss.get(index).nal();
    }

    /** Returns the number of bytes that {@link #writeTo} writes. */
    int writtenBytes() {
        return writtenBytes;
    }

    /** Writes all sets, each after its length; an SPS before the PPS that refer to it. */
    void writeTo(ByteBuffer out) {
        for (int i = 0; i < spss.size(); i++) {
            write(spss.get(i).nal(), out);
        }
        for (int i = 0; i < ppss.size(); i++) {
            write(ppss.get(i).nal(), out);
        }
    }

    private static void write(Bytes nal, ByteBuffer out) {
        out.putInt(nal.size());
        nal.copyTo(out);
    }

    /** Replaces the SPS of the same id and drops the PPS that referred to it (ITU-T H.264 (08/2021) §7.4.1.2.1). */
    private void replace(Sps sps) {
        int id = sps.set().id();
        spss.removeIf(old -> old.set().id() == id);
        ppss.removeIf(old -> old.set().spsId() == id);
        spss.add(sps);
    }

    private void replace(Pps pps) {
        ppss.removeIf(old -> old.set().id() == pps.set().id());
        ppss.add(pps);
    }

    private boolean knownSps(ByteBuffer memory, int offset, int length) {
        for (int i = 0; i < spss.size(); i++) {
            if (same(spss.get(i).came(), memory, offset, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean knownPps(ByteBuffer memory, int offset, int length) {
        for (int i = 0; i < ppss.size(); i++) {
            if (same(ppss.get(i).nal(), memory, offset, length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(Bytes nal, ByteBuffer memory, int offset, int length) {
        if (nal.size() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (nal.at(i) != (memory.get(offset + i) & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private int sumBytes() {
        int sum = 0;
        for (Sps sps : spss) {
            sum += LENGTH_BYTES + sps.nal().size();
        }
        for (Pps pps : ppss) {
            sum += LENGTH_BYTES + pps.nal().size();
        }
        return sum;
    }
}
