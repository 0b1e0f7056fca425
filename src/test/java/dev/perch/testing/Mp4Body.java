package dev.perch.testing;

import dev.perch.media.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a fragmented MP4 into its init segment and fragments of one sample (ISO/IEC 14496-12:2015 §8.8); any other order of boxes fails. Fragments of sound are kept apart from those of
 * the pictures, which are numbered as if they were alone.
 */
public final class Mp4Body {
    private static final int DEFAULT_BASE_IS_MOOF = 0x020000;
    private static final int NON_SYNC = 0x10000;

    private final InputStream in;
    private static final int SOUND_ID = 2;

    private final List<Sound> sounds = new ArrayList<>();
    private int freeBoxes;
    private long position;
    private long fragmentPosition;
    private int timescaleHz;
    private double capturedMillis = Double.NaN;

    /** A box with its header. */
    private record Box(String type, ByteBuffer payload) {}

    /**
     * What a body begins with.
     *
     * @param timescaleHz of the one track's media
     * @param boxes the payload of the moov
     */
    public record InitSegment(int timescaleHz, ByteBuffer boxes) {}

    /**
     * One sample.
     *
     * @param nals its NAL units
     * @param capturedMillis what the prft before it tells, since 1970; not a number without one
     * @param compositionTicks how much later than decoded it is shown; empty where it does not say
     */
    public record Fragment(
            int sequenceNumber,
            long decodeTicks,
            int durationTicks,
            boolean key,
            List<ByteBuffer> nals,
            double capturedMillis,
            OptionalInt compositionTicks) {
        /** When it is shown. */
        public long shownTicks() {
            return decodeTicks + compositionTicks.orElse(0);
        }
    }

    public Mp4Body(InputStream in) {
        this.in = in;
    }

    public InitSegment init() throws IOException {
        expect("ftyp", box());
        Box moov = expect("moov", box());
        ByteBuffer mdhd = find(moov.payload(), "trak", "mdia", "mdhd");
        if (find(moov.payload(), "trak", "mdia", "minf", "stbl", "stsz").getInt(8) != 0) {
            throw new IOException("the moov describes samples");
        }
        timescaleHz = mdhd.getInt(mdhd.get(0) == 1 ? 20 : 12);
        return new InitSegment(timescaleHz, moov.payload());
    }

    /** The start of a hybrid: the one sample that its moov describes, in the mdat right behind. */
    public Fragment hybrid() throws IOException {
        expect("ftyp", box());
        Box moov = expect("moov", box());
        ByteBuffer tables = find(moov.payload(), "trak", "mdia", "minf", "stbl");
        long offset = position + 8;
        Box mdat = expect("mdat", box());
        ByteBuffer stts = child(tables.slice(0, tables.capacity()), "stts");
        ByteBuffer stsz = child(tables.slice(0, tables.capacity()), "stsz");
        ByteBuffer stco = child(tables.slice(0, tables.capacity()), "stco");
        check(stts.getInt(4) == 1 && stts.getInt(8) == 1, "one sample in stts", stts);
        check(stsz.getInt(8) == 1 && stsz.getInt(12) == mdat.payload().capacity(), "one sample in stsz", stsz);
        check(stco.getInt(4) == 1 && stco.getInt(8) == offset, "the offset of the mdat's payload", stco);
        find(moov.payload(), "mvex", "trex");
        return new Fragment(
                0,
                0,
                stts.getInt(12),
                true,
                NalUnits.ofSample(mdat.payload().array()),
                Double.NaN,
                OptionalInt.empty());
    }

    /** Where in the body the last fragment began. */
    public long fragmentPosition() {
        return fragmentPosition;
    }

    /**
     * One sample of sound.
     *
     * @param pictures how many fragments of pictures stand before it
     */
    public record Sound(long decodeTicks, int durationTicks, Bytes payload, int pictures) {}

    /** The fragments of sound before the last one of pictures that was read. */
    public List<Sound> sounds() {
        return List.copyOf(sounds);
    }

    /** The next fragment of pictures; empty at the end of the body. */
    public Optional<Fragment> next() throws IOException {
        Optional<Box> moof = nextMoof();
        while (moof.isPresent() && find(moof.get().payload(), "traf", "tfhd").getInt(4) == SOUND_ID) {
            sound(moof.get());
            moof = nextMoof();
        }
        return moof.isEmpty() ? Optional.empty() : Optional.of(fragment(moof.get()));
    }

    private void sound(Box moof) throws IOException {
        ByteBuffer tfdt = find(moof.payload(), "traf", "tfdt");
        ByteBuffer trun = find(moof.payload(), "traf", "trun");
        check(trun.getInt(0) == 0x701 && trun.getInt(4) == 1, "one sample", trun);
        check((trun.getInt(20) & NON_SYNC) == 0, "a sync sample", trun);
        Box mdat = expect("mdat", box());
        check(trun.getInt(16) == mdat.payload().capacity(), "a sample as large as the mdat", trun);
        int number = find(moof.payload(), "mfhd").getInt(4);
        sounds.add(new Sound(tfdt.getLong(4), trun.getInt(12), Bytes.view(mdat.payload()), number - 1 - sounds.size()));
    }

    private Optional<Box> nextMoof() throws IOException {
        Box moof = box();
        capturedMillis = Double.NaN;
        while (moof != null && !moof.type().equals("moof")) {
            if (moof.type().equals("prft")) {
                capturedMillis = ntpMillis(moof.payload());
            } else {
                expect("free", moof);
                freeBoxes++;
            }
            moof = box();
        }
        fragmentPosition = position - (moof == null ? 0 : 8 + moof.payload().capacity());
        return moof == null ? Optional.empty() : Optional.of(expect("moof", moof));
    }

    private Fragment fragment(Box moof) throws IOException {
        ByteBuffer tfhd = find(moof.payload(), "traf", "tfhd");
        ByteBuffer tfdt = find(moof.payload(), "traf", "tfdt");
        ByteBuffer trun = find(moof.payload(), "traf", "trun");
        check((tfhd.getInt(0) & DEFAULT_BASE_IS_MOOF) != 0, "default-base-is-moof", tfhd);
        boolean composed = trun.getInt(0) == 0x0100_0f01;
        check(composed || trun.getInt(0) == 0x701, "a sample's duration, size, flags, perhaps its composition", trun);
        check(trun.getInt(4) == 1, "one sample", trun);
        check(trun.getInt(8) == moof.payload().capacity() + 8 + 8, "data_offset right behind the mdat's header", trun);
        Box mdat = expect("mdat", box());
        check(trun.getInt(16) == mdat.payload().capacity(), "a sample as large as the mdat", trun);
        return new Fragment(
                find(moof.payload(), "mfhd").getInt(4) - sounds.size(),
                tfdt.get(0) == 1 ? tfdt.getLong(4) : tfdt.getInt(4),
                trun.getInt(12),
                (trun.getInt(20) & NON_SYNC) == 0,
                NalUnits.ofSample(mdat.payload().array()),
                capturedMillis,
                composed ? OptionalInt.of(trun.getInt(24)) : OptionalInt.empty());
    }

    /** ISO/IEC 14496-12:2020 §8.16.5; the time is NTP's, in 2^-32 s since 1900. */
    private static double ntpMillis(ByteBuffer prft) {
        return 1000.0 * (prft.getInt(8) & 0xffff_ffffL)
                - 2_208_988_800_000L
                + 1000.0 * (prft.getInt(12) & 0xffff_ffffL) / (1L << 32);
    }

    /** Returns the number of heartbeats between fragments. */
    public int freeBoxes() {
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
        position += header.length + payload.length;
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
