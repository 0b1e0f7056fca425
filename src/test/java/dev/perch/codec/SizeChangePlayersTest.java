package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Corpus;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A camera whose pictures change their size under an encoder: ffmpeg is started anew, and no picture is lost over it. */
@Tag("players")
@Timeout(60)
class SizeChangePlayersTest {
    private static final int RUNS = 4;
    private static final int FRAMES_A_RUN = 10;

    private final BlockingQueue<CaptureException> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<FrameTime> published = new LinkedBlockingQueue<>();

    @Test
    void jpeg_eachFrameBecomesH264() throws Exception {
        List<RecordingSink.Frame> sizes =
                List.of(image("jpeg/turbo-420.jpg"), image("cases/stray-byte-before-dqt.mjpg"));
        RecordingSink sink = new RecordingSink();
        FrameSink counted = new FrameSink() {
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
                published.add(time);
            }

            @Override
            public void dropped() {
                sink.dropped();
            }
        };
        Derivation derivation = new Deriver(
                        CameraConfig.defaults("front", new SourceConfig.Demo()),
                        new ArenaPool(new MemoryBudget(8 << 20, "memory.budget")),
                        "ffmpeg")
                .ofFrames(Target.of(Encoding.H264), Encoding.JPEG, new Alternating(sizes), 30, counted, failures::add);
        for (int i = 0; i < RUNS * FRAMES_A_RUN; i++) {
            FrameTime time = published.poll(20, TimeUnit.SECONDS);
            assertEquals(i, time == null ? -1 : time.decodeNanos(), failures::toString);
        }
        derivation.stop();
        assertTrue(derivation.awaitOver(10_000));
        assertEquals(List.of(), List.copyOf(failures));
        assertEquals(RUNS, sink.configs().size());
        assertEquals(0, sink.droppedFrames());
    }

    private static RecordingSink.Frame image(String name) {
        RecordingSink sink = new RecordingSink();
        new JpegPublisher(sink).frame(ByteBuffer.wrap(Corpus.read(name)), new FrameTime(0, 0));
        return sink.frames().get(0);
    }

    /** Ten frames of the one size, ten of the other; frame n has the time n. It waits for more when all are read. */
    private static final class Alternating implements FrameReader {
        private final List<RecordingSink.Frame> images;
        private int next = -1;

        Alternating(List<RecordingSink.Frame> images) {
            this.images = images;
        }

        private RecordingSink.Frame image() {
            return images.get(next / FRAMES_A_RUN % images.size());
        }

        @Override
        public boolean next() {
            next++;
            return next < RUNS * FRAMES_A_RUN + 1; // ffmpeg's demuxer knows a part by the next one's head
        }

        @Override
        public int sizeBytes() {
            return image().bytes().size();
        }

        @Override
        public boolean copyTo(ByteBuffer destination) {
            Bytes bytes = image().bytes();
            bytes.copyTo(destination);
            return true;
        }

        @Override
        public StreamConfig config() {
            return image().config();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(next, next);
        }

        @Override
        public boolean key() {
            return true;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {
            // memory of the test's
        }
    }
}
