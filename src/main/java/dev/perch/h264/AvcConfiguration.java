package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An AVCDecoderConfigurationRecord (ISO/IEC 14496-15:2017 §5.3.3.1): the parameter sets of an H.264 stream, and the size of the lengths before its NAL
 * units.
 *
 * <pre>
 *  version 8 | profile 8 | constraints 8 | level 8 | 111111 lengthSizeMinusOne 2 | 111 count 5, each SPS after 16 bits of length | count 8, each PPS after 16 bits of length
 * </pre>
 *
 * @param lengthBytes size of the length before each NAL unit: 1, 2 or 4
 */
public record AvcConfiguration(List<Bytes> spss, List<Bytes> ppss, int lengthBytes) {
    /** The most bytes of a record: room for two sets of the largest size accepted, and more than any known encoder writes. */
    public static final int MAX_BYTES = 16 << 10;

    private static final int LENGTHS_OF_FOUR = 3;

    public AvcConfiguration {
        spss = List.copyOf(spss);
        ppss = List.copyOf(ppss);
    }

    /**
     * Parses the record between position and limit. The position does not move, and the sets are copied.
     *
     * @throws MalformedBitstreamException if the record ends early, or is of another version
     */
    public static AvcConfiguration parse(ByteBuffer record) throws MalformedBitstreamException {
        ByteBuffer in = record.slice();
        if (in.remaining() > MAX_BYTES) {
            throw new MalformedBitstreamException("AVC decoder configuration is too long", 0, in.remaining());
        }
        try {
            int version = in.get();
            if (version != 1) {
                throw new MalformedBitstreamException("not an AVC decoder configuration", 0, version);
            }
            in.position(4);
            int lengthBytes = 1 + (in.get() & LENGTHS_OF_FOUR);
            if (lengthBytes == 3) {
                throw new MalformedBitstreamException("lengthSizeMinusOne is 2", 4, lengthBytes);
            }
            List<Bytes> spss = sets(in, in.get() & 0x1f);
            List<Bytes> ppss = sets(in, in.get() & 0xff);
            return new AvcConfiguration(spss, ppss, lengthBytes);
        } catch (BufferUnderflowException | IllegalArgumentException cut) {
            throw new MalformedBitstreamException("AVC decoder configuration ends early", in.position(), in.limit());
        }
    }

    private static List<Bytes> sets(ByteBuffer in, int count) throws MalformedBitstreamException {
        List<Bytes> sets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                throw new MalformedBitstreamException("parameter set ends early", in.position(), length);
            }
            sets.add(Bytes.copyOf(in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return sets;
    }

    /** Returns the record of a stream whose NAL units are preceded by lengths of four bytes. */
    public static Bytes of(StreamConfig.H264 stream) {
        Bytes sps = stream.sps();
        ByteBuffer out = ByteBuffer.allocate(15 + sps.size() + stream.pps().size());
        out.put((byte) 1).put((byte) sps.at(1)).put((byte) sps.at(2)).put((byte) sps.at(3));
        out.put((byte) (0xfc | LENGTHS_OF_FOUR)).put((byte) (0xe0 | 1)).putShort((short) sps.size());
        sps.copyTo(out);
        out.put((byte) 1).putShort((short) stream.pps().size());
        stream.pps().copyTo(out);
        SequenceParameterSet set = parsed(sps);
        if (extended(set.profileIdc())) {
            out.put((byte) (0xfc | set.chromaFormatIdc()));
            out.put((byte) (0xf8 | (set.bitDepthLuma() - 8))).put((byte) (0xf8 | (set.bitDepthChroma() - 8)));
            out.put((byte) 0); // numOfSequenceParameterSetExt
        }
        return Bytes.view(out.flip());
    }

    private static SequenceParameterSet parsed(Bytes sps) {
        try {
            return SequenceParameterSet.parse(sps);
        } catch (MalformedBitstreamException unreadable) {
            throw new IllegalArgumentException("the configuration's SPS cannot be read: sps=" + sps, unreadable);
        }
    }

    /** Returns whether readers expect the chroma format and bit depth fields: for all but the three old profiles. */
    private static boolean extended(int profileIdc) {
        return profileIdc != 66 && profileIdc != 77 && profileIdc != 88;
    }
}
