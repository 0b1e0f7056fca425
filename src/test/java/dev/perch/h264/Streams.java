package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes streams of the corpus apart for tests. */
public final class Streams {
    private Streams() {}

    /** Returns the access units of an Annex B stream that is read in pieces of {@code pieceBytes}. */
    public static List<Bytes> accessUnits(byte[] stream, int pieceBytes) {
        List<Bytes> units = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(new AccessUnitSplitter.Output() {
            @Override
            public void accessUnit(ByteBuffer annexB, FrameTime time) {
                units.add(Bytes.copyOf(annexB));
            }

            @Override
            public void dropped() {
                throw new AssertionError("an access unit was dropped");
            }
        });
        for (int at = 0; at < stream.length; at += pieceBytes) {
            splitter.bytes(
                    ByteBuffer.wrap(stream, at, Math.min(pieceBytes, stream.length - at)), new FrameTime(at, at));
        }
        splitter.end();
        return units;
    }

    /** Returns, for each access unit, the number of access units before it in output order, by the picture order count alone. */
    public static List<Integer> outputOrder(List<Bytes> units) throws MalformedBitstreamException {
        ParameterSets sets = new ParameterSets();
        SliceHeader slice = new SliceHeader();
        PictureOrderCount count = new PictureOrderCount();
        List<Long> places = new ArrayList<>();
        long sequence = 0;
        for (Bytes unit : units) {
            boolean first = true;
            for (Bytes nal : nals(unit)) {
                int type = NalTable.type(nal.at(0));
                if (type == NalTable.SPS || type == NalTable.PPS) {
                    sets.remember(nal.buffer(), 0, nal.size());
                } else if (first && (type == NalTable.SLICE || type == NalTable.IDR_SLICE)) {
                    first = false;
                    slice.read(nal.buffer(), 0, nal.size(), sets);
                    sequence += slice.idr() ? 1_000_000 : 0;
                    places.add(sequence + count.next(slice, sets.spsAt(0)));
                }
            }
        }
        List<Long> sorted = places.stream().sorted().toList();
        return places.stream().map(sorted::indexOf).toList();
    }

    /** Returns the frames that a publisher makes of a stream; frame n has the time n × {@code frameNanos}. */
    public static RecordingSink publish(byte[] stream, long frameNanos) {
        RecordingSink sink = new RecordingSink();
        H264Publisher publisher = new H264Publisher(sink, frameNanos);
        long time = 0;
        for (Bytes unit : accessUnits(stream, stream.length)) {
            publisher.accessUnit(unit.buffer(), new FrameTime(time, time / 1000));
            time += frameNanos;
        }
        return sink;
    }

    /** Returns the NAL units of a buffer in Annex B form. */
    public static List<Bytes> nals(Bytes annexB) {
        NalTable table = new NalTable();
        table.scan(annexB.buffer());
        List<Bytes> nals = new ArrayList<>();
        for (int i = 0; i < table.count(); i++) {
            nals.add(annexB.slice(table.offset(i), table.offset(i) + table.length(i)));
        }
        return nals;
    }

    /** Returns the NAL units of a published frame, each of which follows its length. */
    public static List<Bytes> lengthPrefixed(Bytes frame) {
        List<Bytes> nals = new ArrayList<>();
        ByteBuffer buffer = frame.buffer();
        while (buffer.hasRemaining()) {
            int length = buffer.getInt();
            nals.add(frame.slice(buffer.position(), buffer.position() + length));
            buffer.position(buffer.position() + length);
        }
        return nals;
    }

    /** Returns NAL units with four-byte start codes. */
    public static Bytes annexB(List<Bytes> nals) {
        ByteBuffer out = ByteBuffer.allocate(
                nals.stream().mapToInt(nal -> 4 + nal.size()).sum());
        nals.forEach(nal -> nal.copyTo(out.putInt(1)));
        return Bytes.view(out.flip());
    }

    /** Returns the nal_unit_types in order. */
    public static List<Integer> types(List<Bytes> nals) {
        return nals.stream().map(nal -> NalTable.type(nal.at(0))).toList();
    }
}
