package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Publishes H.264 access units from a source into a feed: start codes become lengths, the parameter sets precede each key frame, and every byte is
 * copied once. For one thread at a time; nothing is allocated per frame except a few small objects at a
 * key frame.
 *
 * <p>A key frame is an access unit with an IDR picture or with a recovery point message: encoders that refresh by columns of intra blocks or keep
 * their GOPs open have no IDR picture but the first, and a viewer could never join. A decoder that starts at a recovery point shows its first picture
 * when the message says that it is whole. If neither comes for some seconds, each picture of intra slices counts as a key frame: pictures that refer
 * past it show damage for a moment, which is better than nothing.
 *
 * <p>Left out are access unit delimiters (the feed's frame tells where an access unit begins, and a decoder of a raw stream learns of a picture's end
 * from the next picture's first NAL unit as early as from a delimiter), filler data (it would pad every viewer's connection for a buffer model that
 * HTTP does not have), end of stream (the feed's stream goes on) and unspecified NAL units.
 *
 * <p>Damaged access units are dropped and counted. The units after them are published: they show the damage until the next key frame, as after any
 * lost frame. Only when a key frame itself is lost, the frames that depend on it are dropped too.
 */
public final class H264Publisher implements AccessUnitSplitter.Output {
    /**
     * The most bytes of an access unit. 2160p at 8 bits has 36,864 macroblocks of 384 bytes, and MinCR is 2 (ITU-T H.264 (08/2021) Table A-1): 7 MB
     * at most. The largest seen is 0.2 MB for an IDR picture of 1080p.
     */
    public static final int MAX_ACCESS_UNIT_BYTES = 8 << 20;

    /** The time without an IDR picture or recovery point after which intra pictures serve as key frames. A viewer waits 10 s for its first. */
    private static final long START_PATIENCE_NANOS = 4_000_000_000L;

    private static final String TOO_LONG =
            "H.264 access units of more than " + MAX_ACCESS_UNIT_BYTES + " bytes are not taken.";

    private static final int LENGTH_BYTES = 4;

    private final FrameSink sink;
    private final long nominalFrameNanos;
    private final boolean asked; // true when the source was asked for the rate
    private final NalTable nals = new NalTable();
    private final ParameterSets parameterSets = new ParameterSets();
    private final SliceHeader slice = new SliceHeader();
    private final OutputOrder order = new OutputOrder();
    private long configuredFrameNanos;
    private Bytes configuredSps = Bytes.empty();
    private Bytes configuredPps = Bytes.empty();
    private @Nullable MalformedBitstreamException damagedSet; // the last one, until a key frame has all of its sets
    private boolean awaitingKey = true;
    private boolean firstTime = true;
    private long lastStartNanos; // time of the last IDR picture or recovery point; before any, of the first picture
    private int firstSlice; // index of the first slice in the current access unit, -1: parameter sets only
    private boolean key; // whether the current access unit is a key frame

    /**
     * Creates a publisher. It publishes nothing before the first key frame with its parameter sets.
     *
     * @param nominalFrameNanos the interval between frames that was requested from the source; the stream's own VUI timing, if plausible, replaces it
     */
    public H264Publisher(FrameSink sink, long nominalFrameNanos) {
        this(sink, nominalFrameNanos, /* asked= */ true);
    }

    /**
     * Creates a publisher for a source whose frame rate nobody requested, so that the stream knows it best.
     *
     * @param nominalFrameNanos used if the stream states no interval
     */
    public static H264Publisher ofUnasked(FrameSink sink, long nominalFrameNanos) {
        return new H264Publisher(sink, nominalFrameNanos, /* asked= */ false);
    }

    private H264Publisher(FrameSink sink, long nominalFrameNanos, boolean asked) {
        if (nominalFrameNanos <= 0) {
            throw new IllegalArgumentException("no frame interval: nominalFrameNanos=" + nominalFrameNanos);
        }
        this.sink = sink;
        this.nominalFrameNanos = nominalFrameNanos;
        this.asked = asked;
    }

    /**
     * Publishes one access unit, or drops and counts it. Parameter sets that come alone are remembered and not counted.
     *
     * @param annexB one whole access unit in Annex B form between position and limit, heap or direct, owned by the caller; only read; its position
     *     does not move, and the memory may be reused at once
     */
    @Override
    public void accessUnit(ByteBuffer annexB, FrameTime time) {
        try {
            if (!readable(annexB) || !publishable(annexB, time)) {
                drop();
            } else if (firstSlice >= 0) {
                publish(annexB, time);
            }
        } catch (MalformedBitstreamException e) {
            drop(); // counted; a message about one of many frames helps nobody
        }
    }

    /** Counts an access unit that never arrived whole. */
    @Override
    public void dropped() {
        sink.dropped();
    }

    @Override
    public void tooLong() {
        sink.refused(TOO_LONG);
        sink.dropped();
    }

    private void drop() {
        awaitingKey |= key;
        sink.dropped();
    }

    private boolean readable(ByteBuffer annexB) {
        key = false;
        if (annexB.remaining() > MAX_ACCESS_UNIT_BYTES) {
            sink.refused(TOO_LONG);
            return false;
        }
        return nals.scan(annexB);
    }

    /**
     * Finds the access unit's parts.
     *
     * @return true if it can be published, or is only parameter sets
     */
    private boolean publishable(ByteBuffer annexB, FrameTime time) throws MalformedBitstreamException {
        firstSlice = -1;
        for (int i = 0; i < nals.count(); i++) {
            int offset = nals.offset(i);
            int type = NalTable.type(annexB.get(offset));
            if (type == NalTable.IDR_SLICE || type == NalTable.SLICE || type == 2) {
                key |= type == NalTable.IDR_SLICE;
                firstSlice = firstSlice < 0 ? i : firstSlice;
            } else if (type == NalTable.SEI) {
                key |= RecoveryPoint.in(annexB, offset, nals.length(i));
            }
        }
        boolean readable = rememberSets(annexB);
        if (firstSlice < 0) {
            return readable;
        }
        if (key) {
            lastStartNanos = time.decodeNanos();
        } else {
            key = intraServes(time) && intra(annexB);
        }
        return key ? configure(annexB) : !awaitingKey;
    }

    /**
     * Remembers the parameter sets, and leaves out those that cannot be read.
     *
     * @return false if there were any of these
     */
    private boolean rememberSets(ByteBuffer annexB) {
        boolean readable = true;
        for (int i = 0; i < nals.count(); i++) {
            if (parameterSet(annexB, i)) {
                try {
                    parameterSets.remember(annexB, nals.offset(i), nals.length(i));
                } catch (MalformedBitstreamException damaged) { // an older set of the same id may serve
                    nals.leaveOut(i);
                    damagedSet = damaged;
                    readable = false;
                }
            }
        }
        return readable;
    }

    private boolean intraServes(FrameTime time) {
        if (firstTime) {
            firstTime = false;
            lastStartNanos = time.decodeNanos();
        }
        return time.decodeNanos() - lastStartNanos >= START_PATIENCE_NANOS;
    }

    /** Returns whether all slices are intra coded, except those of a frame's second field. */
    private boolean intra(ByteBuffer annexB) throws MalformedBitstreamException {
        boolean bottomField = false;
        for (int i = firstSlice; i < nals.count(); i++) {
            int type = NalTable.type(annexB.get(nals.offset(i)));
            if (type == NalTable.SLICE) {
                if (!slice.tryRead(annexB, nals.offset(i), nals.length(i), parameterSets)) {
                    return false;
                }
                bottomField = i == firstSlice ? slice.bottomField() : bottomField;
                if (!slice.intra() && slice.bottomField() == bottomField) {
                    return false;
                }
            } else if (type == 2) {
                return false; // a partition is no picture without the others
            }
        }
        return true;
    }

    private boolean parameterSet(ByteBuffer annexB, int index) {
        int type = NalTable.type(annexB.get(nals.offset(index)));
        return type == NalTable.SPS || type == NalTable.PPS;
    }

    /**
     * Configures the sink if the key frame uses other parameter sets than the last one.
     *
     * @return false if its sets are not known yet, or are refused
     */
    private boolean configure(ByteBuffer annexB) throws MalformedBitstreamException {
        slice.tryRead(annexB, nals.offset(firstSlice), nals.length(firstSlice), parameterSets);
        if (!slice.complete()) {
            tellDamagedSet();
            return false;
        }
        damagedSet = null;
        int pps = parameterSets.indexOfPps(slice.ppsId());
        int sps = parameterSets.indexOfSps(parameterSets.ppsAt(pps).spsId());
        Bytes spsNal = parameterSets.spsNalAt(sps);
        Bytes ppsNal = parameterSets.ppsNalAt(pps);
        if (!spsNal.equals(configuredSps) || !ppsNal.equals(configuredPps)) {
            SequenceParameterSet set = parameterSets.spsAt(sps);
            String refusal = parameterSets.refusalAt(sps);
            if (!refusal.isEmpty()) {
                sink.refused(refusal);
                return false;
            }
            configuredFrameNanos = FrameInterval.nanos(set, nominalFrameNanos, asked);
            sink.configure(new StreamConfig.H264(spsNal, ppsNal, set.width(), set.height(), configuredFrameNanos));
            configuredSps = spsNal;
            configuredPps = ppsNal;
        }
        return true;
    }

    /** Reports a key frame whose parameter set could not be read: nothing will be published as long as the sets are damaged. */
    private void tellDamagedSet() {
        MalformedBitstreamException damaged = damagedSet;
        if (damaged != null) {
            sink.refused("The parameter sets of the H.264 stream cannot be used: " + damaged.words() + ".");
        }
    }

    private void publish(ByteBuffer annexB, FrameTime time) {
        int sizeBytes = key ? parameterSets.writtenBytes() : 0;
        for (int i = 0; i < nals.count(); i++) {
            if (nals.length(i) > 0 && kept(annexB, i)) {
                sizeBytes += LENGTH_BYTES + nals.length(i);
            } else {
                // decided once: a driver in a hurry (v4l2loopback) may overwrite the memory meanwhile
                nals.leaveOut(i);
            }
        }
        Optional<ByteBuffer> claimed = sink.claim(sizeBytes);
        if (claimed.isEmpty()) { // counted by the sink
            awaitingKey |= key;
            return;
        }
        copy(annexB, claimed.get().order(ByteOrder.BIG_ENDIAN));
        sink.publish(order.time(time, annexB, nals, parameterSets, configuredFrameNanos), key);
        awaitingKey = false;
    }

    private void copy(ByteBuffer annexB, ByteBuffer out) {
        if (key) {
            parameterSets.writeTo(out);
        }
        for (int i = 0; i < nals.count(); i++) {
            int length = nals.length(i);
            if (length > 0) {
                out.putInt(length);
                out.put(out.position(), annexB, nals.offset(i), length);
                out.position(out.position() + length);
            }
        }
    }

    private boolean kept(ByteBuffer annexB, int index) {
        return switch (NalTable.type(annexB.get(nals.offset(index)))) {
            case NalTable.SPS, NalTable.PPS -> !key; // a key frame has them all at its beginning
            case NalTable.ACCESS_UNIT_DELIMITER, NalTable.END_OF_STREAM, NalTable.FILLER_DATA -> false;
            case 0, 24, 25, 26, 27, 28, 29, 30, 31 -> false; // unspecified
            default -> true;
        };
    }
}
