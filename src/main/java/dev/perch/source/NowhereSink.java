package dev.perch.source;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Takes nothing: the track is not wanted. */
final class NowhereSink implements FrameSink {
    static final NowhereSink INSTANCE = new NowhereSink();

    private NowhereSink() {}

    @Override
    public void configure(StreamConfig config) {
        // it is not wanted
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        return Optional.empty();
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        throw new IllegalStateException("nothing was claimed");
    }

    @Override
    public void dropped() {
        // it is not counted
    }
}
