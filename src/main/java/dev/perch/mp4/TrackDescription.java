package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A track as a recorded file's {@code moov} describes it; an index copies these boxes as they are.
 *
 * @param id the track_ID
 * @param startTicks the media time at which the presentation begins
 * @param header {@code tkhd}
 * @param handler {@code hdlr}
 * @param mediaHeader {@code vmhd} or {@code smhd}
 * @param references {@code dinf}
 * @param entry the sample entry
 */
public record TrackDescription(
        int id,
        int timescaleHz,
        int startTicks,
        Bytes header,
        Bytes handler,
        Bytes mediaHeader,
        Bytes references,
        Bytes entry) {
    private static final int MOST_TRACKS = 8;

    /** Returns whether this is the track of pictures. */
    public boolean video() {
        return id == MovieTrack.VIDEO_ID;
    }

    /**
     * Parses the tracks of a {@code moov} without samples.
     *
     * @param moov the whole box; the result shares its memory
     */
    public static List<TrackDescription> of(ByteBuffer moov) throws MalformedBitstreamException {
        ByteBuffer in = Boxes.require(moov, "moov").payload();
        List<TrackDescription> tracks = new ArrayList<>();
        for (Optional<Boxes.Box> box = Boxes.next(in); box.isPresent(); box = Boxes.next(in)) {
            if (box.get().type() == Boxes.type("trak") && tracks.size() < MOST_TRACKS) {
                tracks.add(track(box.get().payload()));
            }
        }
        if (tracks.isEmpty()) {
            throw new MalformedBitstreamException("a moov without tracks", 0, moov.remaining());
        }
        return List.copyOf(tracks);
    }

    private static TrackDescription track(ByteBuffer trak) throws MalformedBitstreamException {
        Boxes.Box header = Boxes.require(trak, "tkhd");
        Boxes.Box times = Boxes.require(trak, "mdia", "mdhd");
        ByteBuffer information = Boxes.require(trak, "mdia", "minf").payload();
        Optional<Boxes.Box> pictures = Boxes.find(information, "vmhd");
        Boxes.Box mediaHeader = pictures.isPresent() ? pictures.get() : Boxes.require(information, "smhd");
        Boxes.Box entries = Boxes.require(information, "stbl", "stsd");
        ByteBuffer entry = entries.payload();
        require(
                header.whole().size() == 92 && times.whole().size() == 32 && entry.remaining() > 16,
                "track headers of version 0");
        int timescaleHz = times.payload().getInt(12);
        require(timescaleHz > 0, "a timescale");
        return new TrackDescription(
                header.payload().getInt(12),
                timescaleHz,
                start(trak),
                header.whole(),
                Boxes.require(trak, "mdia", "hdlr").whole(),
                mediaHeader.whole(),
                Boxes.require(information, "dinf").whole(),
                Bytes.view(entry.position(8)));
    }

    /** Returns the media_time of the last edit (§8.6.6); 0 if there is none. */
    private static int start(ByteBuffer trak) throws MalformedBitstreamException {
        Optional<Boxes.Box> edits = Boxes.find(trak, "edts");
        if (edits.isEmpty()) {
            return 0;
        }
        ByteBuffer list = Boxes.require(edits.get().payload(), "elst").payload();
        require(list.remaining() >= 20, "an edit list of version 0");
        return Math.max(0, list.getInt(list.limit() - 8));
    }

    private static void require(boolean holds, String what) throws MalformedBitstreamException {
        if (!holds) {
            throw new MalformedBitstreamException("a recording has " + what, 0, 0);
        }
    }
}
