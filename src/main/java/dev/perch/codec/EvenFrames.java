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
 * The AAC frames of a track at even intervals on the monotonic clock, from its making on: frame n lasts from its time to that of frame n + 1, and none is missing. Where
 * no encoded frame comes in time, a silent one takes its place.
 *
 * <p>Safe from any thread: the encoder's thread publishes what comes, the card's thread what does not.
 */
final class EvenFrames {
    private static final int FRAME_SAMPLES = 1024;
    private static final double SECOND_NANOS = 1e9;

    /** How long frames are waited for at first, beside this many of them: the way from the card through the encoder is about half as long. */
    private static final long WAIT_NANOS = 120_000_000;

    private static final int WAIT_FRAMES = 4;

    /** On a slow machine the way is longer: with each frame that comes late the wait grows, up to this. Pictures wait no longer for their sound. */
    private static final long MOST_WAIT_NANOS = 300_000_000;

    private static final long LATE_NANOS = 300_000_000;

    /** Longer than it takes an encoder to make up for a slow start. */
    private static final long ALWAYS_NANOS = 10_000_000_000L;

    private static final long WAIT_STEP_NANOS = 2_000_000;

    private final AudioSpecificConfig config;
    private final AacPublisher publisher;
    private final ByteBuffer silence;
    private final Clock clock;
    private final long originNanos;
    private final double frameNanos;

    private long next; // guarded by this, as all below: the first frame that is not published
    private long waitNanos;
    private long silentFrames;
    private long lateSinceNanos; // when the first came late of those that all did; 0 if the last did not
    private boolean closed;

    /** Describes the track to {@code sink}, and publishes nothing yet. */
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

    /** Returns the first frame that begins at a time or after it. */
    long indexAt(long nanos) {
        return (long) Math.ceil((nanos - originNanos) / frameNanos - 1e-6);
    }

    /**
     * Publishes an encoded frame in its place, behind silent ones if any are missing.
     *
     * @param rawDataBlock only read, its position stays
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

    /** Waits longer from now on, unless the frame is one of those that have heaped up while the encoder started. */
    private void late(long index) {
        if (lateSinceNanos == 0) {
            lateSinceNanos = clock.nanoTime();
        }
        if (timeNanos(next) - timeNanos(index) < LATE_NANOS) {
            waitNanos = Math.min(MOST_WAIT_NANOS, waitNanos + WAIT_STEP_NANOS);
        }
    }

    /** Publishes silence in the place of frames that should have come by now. */
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

    /** Publishes nothing any more. */
    synchronized void close() {
        closed = true;
    }

    /** Returns how many frames were silent because there was no encoded one. */
    synchronized long silentFrames() {
        return silentFrames;
    }

    /** Returns true if all encoded frames have come too late for so long that it will not become better. */
    synchronized boolean alwaysLate() {
        return lateSinceNanos != 0 && clock.nanoTime() - lateSinceNanos > ALWAYS_NANOS;
    }
}
