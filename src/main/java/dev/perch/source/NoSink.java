package dev.perch.source;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Drops all frames: the track is not wanted, or began in mid-stream. */
final class NoSink implements FrameSink {
    static final NoSink INSTANCE = new NoSink();

    private NoSink() {}

    @Override
    public void configure(StreamConfig config) {
        // nobody reads the track
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        return Optional.empty();
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        throw new IllegalStateException("published without a claim");
    }

    @Override
    public void dropped() {
        // nobody counts the frames
    }
}
