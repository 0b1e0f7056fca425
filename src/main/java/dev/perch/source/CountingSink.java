package dev.perch.source;

import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Passes everything on and counts frames. Any thread may read the counts. */
class CountingSink extends ForwardingSink {
    private final @Nullable KeyFrameWatch keys;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable StreamConfig config; // the producer writes, any thread reads

    CountingSink(FrameSink sink) {
        this(sink, /* keys= */ null);
    }

    /**
     * Makes a sink that also reports key frames.
     *
     * @param keys told of each key frame
     */
    CountingSink(FrameSink sink, @Nullable KeyFrameWatch keys) {
        super(sink);
        this.keys = keys;
    }

    long frames() {
        return frames.get();
    }

    /**
     * Returns the counts, and what the last configuration tells.
     *
     * @param format the name of what comes, also before the first frame
     * @param unknownRate reported where the stream itself tells no rate, as JPEG does not
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
