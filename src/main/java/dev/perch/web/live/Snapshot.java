package dev.perch.web.live;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Packager;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.web.line.Head;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One fresh JPEG, captured after the request, unless an older one is allowed. If the camera was started for it, the first, dark frames are skipped.
 * If none comes for 6 s, the newest one is sent.
 */
final class Snapshot implements Technique, Framing {
    /** Tomcat keeps the buffer for later connections; a larger picture takes a few more writes. */
    private static final int BUFFER_BYTES = 16 << 10;

    /** An older picture, or a dark one, is better than none: programs give up after 10 s. */
    private static final long PATIENCE_NANOS = 6_000_000_000L;

    private final long requestNanos;
    private final long oldestNanos;
    private final long maxAgeNanos;
    private final long warmUpNanos;
    private final Supplier<OptionalLong> firstFrameNanos;
    private boolean detailed;

    /**
     * Creates a snapshot.
     *
     * @param requestNanos when the request came, on the monotonic clock
     * @param maxAgeNanos the allowed age of a frame
     * @param warmUpNanos how much of the stream's start is skipped; 0 if the camera was already running
     * @param firstFrameNanos when the camera's first frame came, on the monotonic clock
     */
    Snapshot(long requestNanos, long maxAgeNanos, long warmUpNanos, Supplier<OptionalLong> firstFrameNanos) {
        this.firstFrameNanos = firstFrameNanos;
        this.maxAgeNanos = maxAgeNanos;
        this.requestNanos = requestNanos;
        this.oldestNanos = requestNanos - maxAgeNanos;
        this.warmUpNanos = warmUpNanos;
    }

    /** Adds µStreamer's headers; the times are seconds of the monotonic clock, as there. Called before the first frame. */
    Snapshot withDetails() {
        detailed = true;
        return this;
    }

    /** Returns the earliest acceptable capture time. */
    long oldestNanos() {
        return oldestNanos;
    }

    @Override
    public Encoding encoding() {
        return Encoding.JPEG;
    }

    @Override
    public String word() {
        return "snapshot";
    }

    @Override
    public @Nullable Packager packager() {
        return null;
    }

    @Override
    public Framing framing() {
        return this;
    }

    @Override
    public int bufferBytes() {
        return BUFFER_BYTES;
    }

    @Override
    public boolean wants(Frame frame) {
        long nanos = frame.time().decodeNanos();
        boolean warm = warmUpNanos == 0 || nanos - firstFrameNanos.get().orElse(nanos) >= warmUpNanos;
        return nanos - oldestNanos >= 0 && warm;
    }

    @Override
    public boolean takesNewest(Frame newest, long nowNanos) {
        if (nowNanos - requestNanos > PATIENCE_NANOS) {
            return true;
        }
        return maxAgeNanos > 0 && warmUpNanos == 0 && newest.time().decodeNanos() - oldestNanos >= 0;
    }

    @Override
    public void head(Head head, Frame first) {
        long micros = first.time().wallClockMicros();
        head.set("Content-Type", "image/jpeg");
        head.set("Content-Length", Integer.toString(first.sizeBytes()));
        head.set("X-Timestamp", seconds(micros));
        if (detailed) {
            details(head, first);
        }
    }

    private static void details(Head head, Frame frame) {
        String captured = seconds(frame.time().decodeNanos() / 1000);
        head.set("X-UStreamer-Online", Boolean.toString(!frame.placeholder()));
        if (frame.config() instanceof StreamConfig.Picture sides) {
            head.set("X-UStreamer-Width", Integer.toString(sides.width()));
            head.set("X-UStreamer-Height", Integer.toString(sides.height()));
        }
        head.set("X-UStreamer-Grab-Begin-Timestamp", captured);
        head.set("X-UStreamer-Grab-End-Timestamp", captured);
        head.set("X-UStreamer-Send-Timestamp", seconds(System.nanoTime() / 1000));
    }

    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%d.%06d", micros / 1_000_000, micros % 1_000_000);
    }

    @Override
    public boolean endsBefore(Frame next, @Nullable Frame first) {
        return first != null;
    }

    @Override
    public Bytes opening(Cursor cursor) {
        return Bytes.empty();
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) {
        out.addPayload(0, cursor.frame().sizeBytes());
    }

    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        // a snapshot has no gap between frames
    }
}
