package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The beginning of a recorded file, which is fragmented while it grows and an ordinary file when it is finished. Finishing replaces {@value
 * #ROOF_BYTES} bytes in one sector of the disk; apart from that only two marks are ever overwritten: of a file that an operator keeps, and of one
 * whose {@code on-closed} program is still to run.
 *
 * <pre>
 * ftyp                    32
 * uuid                   104   whose file it is: version 4, owed 1 (and how often its program failed), flags 3, begin 8 (microseconds since 1970), the camera's id 64
 * free                    16   while it grows; then mdat, with a largesize, over all that follows up to the index
 * moov                         without samples (ISO/IEC 14496-12:2015 §8.8), in the mdat when it is finished
 * { prft moof mdat }           fragments
 * mfra                         when it is finished: the offsets of the fragments that begin with a key frame
 * moov                         the index, with all samples
 * </pre>
 *
 * @param camera the id of the camera
 * @param startMicros when its first frame was captured, in microseconds since 1970
 * @param kept whether an operator wants it to stay
 * @param owed whether the program that is run for finished files has yet to be run for it
 * @param indexOffset where the index begins; 0 for a file that is not finished
 */
public record RecordingHead(String camera, long startMicros, boolean kept, boolean owed, long indexOffset) {
    /** The size of everything in front of the first {@code moov}. */
    public static final int BYTES = 152;

    /** The offset of the box that finishing replaces. */
    public static final int ROOF_OFFSET = 136;

    /** The size of the replaced box, or of the header that replaces it. */
    public static final int ROOF_BYTES = 16;

    /** The offset of the mark of an owed file. */
    public static final int OWED_OFFSET = 60;

    /** The offset of the mark of a kept file, in another byte than the owed mark, so that writing one does not lose the other. */
    public static final int KEPT_OFFSET = 63;

    private static final int FTYP_BYTES = 32;
    private static final int CAMERA_BYTES = 64;
    private static final int VERSION = 1;
    private static final int KEPT = 1;
    private static final int OWED = 1 << 24;
    private static final int UUID = 0x75756964;

    /** The first half of the extended type (§4.2) of Perch's box. */
    private static final long TYPE_HIGH = 0x5e0f_ba2c_71d3_4c8eL;

    private static final long TYPE_LOW = 0x9a44_7065_7263_6801L;

    /** Returns the beginning of a growing file, including its first {@code moov}. */
    public Bytes begin(List<MovieTrack> tracks) {
        Bytes movie = InitSegment.movie(tracks, Math.floorDiv(startMicros, 1_000_000L));
        BoxWriter out = new BoxWriter(BYTES + movie.size());
        int ftyp = out.begin("ftyp");
        out.fourcc("iso5").u32(512).fourcc("iso5").fourcc("iso6").fourcc("mp41").fourcc("isom");
        out.end(ftyp);
        int uuid = out.begin("uuid");
        out.u32((int) (TYPE_HIGH >> 32))
                .u32((int) TYPE_HIGH)
                .u32((int) (TYPE_LOW >> 32))
                .u32((int) TYPE_LOW);
        out.u32(VERSION).u32((kept ? KEPT : 0) | (owed ? OWED : 0));
        out.u32((int) (startMicros >> 32)).u32((int) startMicros);
        byte[] name = camera.getBytes(StandardCharsets.US_ASCII);
        out.bytes(Bytes.copyOf(name)).zeros(CAMERA_BYTES - name.length);
        out.end(uuid);
        out.u32(ROOF_BYTES).fourcc("free").zeros(ROOF_BYTES - 8);
        out.bytes(movie);
        return out.written();
    }

    /**
     * Returns the bytes for {@link #ROOF_OFFSET} that finish a file.
     *
     * @param indexOffset where the index lies
     */
    public static ByteBuffer roof(long indexOffset) {
        return ByteBuffer.allocate(ROOF_BYTES)
                .putInt(/* largesize follows */ 1)
                .putInt(Fourcc.MDAT)
                .putLong(indexOffset - ROOF_OFFSET)
                .flip();
    }

    /** Returns the byte for {@link #KEPT_OFFSET} or {@link #OWED_OFFSET} that sets or clears the mark. */
    public static ByteBuffer mark(boolean set) {
        return ByteBuffer.allocate(1).put((byte) (set ? 1 : 0)).flip();
    }

    /**
     * Returns the byte for {@link #OWED_OFFSET} after the program has failed: its upper bits count the failures.
     *
     * @param mark the byte so far
     * @param most the number of failures that clears the mark
     */
    public static ByteBuffer failed(byte mark, int most) {
        int failures = ((mark & 0xff) >> 1) + 1;
        return ByteBuffer.allocate(1)
                .put((byte) (failures >= most ? 0 : (failures << 1) | 1))
                .flip();
    }

    /**
     * Reads the beginning of a file.
     *
     * @param bytes the first {@link #BYTES} of it, or fewer if it has no more
     * @return empty if Perch did not write the file
     * @throws MalformedBitstreamException if a later version wrote it, or it is damaged
     */
    public static Optional<RecordingHead> read(ByteBuffer bytes) throws MalformedBitstreamException {
        if (bytes.remaining() < BYTES) {
            return Optional.empty();
        }
        int at = bytes.position() + FTYP_BYTES;
        if (bytes.getInt(at + 4) != UUID || bytes.getLong(at + 8) != TYPE_HIGH || bytes.getLong(at + 16) != TYPE_LOW) {
            return Optional.empty();
        }
        if (bytes.getInt(at + 24) != VERSION) {
            throw new MalformedBitstreamException(
                    "a recording of another version of Perch", at + 24, bytes.getInt(at + 24));
        }
        int roof = bytes.position() + ROOF_OFFSET;
        boolean open = bytes.getInt(roof) == ROOF_BYTES && bytes.getInt(roof + 4) == Fourcc.FREE;
        boolean finished =
                bytes.getInt(roof) == 1 && bytes.getInt(roof + 4) == Fourcc.MDAT && bytes.getLong(roof + 8) > 0;
        if (!open && !finished) {
            throw new MalformedBitstreamException("a recording with a damaged head", roof, bytes.getInt(roof));
        }
        byte[] name = new byte[CAMERA_BYTES];
        bytes.get(at + 40, name);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return Optional.of(new RecordingHead(
                new String(name, 0, length, StandardCharsets.US_ASCII),
                bytes.getLong(at + 32),
                (bytes.getInt(at + 28) & KEPT) != 0,
                (bytes.getInt(at + 28) & OWED) != 0,
                finished ? bytes.getLong(roof + 8) + ROOF_OFFSET : 0));
    }
}
