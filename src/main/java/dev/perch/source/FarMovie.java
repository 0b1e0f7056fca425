package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.MovieReader;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** The picture and the sound of another Perch's {@code stream.mp4}, or of any other endless fragmented MP4. */
final class FarMovie implements FarStream, MovieReader.Output {
    private final RelaySource source;
    private final MovieTracks tracks;
    private final MovieReader reader = new MovieReader(this);
    private String refused = "";

    FarMovie(RelaySource source, SourceOutput output, BooleanSupplier publishes) {
        this.source = source;
        this.tracks = new MovieTracks(output, new FarClock(source.clock()), publishes);
    }

    /** Returns why the picture cannot be used as it is, as a sentence; empty if it can. */
    String refused() {
        return refused;
    }

    @Override
    public void bytes(ByteBuffer piece) throws CaptureException {
        try {
            reader.bytes(piece);
        } catch (MalformedBitstreamException damaged) {
            throw new CaptureException(
                    Kind.FAULT, source.description() + " sends MP4 that is damaged: " + damaged.words() + ".", damaged);
        }
    }

    @Override
    public void movie(boolean hasPicture, boolean hasSound) {
        if (!hasPicture || tracks.begun()) {
            return;
        }
        boolean sounds = hasSound && source.camera().sound().on();
        source.learned(sounds);
        tracks.begin(sounds);
    }

    @Override
    public FrameSink video(StreamConfig.H264 first) {
        return tracks.picture();
    }

    @Override
    public FrameSink sound(StreamConfig.Aac first) {
        return tracks.sound();
    }

    @Override
    public FrameTime time(long streamNanos, long capturedMicros) {
        return tracks.time(streamNanos, capturedMicros);
    }

    @Override
    public void refused(Medium medium, String why) {
        if (medium == Medium.VIDEO) {
            refused = why;
        }
    }

    @Override
    public void abandon() {
        reader.abandon();
    }

    @Override
    public int heldBytes() {
        return reader.heldBytes();
    }

    @Override
    public long frames() {
        return tracks.frames();
    }

    @Override
    public SessionStats stats() {
        return tracks.stats();
    }
}
