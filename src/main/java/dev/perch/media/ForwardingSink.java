package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Forwards every call to another sink; subclasses override the calls that they add to. */
public abstract class ForwardingSink implements FrameSink {
    private final FrameSink sink;

    protected ForwardingSink(FrameSink sink) {
        this.sink = sink;
    }

    @Override
    public void configure(StreamConfig config) {
        sink.configure(config);
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        return sink.claim(sizeBytes);
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        sink.publish(time, key);
    }

    @Override
    public void withdraw() {
        sink.withdraw();
    }

    @Override
    public void refused(String why) {
        sink.refused(why);
    }

    @Override
    public void dropped() {
        sink.dropped();
    }
}
