package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.mp4.MovieReader;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The picture and the sound of another Perch's {@code stream.mp4}, or of any other fragmented MP4 that does not end. */
final class FarMovie implements FarStream, MovieReader.Output {
    private final RelaySource source;
    private final SourceOutput output;
    private final BooleanSupplier publishes;
    private final FarClock times;
    private final MovieReader reader = new MovieReader(this);
    private volatile @Nullable SteadySink picture; // the session's thread writes, pages read
    private @Nullable SteadySink sound;
    private String refused = "";

    FarMovie(RelaySource source, SourceOutput output, BooleanSupplier publishes) {
        this.source = source;
        this.output = output;
        this.publishes = publishes;
        this.times = new FarClock(source.clock());
    }

    /** Returns why the picture cannot be taken as it is, a sentence; empty if it can. */
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
        if (!hasPicture || picture != null) {
            return;
        }
        boolean sounds = hasSound && source.camera().sound().on();
        source.learned(sounds);
        if (sounds) {
            sound = new SteadySink(output.track(TrackId.main(Encoding.AAC)), publishes);
        }
        picture = new SteadySink(output.track(TrackId.main(Encoding.H264)), publishes);
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
        return sink == null ? new NoSink() : sink;
    }

    @Override
    public FrameTime time(long streamNanos, long capturedMicros) {
        return times.arrived(streamNanos, capturedMicros == MovieReader.UNTOLD ? FarClock.UNTOLD : capturedMicros);
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
        SteadySink sink = picture;
        return sink == null ? 0 : sink.frames();
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
