package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.MovieReader;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/** A published fragmented MP4. */
final class PublishedMovie implements PublishedKind, MovieReader.Output {
    private static final System.Logger LOG = System.getLogger(PublishedMovie.class.getName());

    private final PublishedSource source;
    private final MovieTracks tracks;
    private final MovieReader reader = new MovieReader(this);
    private String refused = "";

    PublishedMovie(PublishedSource source, SourceOutput output, Clock clock) {
        this.source = source;
        this.tracks = new MovieTracks(output, new FarClock(clock), () -> true);
    }

    @Override
    public void bytes(ByteBuffer piece) throws MalformedBitstreamException, CaptureException {
        reader.bytes(piece);
        if (!refused.isEmpty()) {
            throw new CaptureException(Kind.UNSUPPORTED, refused);
        }
    }

    @Override
    public void movie(boolean hasPicture, boolean hasSound) {
        if (!hasPicture || tracks.begun()) {
            return;
        }
        source.gives(PixelFormat.H264);
        boolean sounds = hasSound && source.wantsSound();
        if (sounds) {
            source.sounds();
        }
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
        switch (medium) {
            case VIDEO -> refused = why;
            case SOUND -> LOG.log(Level.WARNING, "{0}: {1} The picture goes on without sound.", source, why);
        }
    }

    @Override
    public void end() throws CaptureException {
        reader.abandon();
        if (!tracks.begun()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    "The MP4 has ended before its description: fragmented MP4 is taken, whose moov stands first (of ffmpeg:"
                            + " -movflags empty_moov+default_base_moof+frag_every_frame).");
        }
    }

    @Override
    public void close() {
        reader.abandon();
    }

    @Override
    public int heldBytes() {
        return reader.heldBytes();
    }

    @Override
    public SessionStats stats() {
        return tracks.stats();
    }
}
