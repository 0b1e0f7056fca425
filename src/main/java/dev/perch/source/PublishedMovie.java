package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.mp4.MovieReader;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Fragmented MP4 that is published. */
final class PublishedMovie implements PublishedKind, MovieReader.Output {
    private static final System.Logger LOG = System.getLogger(PublishedMovie.class.getName());

    private final PublishedSource source;
    private final SourceOutput output;
    private final FarClock times;
    private final MovieReader reader = new MovieReader(this);
    private volatile @Nullable SteadySink picture; // any thread reads the counts
    private @Nullable SteadySink sound;
    private String refused = "";

    PublishedMovie(PublishedSource source, SourceOutput output, Clock clock) {
        this.source = source;
        this.output = output;
        this.times = new FarClock(clock);
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
        if (!hasPicture || picture != null) {
            return;
        }
        source.gives(PixelFormat.H264);
        if (hasSound && source.wantsSound()) {
            source.sounds();
            sound = new SteadySink(output.track(TrackId.main(Encoding.AAC)), () -> true);
        }
        picture = new SteadySink(output.track(TrackId.main(Encoding.H264)), () -> true);
    }

    @Override
    public FrameSink video(StreamConfig.H264 first) {
        SteadySink sink = picture;
        if (sink == null) {
            throw new IllegalStateException("the movie has told of no picture");
        }
        return sink;
    }

    /** Returns where the sound goes; what begins in mid-stream, or is not wanted, goes nowhere. */
    @Override
    public FrameSink sound(StreamConfig.Aac first) {
        SteadySink sink = sound;
        return sink == null ? NowhereSink.INSTANCE : sink;
    }

    @Override
    public FrameTime time(long streamNanos, long capturedMicros) {
        return times.arrived(streamNanos, capturedMicros == MovieReader.UNTOLD ? FarClock.UNTOLD : capturedMicros);
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
        if (picture == null) {
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
        SteadySink sink = picture;
        if (sink == null) {
            return SessionStats.NONE;
        }
        StreamConfig.H264 config = sink.config()
                .filter(StreamConfig.H264.class::isInstance)
                .map(StreamConfig.H264.class::cast)
                .orElse(null);
        return new SessionStats(
                sink.frames(),
                /* sequenceGaps= */ 0,
                sink.droppedFrames(),
                config == null ? 0 : config.width(),
                config == null ? 0 : config.height(),
                config == null ? 0 : 1e9 / config.frameNanos(),
                "H264");
    }
}
