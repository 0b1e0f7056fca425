package dev.perch.flv;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/**
 * Copies the H.264 and AAC frames of tags into feeds: a frame's bytes are copied once, from the piece in which they arrive into the feed's memory.
 * Other codecs are refused by name. For one thread at a time; a frame allocates nothing but its time.
 */
public final class TrackReader implements TagSink {
    /** The most heap that open descriptions and metadata hold at a time. */
    public static final int HELD_BYTES =
            VideoTags.MOST_GATHERED_BYTES + AudioTags.MOST_GATHERED_BYTES + ScriptTags.MOST_BYTES;

    /** Receives the tracks. */
    public interface Output {
        /**
         * Returns the sink for the pictures. Called once, with the first description; the sink is configured with this one as with any later one.
         */
        FrameSink video(StreamConfig.H264 first);

        /** Returns the sink for the sound. Called like {@link #video}. */
        FrameSink sound(StreamConfig.Aac first);

        /**
         * Returns the frame's time on the monotonic clock.
         *
         * @param millis the stream's decode time, which does not wrap and need not begin at 0
         */
        FrameTime time(long millis);

        /** Called each time the stream's metadata come. */
        default void metadata(Metadata metadata) {
            // many streams have none
        }

        /** Called with the reason why the track of {@code medium} is refused, as a sentence for people, once for each reason. */
        void refused(Medium medium, String why);

        /** Called when the encoder says that its pictures end; more may follow. */
        default void endOfSequence() {
            // the end of the stream says the same
        }
    }

    private final VideoTags video;
    private final AudioTags audio;
    private final ScriptTags script;

    public TrackReader(Output output) {
        TagClock clock = new TagClock();
        video = new VideoTags(output, clock);
        audio = new AudioTags(output, clock);
        script = new ScriptTags(metadata -> {
            video.frameRate(metadata.frameRate());
            output.metadata(metadata);
        });
    }

    /** Drops the open frames, because the stream has ended. The thread that gave the bytes must call this, however the stream ends. */
    public void abandon() {
        video.abandon();
        audio.abandon();
    }

    @Override
    public void begin(int type, int timestamp, int sizeBytes) throws MalformedBitstreamException {
        switch (type) {
            case TagType.VIDEO -> video.begin(timestamp, sizeBytes);
            case TagType.AUDIO -> audio.begin(timestamp, sizeBytes);
            default -> script.begin(sizeBytes);
        }
    }

    @Override
    public void bytes(int type, ByteBuffer piece) throws MalformedBitstreamException {
        switch (type) {
            case TagType.VIDEO -> video.bytes(piece);
            case TagType.AUDIO -> audio.bytes(piece);
            default -> script.bytes(piece);
        }
    }

    @Override
    public void end(int type) throws MalformedBitstreamException {
        switch (type) {
            case TagType.VIDEO -> video.end();
            case TagType.AUDIO -> audio.end();
            default -> script.end();
        }
    }
}
