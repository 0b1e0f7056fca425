package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sink that keeps all it gets, and fails a test that breaks the contract of {@link FrameSink}. */
public final class RecordingSink implements FrameSink {
    /** One published frame. */
    public record Frame(Bytes bytes, FrameTime time, boolean key, StreamConfig config) {}

    private final List<Frame> frames = new ArrayList<>();
    private final List<StreamConfig> configs = new ArrayList<>();
    private int dropped;
    private int refusals;
    private String refusedWhy = "";
    private Optional<ByteBuffer> claimed = Optional.empty();

    /** The next {@code count} claims find no space. */
    public void refuse(int count) {
        refusals = count;
    }

    public List<Frame> frames() {
        return frames;
    }

    public List<StreamConfig> configs() {
        return configs;
    }

    /** Why frames were not taken, the last time. */
    public String refusedWhy() {
        return refusedWhy;
    }

    public int droppedFrames() {
        return dropped;
    }

    @Override
    public void configure(StreamConfig config) {
        configs.add(config);
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        if (sizeBytes <= 0) {
            throw new AssertionError("claimed nothing: sizeBytes=" + sizeBytes);
        }
        claimed = refusals-- > 0 ? Optional.empty() : Optional.of(ByteBuffer.allocateDirect(sizeBytes));
        return claimed;
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        ByteBuffer frame = claimed.orElseThrow(() -> new AssertionError("published without a claim"));
        if (frame.hasRemaining()) {
            throw new AssertionError("claimed more than it filled: remaining=" + frame.remaining());
        }
        claimed = Optional.empty();
        frames.add(new Frame(Bytes.view(frame.flip()), time, key, configs.get(configs.size() - 1)));
    }

    @Override
    public void refused(String why) {
        refusedWhy = why;
    }

    @Override
    public void dropped() {
        dropped++;
    }
}
