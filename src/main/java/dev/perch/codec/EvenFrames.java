package dev.perch.codec;

import dev.perch.aac.AacPublisher;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.media.Bytes;
import dev.perch.media.Clock;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/**
 * The AAC frames of a track at even intervals on the monotonic clock, from its creation on: frame n lasts from its time to that of frame n + 1, and
 * none is missing. If an encoded frame does not come in time, a silent one replaces it.
 *
 * <p>Safe from any thread: the encoder's thread publishes encoded frames, the card's thread silent ones.
 */
final class EvenFrames {
    private static final int FRAME_SAMPLES = 1024;
    private static final double SECOND_NANOS = 1e9;

    /** How long frames are awaited at first, on top of {@link #WAIT_FRAMES}: the way from the card through the encoder takes half as long. */
    private static final long WAIT_NANOS = 120_000_000;

    private static final int WAIT_FRAMES = 4;

    /** The longest wait: each late frame makes it grow, as the way is longer on a slow machine. Pictures wait no longer for their sound. */
    private static final long MOST_WAIT_NANOS = 300_000_000;

    private static final long LATE_NANOS = 300_000_000;

    /** Longer than an encoder takes to catch up after a slow start. */
    private static final long ALWAYS_NANOS = 10_000_000_000L;

    private static final long WAIT_STEP_NANOS = 2_000_000;

    private final AudioSpecificConfig config;
    private final AacPublisher publisher;
    private final ByteBuffer silence;
    private final Clock clock;
    private final long originNanos;
    private final double frameNanos;

    private long next; // the first frame not yet published; guarded by this, like all below
    private long waitNanos;
    private long silentFrames;
    private long lateSinceNanos; // when the current row of late frames began; 0 if the last frame was in time
    private boolean closed;

    /** Configures {@code sink} and publishes nothing yet. */
    EvenFrames(FrameSink sink, AudioSpecificConfig config, Clock clock) {
        this.config = config;
        this.publisher = new AacPublisher(sink);
        this.silence = Silence.frame(config)
                .map(Bytes::toArray)
                .map(ByteBuffer::wrap)
                .orElseThrow(() -> new IllegalArgumentException("no silence is known: config=" + config));
        this.clock = clock;
        this.originNanos = clock.nanoTime();
        this.frameNanos = FRAME_SAMPLES * SECOND_NANOS / config.sampleRateHz();
        this.waitNanos = WAIT_NANOS + Math.round(WAIT_FRAMES * frameNanos);
        publisher.configure(config);
    }

    AudioSpecificConfig config() {
        return config;
    }

    /** Returns the time of a frame's first sample. */
    long timeNanos(long index) {
        return originNanos + Math.round(index * frameNanos);
    }

    /** Returns the first frame that begins at or after {@code nanos}. */
    long indexAt(long nanos) {
        return (long) Math.ceil((nanos - originNanos) / frameNanos - 1e-6);
    }

    /**
     * Publishes an encoded frame in its place, after silent ones for any that are missing.
     *
     * @param rawDataBlock only read; its position does not move
     */
    synchronized void encoded(long index, ByteBuffer rawDataBlock) {
        if (closed) {
            return;
        }
        if (index < next) {
            late(index);
            return;
        }
        lateSinceNanos = 0;
        while (next < index) {
            silent();
        }
        publish(rawDataBlock);
    }

    /** Raises the wait, unless the frame is one of those that heaped up while the encoder started. */
    private void late(long index) {
        if (lateSinceNanos == 0) {
            lateSinceNanos = clock.nanoTime();
        }
        if (timeNanos(next) - timeNanos(index) < LATE_NANOS) {
            waitNanos = Math.min(MOST_WAIT_NANOS, waitNanos + WAIT_STEP_NANOS);
        }
    }

    /** Publishes silence in place of the frames that are overdue. */
    synchronized void waited() {
        long dueNanos = clock.nanoTime() - waitNanos;
        while (!closed && timeNanos(next + 1) - dueNanos <= 0) {
            silent();
        }
    }

    private void silent() {
        silentFrames++;
        publish(silence);
    }

    private void publish(ByteBuffer rawDataBlock) {
        long nanos = timeNanos(next++);
        long agoMicros = (clock.nanoTime() - nanos) / 1000;
        publisher.frame(rawDataBlock, new FrameTime(nanos, clock.wallClockMicros() - agoMicros));
    }

    /** Stops publishing. */
    synchronized void close() {
        closed = true;
    }

    /** Returns the number of silent frames published for lack of an encoded one. */
    synchronized long silentFrames() {
        return silentFrames;
    }

    /** Returns true if all encoded frames have been late for so long that it will not improve. */
    synchronized boolean alwaysLate() {
        return lateSinceNanos != 0 && clock.nanoTime() - lateSinceNanos > ALWAYS_NANOS;
    }
}
