package dev.perch.source;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Passes everything on and counts; the counts are safe from any thread. */
final class CountingSink implements FrameSink {
    private final FrameSink sink;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable StreamConfig config; // the producer writes, any thread reads

    CountingSink(FrameSink sink) {
        this.sink = sink;
    }

    long frames() {
        return frames.get();
    }

    long droppedFrames() {
        return dropped.get();
    }

    Optional<StreamConfig> config() {
        return Optional.ofNullable(config);
    }

    @Override
    public void configure(StreamConfig next) {
        config = next;
        sink.configure(next);
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        return sink.claim(sizeBytes);
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        frames.incrementAndGet();
        sink.publish(time, key);
    }

    @Override
    public void refused(String why) {
        sink.refused(why);
    }

    @Override
    public void dropped() {
        dropped.incrementAndGet();
        sink.dropped();
    }
}
