package dev.perch.codec;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What goes into a derivation and what comes out, into the sink that it stands in front of. The worker writes, any thread reads. */
final class Count implements FrameSink {
    private final FrameSink sink;
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private volatile String by = "";
    private volatile boolean imports;

    Count(FrameSink sink) {
        this.sink = sink;
    }

    /** A frame was put in. */
    void in(String by, boolean imports) {
        this.by = by;
        this.imports = imports;
        in.incrementAndGet();
    }

    /** How many frames have come out. */
    long out() {
        return out.get();
    }

    Derivation.Figures figures() {
        return new Derivation.Figures(by, imports, in.get(), out.get());
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
        out.incrementAndGet();
        sink.publish(time, key);
    }

    @Override
    public void dropped() {
        sink.dropped();
    }
}
