package dev.perch.source;

import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.TrackId;
import dev.perch.mp4.MovieReader;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The sinks for the picture and the sound of a fragmented MP4. Used by the thread that reads it; any thread may ask for the counts. */
final class MovieTracks {
    private final SourceOutput output;
    private final FarClock times;
    private final BooleanSupplier publishes;
    private volatile @Nullable SteadySink picture; // written by the reading thread, read by any
    private @Nullable SteadySink sound;

    /**
     * Creates it without tracks.
     *
     * @param publishes whether a frame is wanted, asked when it is whole
     */
    MovieTracks(SourceOutput output, FarClock times, BooleanSupplier publishes) {
        this.output = output;
        this.times = times;
        this.publishes = publishes;
    }

    /** Returns whether the movie has described its picture. */
    boolean begun() {
        return picture != null;
    }

    /** Opens all tracks before the first frame of any. */
    void begin(boolean sounds) {
        if (sounds) {
            sound = new SteadySink(output.track(TrackId.main(Encoding.AAC)), publishes);
        }
        picture = new SteadySink(output.track(TrackId.main(Encoding.H264)), publishes);
    }

    FrameSink picture() {
        SteadySink sink = picture;
        if (sink == null) {
            throw new IllegalStateException("the movie has told of no picture");
        }
        return sink;
    }

    /** Returns the sink for the sound; sound that begins in mid-stream, or is not wanted, is dropped. */
    FrameSink sound() {
        SteadySink sink = sound;
        return sink == null ? NoSink.INSTANCE : sink;
    }

    /** Returns the time of a frame that has just come. */
    FrameTime time(long streamNanos, long capturedMicros) {
        return times.arrived(streamNanos, capturedMicros == MovieReader.UNTOLD ? FarClock.UNTOLD : capturedMicros);
    }

    long frames() {
        SteadySink sink = picture;
        return sink == null ? 0 : sink.frames();
    }

    SessionStats stats() {
        SteadySink sink = picture;
        return sink == null ? SessionStats.NONE : sink.stats("H264", /* unknownRate= */ 0);
    }
}
