package dev.perch.app;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cuts a fragmented MP4 into its init segment and fragments of one sample (ISO/IEC 14496-12:2015 §8.8); any other order of boxes fails. */
final class Mp4Body {
    private static final int DEFAULT_BASE_IS_MOOF = 0x020000;
    private static final int NON_SYNC = 0x10000;

    private final InputStream in;
    private int freeBoxes;

    /** A box with its header. */
    private record Box(String type, ByteBuffer payload) {}

    /**
     * @param timescaleHz of the one track's media
     * @param boxes the payload of the moov
     */
    record InitSegment(int timescaleHz, ByteBuffer boxes) {}

    /** @param nals the NAL units of the one sample */
    record Fragment(int sequenceNumber, long decodeTicks, int durationTicks, boolean key, List<ByteBuffer> nals) {}

    Mp4Body(InputStream in) {
        this.in = in;
    }

    InitSegment init() throws IOException {
        expect("ftyp", box());
        Box moov = expect("moov", box());
        ByteBuffer mdhd = find(moov.payload(), "trak", "mdia", "mdhd");
        if (find(moov.payload(), "trak", "mdia", "minf", "stbl", "stsz").getInt(8) != 0) {
            throw new IOException("the moov describes samples");
        }
        return new InitSegment(mdhd.getInt(mdhd.get(0) == 1 ? 20 : 12), moov.payload());
    }

    /** The next fragment; empty at the end of the body. */
    Optional<Fragment> next() throws IOException {
        Box moof = box();
        while (moof != null && moof.type().equals("free")) {
            freeBoxes++;
            moof = box();
        }
        return moof == null ? Optional.empty() : Optional.of(fragment(expect("moof", moof)));
    }

    private Fragment fragment(Box moof) throws IOException {
        ByteBuffer tfhd = find(moof.payload(), "traf", "tfhd");
        ByteBuffer tfdt = find(moof.payload(), "traf", "tfdt");
        ByteBuffer trun = find(moof.payload(), "traf", "trun");
        check((tfhd.getInt(0) & DEFAULT_BASE_IS_MOOF) != 0, "default-base-is-moof", tfhd);
        check(trun.getInt(0) == 0x701 && trun.getInt(4) == 1, "one sample with duration, size, flags", trun);
        check(trun.getInt(8) == moof.payload().capacity() + 8 + 8, "data_offset right behind the mdat's header", trun);
        Box mdat = expect("mdat", box());
        check(trun.getInt(16) == mdat.payload().capacity(), "a sample as large as the mdat", trun);
        return new Fragment(
                find(moof.payload(), "mfhd").getInt(4),
                tfdt.get(0) == 1 ? tfdt.getLong(4) : tfdt.getInt(4),
                trun.getInt(12),
                (trun.getInt(20) & NON_SYNC) == 0,
                NalUnits.ofSample(mdat.payload().array()));
    }

    /** How many heartbeats came between fragments. */
    int freeBoxes() {
        return freeBoxes;
    }

    private @Nullable Box box() throws IOException {
        byte[] header = in.readNBytes(8);
        if (header.length == 0) {
            return null;
        }
        if (header.length < 8) {
            throw new EOFException("the body ended in a box's header");
        }
        int sizeBytes = ByteBuffer.wrap(header).getInt() - 8;
        if (sizeBytes < 0 || sizeBytes > 1 << 24) {
            throw new IOException("a box of an impossible size: sizeBytes=" + sizeBytes);
        }
        byte[] payload = in.readNBytes(sizeBytes);
        if (payload.length < sizeBytes) {
            throw new EOFException("the body ended in a box");
        }
        return new Box(new String(header, 4, 4, StandardCharsets.US_ASCII), ByteBuffer.wrap(payload));
    }

    private static Box expect(String type, @Nullable Box found) throws IOException {
        if (found == null || !found.type().equals(type)) {
            throw new IOException("expected " + type + ", found " + found);
        }
        return found;
    }

    /** The payload of the first box on this way down. */
    private static ByteBuffer find(ByteBuffer boxes, String... path) throws IOException {
        ByteBuffer level = boxes;
        for (String type : path) {
            level = child(level.slice(0, level.capacity()), type);
        }
        return level;
    }

    private static ByteBuffer child(ByteBuffer in, String type) throws IOException {
        while (in.remaining() >= 8) {
            int sizeBytes = in.getInt(in.position());
            byte[] name = new byte[4];
            in.get(in.position() + 4, name);
            if (type.equals(new String(name, StandardCharsets.US_ASCII))) {
                return in.slice(in.position() + 8, sizeBytes - 8);
            }
            in.position(in.position() + sizeBytes);
        }
        throw new IOException("there is no " + type);
    }

    private static void check(boolean holds, String what, ByteBuffer box) throws IOException {
        if (!holds) {
            throw new IOException("not " + what + ": " + box);
        }
    }
}
