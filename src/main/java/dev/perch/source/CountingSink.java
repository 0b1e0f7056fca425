package dev.perch.source;

import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the frames that it passes on. Any thread may read the counts. */
class CountingSink extends ForwardingSink {
    private final @Nullable KeyFrameWatch keys;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable StreamConfig config; // written by the producer, read by any thread

    CountingSink(FrameSink sink) {
        this(sink, /* keys= */ null);
    }

    /**
     * Creates a sink that also reports key frames.
     *
     * @param keys learns of each key frame; null for nobody
     */
    CountingSink(FrameSink sink, @Nullable KeyFrameWatch keys) {
        super(sink);
        this.keys = keys;
    }

    long frames() {
        return frames.get();
    }

    /**
     * Returns the counts, and the facts of the last configuration.
     *
     * @param format the format's name, also before the first frame
     * @param unknownRate reported if the stream states no rate, as with JPEG
     */
    SessionStats stats(String format, double unknownRate) {
        StreamConfig.Picture picture = config instanceof StreamConfig.Picture told ? told : null;
        return new SessionStats(
                frames.get(),
                /* sequenceGaps= */ 0,
                dropped.get(),
                picture == null ? 0 : picture.width(),
                picture == null ? 0 : picture.height(),
                picture instanceof StreamConfig.H264 h264 ? 1e9 / h264.frameNanos() : unknownRate,
                format);
    }

    @Override
    public void configure(StreamConfig next) {
        config = next;
        super.configure(next);
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        frames.incrementAndGet();
        super.publish(time, key);
        if (key && keys != null) {
            keys.came(time.decodeNanos());
        }
    }

    @Override
    public void dropped() {
        dropped.incrementAndGet();
        super.dropped();
    }
}
