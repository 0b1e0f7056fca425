package dev.perch.h264;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a byte stream in Annex B form, arriving in pieces of any size, into access units (ITU-T H.264 (08/2021) §7.4.1.2.3, §7.4.1.2.4). An access
 * unit is known to be whole only when the next one begins: one frame later. For one thread at a time.
 *
 * <p>Each slice with first_mb_in_slice 0 is taken as a new picture's first: the arbitrary slice order of the extended and baseline profiles,
 * which no camera uses, is not understood. The two fields of an interlaced frame are two access units, as the standard has it.
 */
public final class AccessUnitSplitter {
    private static final int FIRST_CAPACITY_BYTES = 64 << 10;

    /** A start code, the NAL unit header and the first byte of a slice header: what decides. */
    private static final int DECIDING_BYTES = 5;

    /** Who gets the access units. */
    public interface Output {
        /**
         * A whole access unit between position and limit, valid during the call only.
         *
         * @param time of the piece in which the access unit began
         */
        void accessUnit(ByteBuffer annexB, FrameTime time);

        /** One was larger than {@link H264Publisher#MAX_ACCESS_UNIT_BYTES} and was thrown away. */
        void dropped();
    }

    private final Output output;
    private byte[] held = new byte[FIRST_CAPACITY_BYTES];
    private int heldBytes;
    private int scannedBytes;
    private FrameTime began = new FrameTime(0, 0);
    private boolean inUnit;
    private int lastSliceHeader = -1;
    private boolean overflown;

    public AccessUnitSplitter(Output output) {
        this.output = output;
    }

    /** Takes the bytes between position and limit, whose position moves to the limit, and puts out each access unit that they complete. */
    public void bytes(ByteBuffer piece, FrameTime time) {
        while (piece.hasRemaining()) {
            int taken = Math.min(piece.remaining(), FIRST_CAPACITY_BYTES);
            append(piece, taken);
            scan(time);
        }
    }

    /** How much memory it holds: grows to the largest access unit seen. */
    public int capacityBytes() {
        return held.length;
    }

    /** The stream has ended, or pauses at a known boundary: puts out what is held. */
    public void end() {
        if (inUnit && !overflown && lastSliceHeader >= 0) {
            put(heldBytes);
        }
        heldBytes = 0;
        scannedBytes = 0;
        inUnit = false;
        overflown = false;
        lastSliceHeader = -1;
    }

    /**
     * Whether a buffer begins with the first NAL unit of an access unit; a device of which this is not true for every buffer splits its access units
     * over several, and needs this class.
     *
     * @param annexB between position and limit; only read
     */
    public static boolean beginsAccessUnit(ByteBuffer annexB) {
        int start = NalTable.indexOfStartCode(annexB, annexB.position(), annexB.limit());
        if (start < 0 || start > annexB.position() + 1 || start + DECIDING_BYTES > annexB.limit()) {
            return false;
        }
        int header = annexB.get(start + 3);
        return opensUnit(NalTable.type(header)) || (slice(header) && firstMacroblock(annexB.get(start + 4)));
    }

    private void scan(FrameTime time) {
        ByteBuffer view = ByteBuffer.wrap(held, 0, heldBytes);
        int start = NalTable.indexOfStartCode(view, scannedBytes, heldBytes);
        while (start >= 0 && start + DECIDING_BYTES <= heldBytes) {
            int cut = start > 0 && held[start - 1] == 0 ? start - 1 : start; // zero_byte, §B.1.1
            scannedBytes = start + 3;
            if (!inUnit) {
                discard(cut);
                inUnit = true;
                began = time;
            } else if (lastSliceHeader >= 0 && beginsNext(held[scannedBytes], held[scannedBytes + 1])) {
                put(cut);
                discard(cut);
                began = time;
                lastSliceHeader = -1;
            }
            note(held[scannedBytes]);
            view = ByteBuffer.wrap(held, 0, heldBytes);
            start = NalTable.indexOfStartCode(view, scannedBytes, heldBytes);
        }
        scannedBytes = start >= 0 ? start : Math.max(scannedBytes, heldBytes - 2);
        bound();
    }

    private void note(int header) {
        if (slice(header)) {
            lastSliceHeader = header;
        }
    }

    /** §7.4.1.2.3, and of §7.4.1.2.4 what needs no parameter set: nal_ref_idc or nal_unit_type 5 differ, with one of them zero. */
    private boolean beginsNext(int header, int firstByte) {
        if (!slice(header)) {
            return opensUnit(NalTable.type(header));
        }
        boolean referenceDiffers = ((header & 0x60) == 0) != ((lastSliceHeader & 0x60) == 0);
        boolean idrDiffers =
                (NalTable.type(header) == NalTable.IDR_SLICE) != (NalTable.type(lastSliceHeader) == NalTable.IDR_SLICE);
        return firstMacroblock(firstByte) || referenceDiffers || idrDiffers;
    }

    /** The NAL unit types that, after a picture's last slice, begin the next access unit (§7.4.1.2.3). */
    private static boolean opensUnit(int type) {
        return (type >= NalTable.SEI && type <= NalTable.ACCESS_UNIT_DELIMITER) || (type >= 14 && type <= 18);
    }

    private static boolean slice(int header) {
        int type = NalTable.type(header);
        return type == NalTable.SLICE || type == 2 || type == NalTable.IDR_SLICE;
    }

    /** first_mb_in_slice is ue(v): 0 is the single bit 1. */
    private static boolean firstMacroblock(int firstByteOfSlice) {
        return (firstByteOfSlice & 0x80) != 0;
    }

    private void append(ByteBuffer piece, int count) {
        if (heldBytes + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, heldBytes + count));
        }
        piece.get(held, heldBytes, count);
        heldBytes += count;
    }

    private void put(int endBytes) {
        if (overflown) {
            overflown = false;
        } else {
            output.accessUnit(ByteBuffer.wrap(held, 0, endBytes), began);
        }
    }

    private void discard(int count) {
        System.arraycopy(held, count, held, 0, heldBytes - count);
        heldBytes -= count;
        scannedBytes -= count;
    }

    /** Keeps memory bounded: bytes outside an access unit go, and of one that is too long only what may begin a start code stays. */
    private void bound() {
        if (inUnit && !overflown && heldBytes > H264Publisher.MAX_ACCESS_UNIT_BYTES) {
            output.dropped();
            overflown = true;
        }
        if (!inUnit || overflown) {
            discard(Math.max(0, scannedBytes - 1)); // the byte before may be the start code's zero_byte
        }
    }
}
