package dev.perch.source;

import dev.perch.flv.TagSink;
import dev.perch.flv.TrackReader;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.Medium;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import org.jspecify.annotations.Nullable;

/** Writes a publisher's FLV tags into the tracks of its camera, on this machine's clock. For one thread at a time, except the counts. */
public final class PublishedTags {
    /** The most heap held. */
    public static final int HELD_BYTES = TrackReader.HELD_BYTES;

    private final PublishedSource source;
    private final SourceOutput output;
    private final StreamClock clock;
    private final TrackReader reader = new TrackReader(new Tracks());
    private volatile @Nullable CountingSink picture; // read by any thread for the counts
    private String refusedPicture = "";
    private String refusedSound = "";

    /**
     * Creates the tracks.
     *
     * @param output receives the frames from now on
     */
    public PublishedTags(PublishedSource source, SourceOutput output, Clock clock) {
        this.source = source;
        this.output = output;
        this.clock = new StreamClock(clock);
    }

    /** Returns the sink for the tags. */
    public TagSink sink() {
        return reader;
    }

    /** Drops the incomplete frames. The thread that gave the tags must call this before its publication ends. */
    public void abandon() {
        reader.abandon();
    }

    /** Returns true once a picture has come. */
    public boolean pictured() {
        CountingSink sink = picture;
        return sink != null && sink.frames() > 0;
    }

    /** Returns why the picture was refused, as a sentence; empty if it was not. */
    public String refusedPicture() {
        return refusedPicture;
    }

    /** Returns why the sound was refused, as a sentence; empty if it was not. */
    public String refusedSound() {
        return refusedSound;
    }

    /** Returns the counts so far. Any thread. */
    public SessionStats stats() {
        CountingSink sink = picture;
        return sink == null ? SessionStats.NONE : sink.stats("H264", /* unknownRate= */ 0);
    }

    private final class Tracks implements TrackReader.Output {
        @Override
        public FrameSink video(StreamConfig.H264 first) {
            source.gives(PixelFormat.H264);
            CountingSink sink = new SteadySink(output.track(TrackId.main(Encoding.H264)), () -> true);
            picture = sink;
            return sink;
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            if (!source.wantsSound()) {
                return NoSink.INSTANCE;
            }
            source.sounds();
            return new SteadySink(output.track(TrackId.main(Encoding.AAC)), () -> true);
        }

        @Override
        public FrameTime time(long millis) {
            return clock.arrived(millis);
        }

        @Override
        public void refused(Medium medium, String why) {
            switch (medium) {
                case VIDEO -> refusedPicture = why;
                case SOUND -> refusedSound = why;
            }
        }
    }
}
