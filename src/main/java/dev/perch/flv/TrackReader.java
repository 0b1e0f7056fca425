package dev.perch.flv;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/**
 * Brings the H.264 and AAC frames of tags into feeds: a frame's bytes are copied once, from the piece in which they arrive into the feed's memory. Of anything
 * else the codec's name is told. For one thread at a time; a frame allocates its time only.
 */
public final class TrackReader implements TagSink {
    /** The most heap that descriptions and metadata under way hold at a time. */
    public static final int HELD_BYTES =
            VideoTags.MOST_GATHERED_BYTES + AudioTags.MOST_GATHERED_BYTES + ScriptTags.MOST_BYTES;

    /** Receives the tracks. */
    public interface Output {
        /** Returns where the pictures go. Called once, with the first description, of which the sink is told as of any other. */
        FrameSink video(StreamConfig.H264 first);

        /** Returns where the sound goes. Called like {@link #video}. */
        FrameSink sound(StreamConfig.Aac first);

        /**
         * Returns when a frame is decoded.
         *
         * @param millis the stream's time, which does not wrap; from where it began, which need not be 0
         */
        FrameTime time(long millis);

        /** Called with the metadata of the stream, each time it comes. */
        default void metadata(Metadata metadata) {
            // many streams have none
        }

        /** Called with why the track of {@code medium} is not taken, as a sentence for people, once for each reason. */
        void refused(Medium medium, String why);

        /** Called when the encoder tells that its pictures end; more may follow. */
        default void endOfSequence() {
            // the end of the stream tells as much
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

    /** Gives up the frames that are under way: the stream has ended. To be called by the thread that gave the bytes, however it ends. */
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
