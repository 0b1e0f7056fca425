package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps what a session published; to be read after {@link #awaitEnd}. */
final class RecordingOutput implements SourceOutput {
    /** A published frame. */
    record Published(FrameTime time, boolean key, int sizeBytes) {}

    /** One of the sinks. */
    static final class Sink implements FrameSink {
        final List<StreamConfig> configs = new ArrayList<>();
        final List<Published> frames = new ArrayList<>();
        int dropped;
        private final Consumer<Sink> onPublish;
        private ByteBuffer claimed = ByteBuffer.allocate(0);

        Sink(Consumer<Sink> onPublish) {
            this.onPublish = onPublish;
        }

        @Override
        public void configure(StreamConfig config) {
            configs.add(config);
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            claimed = ByteBuffer.allocate(sizeBytes);
            return Optional.of(claimed);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            frames.add(new Published(time, key, claimed.position()));
            onPublish.accept(this);
        }

        @Override
        public void dropped() {
            dropped++;
        }
    }

    final Sink h264;
    final Sink jpeg = new Sink(sink -> {});
    final Sink aac = new Sink(sink -> {});
    volatile boolean listened = true; // whether somebody wants the sound
    Optional<CaptureException> reason = Optional.empty();
    int ends;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param onH264 called on the session's thread after each H.264 frame, with how many there are
     */
    RecordingOutput(Consumer<Integer> onH264) {
        h264 = new Sink(sink -> onH264.accept(sink.frames.size()));
    }

    @Override
    public FrameSink track(TrackId track) {
        return switch (track.encoding()) {
            case H264 -> h264;
            case JPEG -> jpeg;
            case AAC -> aac;
        };
    }

    @Override
    public boolean wanted(TrackId track) {
        return listened || !track.encoding().equals(Encoding.AAC);
    }

    @Override
    public void raw(RawPicture picture) {
        throw new AssertionError("the demo has no raw pictures");
    }

    @Override
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public void ended(Optional<CaptureException> why) {
        reason = why;
        ends++;
        ended.countDown();
    }

    void awaitEnd() throws InterruptedException {
        assertTrue(ended.await(20, TimeUnit.SECONDS), "the session has not ended");
    }
}
