package dev.perch.mp4;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads fragmented MP4 as it comes from a server, in pieces of any size (ISO/IEC 14496-12:2015 §4.2, §8.8), straight into feeds: a sample's bytes are
 * copied once, from the piece in which they arrive into the feed's memory. Only descriptions and heads of fragments are gathered, within bounds. For
 * one thread at a time; a frame allocates nothing but its time.
 */
public final class MovieReader {
    /** Stands for the capture time of a frame of which the stream tells none. */
    public static final long UNTOLD = Long.MIN_VALUE;

    private static final int MOST_MOOV_BYTES = 1 << 20;
    private static final int MOST_MOOF_BYTES = 512 << 10;
    private static final int PRFT_BYTES = 24; // of version 1 behind its header
    private static final int MOST_TRACKS = 16;
    private static final int FIRST_GATHERED_BYTES = 4 << 10;

    private static final int MOOV = SourceTrack.type("moov");
    private static final int MVHD = SourceTrack.type("mvhd");
    private static final int MVEX = SourceTrack.type("mvex");
    private static final int TRAK = SourceTrack.type("trak");
    private static final int TREX = SourceTrack.type("trex");

    /** Receives the tracks. */
    public interface Output {
        /** Called with the media that the movie has, before any frame; again whenever it is described anew. */
        void movie(boolean picture, boolean sound);

        /**
         * Returns the sink for the pictures. Called once, with the first description; the sink is configured with this one as with any later one.
         */
        FrameSink video(StreamConfig.H264 first);

        /** Returns the sink for the sound. Called like {@link #video}. */
        FrameSink sound(StreamConfig.Aac first);

        /**
         * Returns the frame's time on the monotonic clock.
         *
         * @param streamNanos the frame's decode time in the movie
         * @param capturedMicros the time of day of the capture, since 1970, or {@link #UNTOLD}
         */
        FrameTime time(long streamNanos, long capturedMicros);

        /** Called with the reason why the track of {@code medium} is left out, as a sentence for people. */
        void refused(Medium medium, String why);
    }

    private enum State {
        HEADER,
        GATHER,
        SKIP,
        MEDIA
    }

    private final Output output;
    private final FragmentSamples samples = new FragmentSamples();
    private final ByteBuffer header = ByteBuffer.allocate(2 * Long.BYTES);
    private ByteBuffer gathered = ByteBuffer.allocate(FIRST_GATHERED_BYTES);
    private State state = State.HEADER;
    private int type;
    private long left; // bytes left of the box
    private long position; // place in the stream
    private long boxAt;

    private List<SourceTrack> tracks = List.of();
    private List<TrackSink> sinks = List.of();
    private long[] ticks = new long[0];
    private int next; // index of the fragment's next sample
    private @Nullable TrackSink open; // the sink of the current sample
    private int openLeft;

    public MovieReader(Output output) {
        this.output = output;
    }

    /** Returns the bytes of memory held. */
    public int heldBytes() {
        return gathered.capacity();
    }

    /**
     * Takes the bytes between position and limit and moves the position to the limit.
     *
     * @throws MalformedBitstreamException if this is not MP4; the reader is of no use then
     */
    public void bytes(ByteBuffer piece) throws MalformedBitstreamException {
        while (piece.hasRemaining()) {
            int before = piece.position();
            switch (state) {
                case HEADER -> header(piece);
                case GATHER -> gather(piece);
                case SKIP -> skip(piece, Math.min(left, piece.remaining()));
                case MEDIA -> media(piece);
            }
            position += piece.position() - before;
        }
    }

    /** Drops the current sample: the stream has ended. */
    public void abandon() {
        TrackSink sink = open;
        if (sink != null) {
            sink.dropped();
            open = null;
        }
    }

    private void header(ByteBuffer piece) throws MalformedBitstreamException {
        int needed = header.position() >= BoxWalk.HEADER_BYTES && header.getInt(0) == 1 ? 16 : BoxWalk.HEADER_BYTES;
        boxAt = header.position() == 0 ? position : boxAt;
        int count = Math.min(needed - header.position(), piece.remaining());
        header.put(header.position(), piece, piece.position(), count).position(header.position() + count);
        piece.position(piece.position() + count);
        if (header.position() < needed || (needed == BoxWalk.HEADER_BYTES && header.getInt(0) == 1)) {
            return;
        }
        long size = header.getInt(0) & 0xffff_ffffL;
        type = header.getInt(Integer.BYTES);
        left = size == 1 ? header.getLong(Long.BYTES) - needed : size == 0 ? Long.MAX_VALUE : size - needed;
        if (left < 0) {
            throw new MalformedBitstreamException("a box is as large as its header at least", 0, size);
        }
        header.clear();
        begin();
    }

    private void begin() throws MalformedBitstreamException {
        if (type == Fourcc.MDAT) {
            abandon(); // a sample does not go on in another box
            state = left == 0 ? State.HEADER : State.MEDIA;
            return;
        }
        int most = type == MOOV
                ? MOST_MOOV_BYTES
                : type == Fourcc.MOOF ? MOST_MOOF_BYTES : type == Fourcc.PRFT ? PRFT_BYTES : -1;
        if (most < 0) {
            state = left == 0 ? State.HEADER : State.SKIP;
            return;
        }
        if (left > most) {
            throw new MalformedBitstreamException("a box has at most " + most + " bytes", type, left);
        }
        if (left > gathered.capacity()) {
            gathered = ByteBuffer.allocate((int) Math.max(left, 2L * gathered.capacity()));
        }
        gathered.clear().limit((int) left);
        state = State.GATHER;
        if (left == 0) {
            whole();
        }
    }

    private void gather(ByteBuffer piece) throws MalformedBitstreamException {
        int count = Math.min(gathered.remaining(), piece.remaining());
        gathered.put(gathered.position(), piece, piece.position(), count).position(gathered.position() + count);
        piece.position(piece.position() + count);
        if (!gathered.hasRemaining()) {
            whole();
        }
    }

    private void whole() throws MalformedBitstreamException {
        state = State.HEADER;
        gathered.flip();
        if (type == MOOV) {
            moov();
        } else if (type == Fourcc.PRFT) {
            prft();
        } else {
            abandon();
            samples.read(gathered, boxAt, tracks, ticks);
            next = 0;
        }
    }

    private void skip(ByteBuffer piece, long count) {
        piece.position(piece.position() + (int) count);
        left -= count;
        state = left == 0 ? State.HEADER : State.SKIP;
    }

    // ---- the media data

    private void media(ByteBuffer piece) throws MalformedBitstreamException {
        long at = position;
        while (piece.hasRemaining() && left > 0) {
            int most = (int) Math.min(left, piece.remaining());
            int count = open == null ? beginSample(at, most) : fill(piece, most);
            if (open == null && count > 0) {
                piece.position(piece.position() + count);
            }
            at += count;
            left -= count;
            endSample();
        }
        state = left == 0 ? State.HEADER : State.MEDIA;
    }

    /** Begins the sample at {@code at}. Returns the number of following bytes that belong to no sample. */
    private int beginSample(long at, int most) throws MalformedBitstreamException {
        while (next < samples.count() && samples.sizeBytes(next) == 0) {
            next++;
        }
        if (next == samples.count()) {
            return most;
        }
        long ahead = samples.position(next) - at;
        if (ahead < 0) {
            throw new MalformedBitstreamException("the samples of a fragment lie in their order", 0, ahead);
        }
        if (ahead > 0) {
            return (int) Math.min(most, ahead);
        }
        TrackSink sink = sinks.get(samples.track(next));
        openLeft = samples.sizeBytes(next);
        sink.begin(openLeft, samples.key(next));
        open = sink;
        return 0;
    }

    private int fill(ByteBuffer piece, int most) {
        TrackSink sink = open;
        int count = Math.min(most, openLeft);
        if (sink != null) {
            sink.bytes(piece, count);
        }
        openLeft -= count;
        return count;
    }

    private void endSample() {
        TrackSink sink = open;
        if (sink != null && openLeft == 0) {
            sink.end(samples.decodeTicks(next), samples.compositionTicks(next));
            open = null;
            next++;
        }
    }

    // ---- what is gathered

    private void moov() throws MalformedBitstreamException {
        abandon();
        BoxWalk level = new BoxWalk().over(gathered, 0, gathered.limit());
        long timescaleHz = 1000;
        Map<Integer, SourceTrack.Defaults> defaults = new HashMap<>();
        boolean fragmented = false;
        while (level.next()) {
            if (level.type() == MVHD) {
                timescaleHz = Math.max(1, level.u32(level.u8(0) == 1 ? 20 : 12));
            } else if (level.type() == MVEX) {
                fragmented = true;
                trex(new BoxWalk().within(level, 0), defaults);
            }
        }
        List<SourceTrack> found = new ArrayList<>();
        level.over(gathered, 0, gathered.limit());
        while (level.next(TRAK) && found.size() < MOST_TRACKS) {
            found.add(SourceTrack.read(level, timescaleHz, defaults));
        }
        if (!fragmented) {
            output.refused(Medium.VIDEO, "The MP4 is a file, not a stream of fragments.");
            found.clear();
        }
        begin(found);
    }

    private static void trex(BoxWalk boxes, Map<Integer, SourceTrack.Defaults> defaults)
            throws MalformedBitstreamException {
        for (int i = 0; i < MOST_TRACKS && boxes.next(TREX); i++) {
            defaults.put(boxes.s32(4), new SourceTrack.Defaults(boxes.s32(12), boxes.s32(16), boxes.s32(20)));
        }
    }

    private void begin(List<SourceTrack> found) throws MalformedBitstreamException {
        Optional<SourceTrack> picture =
                found.stream().filter(track -> track.avc().isPresent()).findFirst();
        Optional<SourceTrack> sound = found.stream()
                .filter(track ->
                        track.aac().filter(aac -> aac.refusal().isEmpty()).isPresent())
                .findFirst();
        tracks = List.copyOf(found);
        ticks = new long[tracks.size()];
        samples.clear();
        next = 0;
        if (found.isEmpty()) {
            sinks = List.of();
            return;
        }
        output.movie(picture.isPresent(), sound.isPresent());
        List<TrackSink> made = new ArrayList<>();
        for (SourceTrack track : found) {
            boolean taken = picture.filter(track::equals).isPresent()
                    || sound.filter(track::equals).isPresent();
            made.add(TrackSink.of(track, taken, known(track.medium()), output));
        }
        sinks = List.copyOf(made);
        refuse(found, Medium.VIDEO, picture.isPresent());
        refuse(found, Medium.SOUND, sound.isPresent());
        for (TrackSink sink : sinks) {
            sink.configure();
        }
    }

    /** Returns the sink that has served a track of this medium so far. */
    private @Nullable TrackSink known(Optional<Medium> medium) {
        for (TrackSink sink : sinks) {
            if (sink.taken() && sink.medium().equals(medium)) {
                return sink;
            }
        }
        return null;
    }

    private void refuse(List<SourceTrack> found, Medium medium, boolean taken) {
        Optional<SourceTrack> other = found.stream()
                .filter(track -> track.medium().equals(Optional.of(medium)))
                .findFirst();
        String wanted = medium == Medium.VIDEO ? "H.264" : "AAC";
        String what = medium == Medium.VIDEO ? "The picture is " : "The sound is ";
        if (!taken && other.isPresent()) {
            output.refused(medium, what + other.get().coding() + ": " + wanted + " is taken.");
        } else if (!taken && medium == Medium.VIDEO) {
            output.refused(medium, "The MP4 has no picture.");
        }
    }

    /** Reads the time of capture, §8.16.5. */
    private void prft() throws MalformedBitstreamException {
        if (gathered.limit() < PRFT_BYTES - Integer.BYTES) {
            throw new MalformedBitstreamException("a box is too short", 0, gathered.limit());
        }
        boolean wide = gathered.get(0) == 1 && gathered.limit() == PRFT_BYTES;
        int trackId = gathered.getInt(4);
        long micros = ProducerTime.micros(gathered.getLong(8));
        long mediaTicks = wide ? gathered.getLong(16) : gathered.getInt(16) & 0xffff_ffffL;
        for (TrackSink sink : sinks) {
            if (sink.id() == trackId) {
                sink.captured(micros, mediaTicks);
            } else {
                sink.capturedBeside(micros, mediaTicks, trackId, sinks);
            }
        }
    }
}
