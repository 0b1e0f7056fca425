package dev.perch.testing;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A sink that passes each frame to a check and keeps none, so that millions of frames cost no memory. */
public final class ReusedSink implements FrameSink {
    private final BiConsumer<ByteBuffer, Boolean> check;
    private ByteBuffer memory = ByteBuffer.allocate(1 << 16);
    private @Nullable StreamConfig config;
    private int frames;
    private int droppedFrames;

    /** @param check called with each frame, from position 0, and whether it is a key frame */
    public ReusedSink(BiConsumer<ByteBuffer, Boolean> check) {
        this.check = check;
    }

    public int frames() {
        return frames;
    }

    public int droppedFrames() {
        return droppedFrames;
    }

    @Override
    public void configure(StreamConfig next) {
        config = next;
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        if (sizeBytes <= 0) {
            throw new AssertionError("claimed nothing: sizeBytes=" + sizeBytes);
        }
        if (sizeBytes > memory.capacity()) {
            memory = ByteBuffer.allocate(sizeBytes);
        }
        return Optional.of(memory.clear().limit(sizeBytes));
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        StreamConfig known = config;
        boolean described = known instanceof StreamConfig.Aac
                || (known instanceof StreamConfig.Picture picture && picture.width() > 0 && picture.height() > 0);
        if (memory.hasRemaining() || !described) {
            throw new AssertionError("published not as claimed, or without a size: " + memory + " " + known);
        }
        frames++;
        check.accept(memory.flip(), key);
    }

    @Override
    public void dropped() {
        droppedFrames++;
    }
}
