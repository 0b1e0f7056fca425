package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SourceOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the sound that a session publishes. Safe from any thread. */
public final class SoundOutput implements SourceOutput {
    /** A published frame. */
    public record Published(FrameTime time, Bytes frame) {}

    private static final int LOUD = 6_000; // a quarter of the beeps, and far above what an encoder puts before them

    private final List<Published> frames = new ArrayList<>(); // guarded by this, as all below
    private final List<StreamConfig> configs = new ArrayList<>();
    private int pauses;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean wanted;
    private volatile @Nullable CaptureException reason;
    private final Consumer<RawPicture> pictures;

    private final FrameSink sink = new FrameSink() {
        private ByteBuffer claimed = ByteBuffer.allocate(0);

        @Override
        public void configure(StreamConfig config) {
            synchronized (SoundOutput.this) {
                configs.add(config);
            }
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            claimed = ByteBuffer.allocate(sizeBytes);
            return Optional.of(claimed);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            synchronized (SoundOutput.this) {
                frames.add(new Published(time, Bytes.copyOf(claimed.flip())));
            }
        }

        @Override
        public void dropped() {
            throw new AssertionError("a frame was dropped");
        }
    };

    /** Creates an output without pictures. */
    public SoundOutput() {
        this(picture -> {
            throw new AssertionError("there are no pictures");
        });
    }

    /** @param pictures takes raw pictures and closes them */
    public SoundOutput(Consumer<RawPicture> pictures) {
        this.pictures = pictures;
    }

    /** Returns why the session ended by itself; null if it did not. */
    public @Nullable CaptureException reason() {
        return reason;
    }

    /** Sets whether somebody listens. */
    public void wanted(boolean now) {
        wanted = now;
    }

    public synchronized List<Published> frames() {
        return List.copyOf(frames);
    }

    public synchronized int count() {
        return frames.size();
    }

    public synchronized List<StreamConfig> configs() {
        return List.copyOf(configs);
    }

    public synchronized int pauses() {
        return pauses;
    }

    /** Returns the time of the newest frame; the smallest value before the first one. */
    public synchronized long newestNanos() {
        return frames.isEmpty()
                ? Long.MIN_VALUE
                : frames.get(frames.size() - 1).time().decodeNanos();
    }

    /** Returns the frames behind ADTS headers (ISO/IEC 14496-3 §1.A.2.2), as ffmpeg reads them. */
    private byte[] adts() {
        StreamConfig.Aac config = (StreamConfig.Aac) configs().get(0);
        int rates = config.audioSpecificConfig().at(0) << 8
                | config.audioSpecificConfig().at(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Published each : frames()) {
            int size = 7 + each.frame().size();
            out.write(0xff);
            out.write(0xf1);
            out.write(1 << 6 | (rates >> 7 & 0xf) << 2 | config.channels() >> 2);
            out.write((config.channels() & 3) << 6 | size >> 11);
            out.write(size >> 3);
            out.write((size & 7) << 5 | 0x1f);
            out.write(0xfc);
            out.writeBytes(each.frame().toArray());
        }
        return out.toByteArray();
    }

    /** Returns the times at which loud sound begins, on the clock of the frames, as ffmpeg decodes it. */
    public List<Long> beepNanos() throws IOException, InterruptedException {
        int rateHz = ((StreamConfig.Aac) configs().get(0)).sampleRateHz();
        Path folder = Files.createTempDirectory("perch-beeps");
        Path aac = Files.write(folder.resolve("sound.aac"), adts());
        Path pcm = folder.resolve("sound.pcm");
        Process decoder = new ProcessBuilder(List.of(
                        "ffmpeg",
                        "-loglevel",
                        "error",
                        "-f",
                        "aac",
                        "-i",
                        aac.toString(),
                        "-f",
                        "s16le",
                        "-ac",
                        "1",
                        pcm.toString()))
                .inheritIO()
                .start();
        assertTrue(decoder.waitFor(60, TimeUnit.SECONDS));
        ShortBuffer samples = ByteBuffer.wrap(Files.readAllBytes(pcm))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
        long firstNanos = frames().get(0).time().decodeNanos();
        List<Long> beeps = new ArrayList<>();
        int quiet = 0;
        for (int i = 0; i < samples.limit(); i++) {
            if (Math.abs(samples.get(i)) < LOUD) {
                quiet++;
            } else {
                if (quiet > rateHz / 10) {
                    beeps.add(firstNanos + 1_000_000_000L * i / rateHz);
                }
                quiet = 0;
            }
        }
        Files.delete(aac);
        Files.delete(pcm);
        Files.delete(folder);
        return beeps;
    }

    /** Asserts that the frames follow one another without a gap. */
    public void assertEven(int rateHz) {
        List<Published> all = frames();
        for (int i = 1; i < all.size(); i++) {
            long step = all.get(i).time().decodeNanos() - all.get(i - 1).time().decodeNanos();
            assertEquals(1024e9 / rateHz, (double) step, 1.0, "frame " + i);
        }
    }

    @Override
    public FrameSink track(TrackId track) {
        assertEquals(TrackId.main(Encoding.AAC), track);
        return sink;
    }

    @Override
    public boolean wanted(TrackId track) {
        return wanted;
    }

    @Override
    public synchronized void paused(TrackId track) {
        pauses++;
    }

    @Override
    public void raw(RawPicture picture) {
        pictures.accept(picture);
    }

    @Override
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public void ended(Optional<CaptureException> why) {
        assertEquals(1, ended.getCount(), "ended twice");
        reason = why.orElse(null);
        ended.countDown();
    }

    public void awaitEnd() throws InterruptedException {
        assertTrue(ended.await(20, TimeUnit.SECONDS), "the session has not ended");
    }
}
