package dev.perch.h264;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/**
 * Cuts a byte stream in Annex B form, arriving in pieces of any size, into access units (ITU-T H.264 (08/2021) §7.4.1.2.3, §7.4.1.2.4). An access
 * unit is known to be whole only when the next one begins: one frame later. For one thread at a time. The work is proportional to the number of
 * bytes, whatever their values, and nothing is allocated per unit.
 *
 * <p>The two fields of an interlaced frame are put out together, as one access unit, because players and files need whole frames.
 */
public final class AccessUnitSplitter {
    private static final int FIRST_CAPACITY_BYTES = 64 << 10;

    private static final int START_CODE_BYTES = 3;

    /** A start code, the NAL unit header and the first byte of a slice header: together they tell the first slice of an undamaged picture. */
    private static final int DECIDING_BYTES = 5;

    private static final int PREFIX = 14;

    /** Receives the access units. */
    public interface Output {
        /**
         * Called with each whole access unit, between position and limit, valid during the call only.
         *
         * @param annexB only read; the splitter's own memory
         * @param time the time of the piece in which the access unit began
         */
        void accessUnit(ByteBuffer annexB, FrameTime time);

        /** Called when a unit is dropped because it has too many NAL units. */
        void dropped();

        /** Called when a unit is dropped because it is longer than {@link H264Publisher#MAX_ACCESS_UNIT_BYTES}. */
        default void tooLong() {
            dropped();
        }
    }

    private final Output output;
    private final PictureBoundary picture = new PictureBoundary();
    private byte[] held = new byte[FIRST_CAPACITY_BYTES];
    private ByteBuffer scanned = ByteBuffer.wrap(held);
    private ByteBuffer unit = ByteBuffer.wrap(held);
    private int begin; // index of the current access unit
    private int heldBytes; // index of the end of the held bytes
    private int scannedBytes; // index of the end of the bytes that need no second look
    private int nal; // index of the current NAL unit's header, -1 before the first
    private boolean inUnit;
    private int nals; // number of NAL units in the current access unit
    private int candidate; // the next access unit's beginning if the next slice begins one; -1: at that slice
    private FrameTime began = new FrameTime(0, 0);
    private FrameTime candidateTime = began;
    private FrameTime latest = began;
    private boolean overflown;
    private boolean ended;

    public AccessUnitSplitter(Output output) {
        this.output = output;
        reset();
    }

    /** Takes the bytes between position and limit, moves the position to the limit, and outputs each access unit that they complete. */
    public void bytes(ByteBuffer piece, FrameTime time) {
        latest = time;
        while (piece.hasRemaining()) {
            int taken = Math.min(piece.remaining(), FIRST_CAPACITY_BYTES);
            append(piece, taken);
            scan(time);
        }
    }

    /** Returns the bytes of memory held, which grow with the largest access unit seen. */
    public int capacityBytes() {
        return held.length;
    }

    /** Outputs the held access unit. Called when the stream has ended, or pauses at a known boundary. */
    public void end() {
        ended = true;
        scan(latest);
        if (picture.present() && !overflown) {
            put(candidate >= 0 ? candidate : heldBytes);
        }
        reset();
    }

    /**
     * Returns whether a buffer begins with the first NAL unit of an access unit. A device of which this is not true for every buffer splits its
     * access units over several, and needs this class.
     *
     * @param annexB the buffer between position and limit; only read
     */
    public static boolean beginsAccessUnit(ByteBuffer annexB) {
        int start = annexB.position();
        if (annexB.remaining() > START_CODE_BYTES && annexB.get(start + 2) == 0) { // zero_byte, §B.1.1
            start++;
        }
        if (start + DECIDING_BYTES > annexB.limit()
                || annexB.get(start) != 0
                || annexB.get(start + 1) != 0
                || annexB.get(start + 2) != 1) {
            return false;
        }
        int header = annexB.get(start + START_CODE_BYTES);
        return opensUnit(NalTable.type(header))
                || (slice(header) && annexB.get(start + START_CODE_BYTES + 1) < 0); // first_mb_in_slice is 0
    }

    private void reset() {
        begin = 0;
        heldBytes = 0;
        scannedBytes = 0;
        nal = -1;
        nals = 0;
        inUnit = false;
        candidate = -1;
        overflown = false;
        ended = false;
        picture.forget();
    }

    private void scan(FrameTime time) {
        int start = NalTable.indexOfStartCode(held, scannedBytes, heldBytes);
        while (start >= 0 && start + START_CODE_BYTES < heldBytes) {
            if (!nalUnit(start, time)) {
                break;
            }
            scannedBytes = start + START_CODE_BYTES;
            start = NalTable.indexOfStartCode(held, scannedBytes, heldBytes);
        }
        scannedBytes = start >= 0 ? start : Math.max(scannedBytes, heldBytes - 2);
        bound();
    }

    /**
     * Takes the NAL unit after the start code at {@code start}.
     *
     * @return false if more bytes are needed to tell where it belongs
     */
    private boolean nalUnit(int start, FrameTime time) {
        int cut = start > begin && held[start - 1] == 0 ? start - 1 : start; // zero_byte, §B.1.1
        int header = held[start + START_CODE_BYTES];
        endNal(cut);
        if (slice(header)) {
            PictureBoundary.Slice place = place(start + START_CODE_BYTES);
            if (place == PictureBoundary.Slice.UNDECIDED) {
                return false;
            }
            if (place == PictureBoundary.Slice.BEGINS) {
                cut(candidate >= 0 ? candidate : cut, candidate >= 0 ? candidateTime : time);
            }
            candidate = -1;
        } else if (picture.present() && candidate < 0 && header >= 0 && opensUnit(NalTable.type(header))) {
            if (picture.fieldWaits() || NalTable.type(header) == PREFIX) {
                candidate = cut;
                candidateTime = time;
            } else {
                cut(cut, time);
                picture.forget();
            }
        }
        if (!inUnit) {
            inUnit = true;
            begin = cut;
            began = time;
        }
        nals++;
        nal = start + START_CODE_BYTES;
        return true;
    }

    /** Ends the current NAL unit, and remembers it if it is a parameter set. */
    private void endNal(int end) {
        if (nal >= 0) {
            int type = NalTable.type(held[nal]);
            if (type == NalTable.SPS || type == NalTable.PPS) {
                int last = end;
                while (last > nal + 1 && held[last - 1] == 0) { // trailing_zero_8bits
                    last--;
                }
                picture.parameterSet(scanned, nal, last - nal);
            }
            nal = -1;
        }
    }

    private PictureBoundary.Slice place(int header) {
        int limit = Math.min(heldBytes, header + PictureBoundary.HEADER_BYTES);
        int next = NalTable.indexOfStartCode(held, header, limit);
        boolean whole = ended || next >= 0 || limit - header == PictureBoundary.HEADER_BYTES;
        return picture.slice(scanned, header, (next >= 0 ? next : limit) - header, whole);
    }

    /** Returns whether a NAL unit of this type begins the next access unit, after a picture's last slice (§7.4.1.2.3). */
    private static boolean opensUnit(int type) {
        return (type >= NalTable.SEI && type <= NalTable.ACCESS_UNIT_DELIMITER) || (type >= PREFIX && type <= 18);
    }

    private static boolean slice(int header) {
        int type = NalTable.type(header);
        return header >= 0 && (type == NalTable.SLICE || type == 2 || type == NalTable.IDR_SLICE);
    }

    private void cut(int at, FrameTime time) {
        if (overflown) {
            overflown = false;
        } else {
            put(at);
        }
        begin = at;
        began = time;
        nals = 0;
    }

    private void put(int end) {
        output.accessUnit(unit.limit(end).position(begin), began);
    }

    /**
     * Appends bytes. The held bytes move to the front only when the rest of the memory is used up, and the memory grows when moving would leave less
     * than an eighth of it free, so that each byte moves a few times at most.
     */
    private void append(ByteBuffer piece, int count) {
        if (heldBytes + count > held.length) {
            int rest = heldBytes - begin;
            byte[] room = rest + count > held.length / 8 * 7 ? new byte[Math.max(held.length * 2, rest + count)] : held;
            System.arraycopy(held, begin, room, 0, rest);
            moved(begin);
            if (room != held) {
                held = room;
                scanned = ByteBuffer.wrap(held);
                unit = ByteBuffer.wrap(held);
            }
        }
        piece.get(held, heldBytes, count);
        heldBytes += count;
    }

    private void moved(int by) {
        begin = 0;
        heldBytes -= by;
        scannedBytes -= by;
        nal = Math.max(nal - by, -1);
        candidate = Math.max(candidate - by, -1);
    }

    /**
     * Keeps the memory bounded: discards bytes outside an access unit and, of a unit that is too long, all but the possible beginning of a start
     * code.
     */
    private void bound() {
        boolean tooLong = heldBytes - begin > H264Publisher.MAX_ACCESS_UNIT_BYTES;
        if (inUnit && !overflown && (tooLong || nals > NalTable.MAX_NAL_UNITS)) {
            if (tooLong) {
                output.tooLong();
            } else {
                output.dropped();
            }
            overflown = picture.present();
            inUnit = overflown; // without a picture nothing depends on the beginning of the unit
            nals = 0;
        }
        if (!inUnit || overflown) {
            nal = -1;
            candidate = -1;
            begin = Math.max(begin, scannedBytes - 1); // the byte before may be the start code's zero_byte
        }
    }
}
