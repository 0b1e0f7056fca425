package dev.perch.aac;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Publishes AAC frames from a source into a feed, each copied once: one raw_data_block a frame, without ADTS header (ISO/IEC 14496-3:2009 §4.4.2.1).
 * For one thread at a time.
 */
public final class AacPublisher {
    /** The most bytes of a frame: ISO/IEC 14496-3 §4.5.3 allows 768 bytes a channel, ADTS 8,191 in all. */
    public static final int MAX_FRAME_BYTES = AdtsHeader.MAX_FRAME_BYTES;

    private final FrameSink sink;
    private @Nullable AudioSpecificConfig config;
    private Optional<String> refusal = Optional.of("The sound's description has not come.");

    /** Creates a publisher, which publishes nothing before {@link #configure}. */
    public AacPublisher(FrameSink sink) {
        this.sink = sink;
    }

    /** Describes the frames that follow. Repeating the same description does nothing. */
    public void configure(AudioSpecificConfig next) {
        if (!next.equals(config)) {
            config = next;
            refusal = next.refusal();
            if (refusal.isEmpty()) {
                sink.configure(next.streamConfig());
            }
        }
    }

    /**
     * Publishes one frame, or drops and counts it.
     *
     * @param rawDataBlock between position and limit; only read, its position does not move
     */
    public void frame(ByteBuffer rawDataBlock, FrameTime time) {
        Optional<ByteBuffer> claimed = claim(rawDataBlock.remaining());
        if (claimed.isPresent()) {
            int position = rawDataBlock.position();
            claimed.get().put(rawDataBlock);
            rawDataBlock.position(position);
            sink.publish(time, /* key= */ true);
        }
    }

    /**
     * Returns space for one frame that comes in pieces, to be filled to its limit before {@link #publish}; empty if there is no room, which counts
     * the frame as dropped.
     */
    public Optional<ByteBuffer> claim(int sizeBytes) {
        if (refusal.isPresent()) {
            sink.refused(refusal.get());
            sink.dropped();
            return Optional.empty();
        }
        if (sizeBytes <= 0 || sizeBytes > MAX_FRAME_BYTES) {
            sink.dropped();
            return Optional.empty();
        }
        return sink.claim(sizeBytes);
    }

    /** Publishes the frame in the space that was claimed last. */
    public void publish(FrameTime time) {
        sink.publish(time, /* key= */ true);
    }

    /** Counts a frame that never arrived whole. */
    public void dropped() {
        sink.dropped();
    }
}
