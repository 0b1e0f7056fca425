package dev.perch.source;

import dev.perch.aac.AacPublisher;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.TrackId;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The sound of one run of the demo. Its file is open only while somebody listens, so that it costs nothing otherwise. Used by the session's thread.
 */
final class DemoVoice implements AutoCloseable {
    private static final TrackId SOUND = TrackId.main(Encoding.AAC);

    private final SourceOutput output;
    private final AacPublisher publisher;
    private final ByteBuffer memory;
    private final long startNanos;
    private @Nullable DemoSound open;

    /**
     * Configures the track, whose configuration is known before the first frame.
     *
     * @param memory shared with the pictures
     * @param startNanos when the first picture is due
     */
    DemoVoice(SourceOutput output, ByteBuffer memory, long startNanos) {
        this.output = output;
        this.memory = memory;
        this.startNanos = startNanos;
        this.publisher = new AacPublisher(output.track(SOUND));
        publisher.configure(AudioSpecificConfig.lc(DemoSound.SAMPLE_RATE_HZ, DemoSound.CHANNELS));
    }

    /** Begins with the frame due next if somebody listens, or ends if nobody does. */
    void look(long nowNanos) throws IOException {
        boolean wanted = output.wanted(SOUND);
        DemoSound sound = open;
        if (wanted && sound == null) {
            open = new DemoSound(memory, DemoSound.indexAt(nowNanos - startNanos));
        } else if (!wanted && sound != null) {
            close();
        }
    }

    /** Returns when the next frame is due, on the monotonic clock; {@link Long#MAX_VALUE} while nobody listens. */
    long dueNanos() {
        DemoSound sound = open;
        return sound == null ? Long.MAX_VALUE : startNanos + DemoSound.dueNanos(sound.index());
    }

    /** Publishes the frame that is due, and skips those that are too late. */
    void play(DemoClock clock) throws IOException {
        DemoSound sound = open;
        if (sound == null) {
            return;
        }
        long lateNanos = clock.nanoTime() - dueNanos();
        if (lateNanos > DemoSession.LATE_LIMIT_NANOS) {
            sound.skipTo(DemoSound.indexAt(clock.nanoTime() - startNanos));
            return;
        }
        FrameTime time = new FrameTime(dueNanos(), clock.wallClockMicros() - lateNanos / 1000);
        publisher.frame(sound.next(), time);
    }

    @Override
    public void close() throws IOException {
        DemoSound sound = open;
        if (sound != null) {
            open = null;
            sound.close();
        }
    }
}
