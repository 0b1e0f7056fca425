package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Publishes H.264 access units whose NAL units are preceded by lengths, as in FLV, RTMP and MP4 (ISO/IEC 14496-15:2017 §5.3.3), into a feed. The
 * bytes are read directly into the feed's memory and put in order there. The parameter sets precede each key frame; the NAL units that {@link
 * H264Publisher} leaves out are left out here too. For one thread at a time; nothing is allocated per frame.
 */
public final class AvcPublisher {
    private static final int LENGTH_BYTES = 4;
    private static final long UNTOLD_FRAME_NANOS = 33_333_333;

    private final Function<StreamConfig.H264, FrameSink> open;
    private final ParameterSets sets = new ParameterSets();
    private final SliceHeader slice = new SliceHeader();
    private @Nullable FrameSink sink;
    private StreamConfig.@Nullable H264 config;
    private long nominalFrameNanos;
    private boolean told;
    private int lengthBytes = LENGTH_BYTES;
    private boolean awaitingKey = true;
    private boolean keysUntold; // true when the stream does not tell which frames are key frames
    private @Nullable ByteBuffer unit; // claimed
    private int begin; // index of the arriving bytes, after the room for the sets
    private boolean key;
    private int kept; // NAL units
    private int firstKept; // index of the first NAL unit, -1: none
    private int firstSlice; // index of the first slice, -1: none
    private int firstSliceBytes;

    /**
     * Creates a publisher that opens its sink later.
     *
     * @param open called with the stream's description before its first frame; returns the sink for the frames
     */
    public AvcPublisher(Function<StreamConfig.H264, FrameSink> open) {
        this.open = open;
    }

    /**
     * Describes the frames that follow.
     *
     * @param toldFrameNanos the interval between frames that is told beside the stream; 0 if none is
     * @return why the stream is refused, as a sentence for people; empty if it is accepted
     * @throws MalformedBitstreamException if a parameter set cannot be read
     */
    public Optional<String> configure(AvcConfiguration next, long toldFrameNanos) throws MalformedBitstreamException {
        told = toldFrameNanos > 0;
        nominalFrameNanos = told ? toldFrameNanos : UNTOLD_FRAME_NANOS;
        lengthBytes = next.lengthBytes();
        for (Bytes sps : next.spss()) {
            remember(sps, NalTable.SPS);
        }
        for (Bytes pps : next.ppss()) {
            remember(pps, NalTable.PPS);
        }
        if (next.spss().isEmpty() || next.ppss().isEmpty()) {
            return Optional.empty(); // the key frames carry the sets
        }
        awaitingKey = true;
        return use(
                sets.indexOfSps(SequenceParameterSet.parse(next.spss().get(0)).id()),
                next.ppss().get(0));
    }

    private void remember(Bytes nal, int type) throws MalformedBitstreamException {
        if (nal.size() < 2 || NalTable.type(nal.at(0)) != type) {
            throw new MalformedBitstreamException(
                    "not a parameter set of its kind", 0, nal.size() < 1 ? -1 : nal.at(0));
        }
        sets.remember(nal.buffer(), 0, nal.size());
    }

    /**
     * Configures the sink with these sets, if they differ from the last ones.
     *
     * @return why the stream is refused, as a sentence; empty if it is accepted
     */
    private Optional<String> use(int sps, Bytes pps) {
        SequenceParameterSet set = sets.spsAt(sps);
        Bytes spsNal = sets.spsNalAt(sps);
        StreamConfig.H264 before = config;
        if (before != null && before.sps().equals(spsNal) && before.pps().equals(pps)) {
            return Optional.empty();
        }
        String refusal = sets.refusalAt(sps);
        if (refusal.isEmpty()) {
            StreamConfig.H264 now = new StreamConfig.H264(
                    spsNal, pps, set.width(), set.height(), FrameInterval.nanos(set, nominalFrameNanos, told));
            FrameSink known = sink;
            if (known == null) {
                known = open.apply(now);
                sink = known;
            }
            known.configure(now);
            config = now;
        }
        return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
    }

    /**
     * Returns the space for one access unit, from the buffer's position to its limit, to be filled before {@link #publish}; empty if there is no
     * room, which counts the frame as dropped.
     *
     * @param sizeBytes the access unit as the container has it, lengths included
     * @param key whether the container marks a key frame
     */
    public Optional<ByteBuffer> claim(int sizeBytes, boolean key) {
        this.key = key;
        unit = null;
        FrameSink known = sink;
        if (known == null) {
            return Optional.empty();
        }
        if (sizeBytes <= 0 || sizeBytes > H264Publisher.MAX_ACCESS_UNIT_BYTES) {
            dropped();
            return Optional.empty();
        }
        // shorter lengths become longer in place: the arriving bytes start that much later
        int spread = (LENGTH_BYTES - lengthBytes) * Math.min(sizeBytes / (lengthBytes + 1), NalTable.MAX_NAL_UNITS);
        begin = spread + (key || keysUntold ? sets.writtenBytes() : 0);
        Optional<ByteBuffer> claimed = known.claim(begin + sizeBytes);
        if (claimed.isPresent()) {
            unit = claimed.get().order(ByteOrder.BIG_ENDIAN).position(begin);
        } else {
            awaitingKey |= key;
        }
        return claimed;
    }

    /** Counts a frame that never arrived whole. */
    public void dropped() {
        awaitingKey |= key;
        unit = null;
        FrameSink known = sink;
        if (known != null) {
            known.dropped();
        }
    }

    /**
     * Publishes the access unit in the space that was claimed last, or drops and counts it. An access unit of parameter sets alone is only
     * remembered.
     */
    public void publish(FrameTime time) {
        ByteBuffer filled = unit;
        FrameSink known = sink;
        if (filled == null || known == null) {
            throw new IllegalStateException("published without a claim");
        }
        boolean toldKey = key;
        try {
            if (!readable(filled) || !publishable(filled, toldKey)) {
                dropped();
            } else if (firstSlice >= 0) {
                putInOrder(filled);
                known.publish(time, key);
                awaitingKey = false;
            } else {
                known.withdraw();
            }
        } catch (MalformedBitstreamException damaged) {
            dropped(); // counted; a message about one of many frames helps nobody
        }
        unit = null;
    }

    /**
     * Walks through the lengths, remembers the parameter sets, and finds out what the unit consists of.
     *
     * @return false if it cannot be read
     */
    private boolean readable(ByteBuffer filled) throws MalformedBitstreamException {
        kept = 0;
        firstKept = -1;
        firstSlice = -1;
        int count = 0;
        int at = begin;
        while (at < filled.limit()) {
            int length = length(filled, at);
            at += lengthBytes;
            if (length < 0 || ++count > NalTable.MAX_NAL_UNITS) {
                return false;
            }
            if (length > 0 && filled.get(at) >= 0) { // forbidden_zero_bit
                look(filled, at, length);
            }
            at += length;
        }
        at = begin;
        while (at < filled.limit()) { // a second pass: which NAL units are kept depends on whether it is a key frame
            int length = length(filled, at);
            at += lengthBytes;
            if (kept(filled, at, length)) {
                kept++;
                firstKept = firstKept < 0 ? at : firstKept;
            }
            at += length;
        }
        return true;
    }

    private void look(ByteBuffer filled, int at, int length) throws MalformedBitstreamException {
        int type = NalTable.type(filled.get(at));
        if (type == NalTable.SPS || type == NalTable.PPS) {
            sets.remember(filled, at, length);
        } else if (type == NalTable.IDR_SLICE || type == NalTable.SLICE || type == 2) {
            key |= type == NalTable.IDR_SLICE;
            if (firstSlice < 0) {
                firstSlice = at;
                firstSliceBytes = length;
            }
        } else if (type == NalTable.SEI) {
            key |= RecoveryPoint.in(filled, at, length);
        }
    }

    /** Returns the NAL unit's length at {@code at}, -1 if it does not fit. */
    private int length(ByteBuffer filled, int at) {
        int left = filled.limit() - at - lengthBytes;
        if (left < 0) {
            return -1;
        }
        int length = switch (lengthBytes) {
            case 1 -> filled.get(at) & 0xff;
            case 2 -> filled.getShort(at) & 0xffff;
            default -> filled.getInt(at);
        };
        return length > left ? -1 : length;
    }

    private boolean publishable(ByteBuffer filled, boolean toldKey) throws MalformedBitstreamException {
        if (firstSlice < 0) {
            return true;
        }
        if (!key) {
            return !awaitingKey;
        }
        slice.tryRead(filled, firstSlice, firstSliceBytes, sets);
        if (!slice.complete()) {
            return false;
        }
        int pps = sets.indexOfPps(slice.ppsId());
        Optional<String> refusal = use(sets.indexOfSps(sets.ppsAt(pps).spsId()), sets.ppsNalAt(pps));
        FrameSink known = sink;
        if (refusal.isPresent() && known != null) {
            known.refused(refusal.get());
            return false;
        }
        keysUntold |= !toldKey;
        // without room for new sets this key frame is lost; the next one has the room
        return sets.writtenBytes() + LENGTH_BYTES + (kept - 1) * (LENGTH_BYTES - lengthBytes) <= firstKept;
    }

    /** Writes the sets before a key frame, and closes the gaps between the kept NAL units. Most frames need neither. */
    private void putInOrder(ByteBuffer filled) {
        int at = firstKept - lengthBytes; // the sets may overwrite the length before it
        int end = filled.limit();
        int out = 0;
        if (key) {
            sets.writeTo(filled.position(0));
            out = filled.position();
        }
        while (at < end) {
            int length = length(filled, at);
            at += lengthBytes;
            if (kept(filled, at, length)) {
                filled.putInt(out, length);
                out += LENGTH_BYTES;
                if (out != at) {
                    filled.put(out, filled, at, length);
                }
                out += length;
            }
            at += length;
        }
        filled.limit(out).position(out);
    }

    private boolean kept(ByteBuffer filled, int at, int length) {
        if (length == 0 || filled.get(at) < 0) {
            return false;
        }
        return switch (NalTable.type(filled.get(at))) {
            case NalTable.SPS, NalTable.PPS -> !key; // a key frame has them all at its beginning
            case NalTable.ACCESS_UNIT_DELIMITER, NalTable.END_OF_STREAM, NalTable.FILLER_DATA -> false;
            case 0, 24, 25, 26, 27, 28, 29, 30, 31 -> false; // unspecified
            default -> true;
        };
    }
}
