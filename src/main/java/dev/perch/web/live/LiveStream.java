package dev.perch.web.live;

import dev.perch.audience.StreamClient;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.mjpeg.MultipartFraming;
import dev.perch.progressive.AnnexBFraming;
import dev.perch.progressive.Backlog;
import dev.perch.progressive.CarriesSound;
import dev.perch.progressive.FlvFraming;
import dev.perch.progressive.Mp4Framing;
import dev.perch.web.line.Head;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The endless answers: stream.mjpg, stream.h264, stream.mp4, stream.flv. */
final class LiveStream implements Technique {
    /** Large enough for a frame of 40 KB in one write, as measured. */
    private static final int JPEG_BUFFER_BYTES = 64 << 10;

    /** Most H.264 frames of a camera are between 4 and 30 KB. */
    private static final int H264_BUFFER_BYTES = 32 << 10;

    /** AAC frames are a few hundred bytes. */
    private static final int AAC_BUFFER_BYTES = 4 << 10;

    private final Encoding encoding;
    private final @Nullable Packager packager;
    private final Framing framing;
    private final Function<StreamConfig, String> contentType;
    private final long durationNanos;
    private String filename = "";
    private @Nullable CarriesSound sound;
    private boolean skipsBacklog;

    private @Nullable StreamClient client; // for MJPEG; the framing knows its rate
    private boolean keyed;

    private LiveStream(
            Encoding encoding,
            @Nullable Packager packager,
            Framing framing,
            Function<StreamConfig, String> contentType,
            double durationSeconds) {
        this.encoding = encoding;
        this.packager = packager;
        this.framing = framing;
        this.contentType = contentType;
        this.durationNanos = (long) Math.min(durationSeconds * 1e9, Long.MAX_VALUE);
    }

    /** Returns {@code stream.mjpg}, for {@code durationSeconds}; infinite for no end. */
    static LiveStream mjpeg(
            Packager partHeads, MultipartFraming.Layout layout, MultipartFraming framing, double durationSeconds) {
        return new LiveStream(
                Encoding.JPEG,
                layout == MultipartFraming.Layout.ADVANCE ? null : partHeads,
                framing,
                config -> MultipartFraming.CONTENT_TYPE,
                durationSeconds);
    }

    static LiveStream annexB(double durationSeconds) {
        return new LiveStream(
                Encoding.H264, null, new AnnexBFraming(), config -> AnnexBFraming.CONTENT_TYPE, durationSeconds);
    }

    static LiveStream mp4(Mp4Framing framing, double durationSeconds) {
        return carrying(framing, framing.backlog() == Backlog.NONE, durationSeconds);
    }

    static LiveStream flv(Backlog backlog, double durationSeconds) {
        return carrying(new FlvFraming(backlog == Backlog.SQUEEZED), backlog == Backlog.NONE, durationSeconds);
    }

    private static LiveStream carrying(CarriesSound framing, boolean skipsBacklog, double durationSeconds) {
        LiveStream stream = new LiveStream(
                Encoding.H264,
                null,
                framing,
                config -> framing.contentType((StreamConfig.H264) config),
                durationSeconds);
        stream.sound = framing;
        stream.skipsBacklog = skipsBacklog;
        return stream;
    }

    /**
     * Lists this viewer for µStreamer's clients.
     *
     * @param key the client's own name for itself; empty for none
     */
    LiveStream of(String id, String key, StreamClient.Wishes wishes) {
        keyed = !key.isEmpty();
        client = new StreamClient(id, keyed ? key : "0", wishes, 0);
        return this;
    }

    @Override
    public Optional<StreamClient> client() {
        StreamClient known = client;
        return known != null && framing instanceof MultipartFraming parts
                ? Optional.of(new StreamClient(known.id(), known.key(), known.wishes(), parts.framesPerSecond()))
                : Optional.empty();
    }

    /** Leaves out the sound. */
    LiveStream silent() {
        sound = null;
        return this;
    }

    @Override
    public @Nullable CarriesSound sound() {
        return sound;
    }

    @Override
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public String word() {
        if (encoding == Encoding.JPEG) {
            return "mjpeg";
        }
        if (framing instanceof AnnexBFraming) {
            return "h264";
        }
        return framing instanceof FlvFraming ? "flv" : "mp4";
    }

    @Override
    public @Nullable Packager packager() {
        return packager;
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public boolean skipsBacklog() {
        return skipsBacklog;
    }

    @Override
    public int bufferBytes() {
        return switch (encoding) {
            case JPEG -> JPEG_BUFFER_BYTES;
            case H264 -> H264_BUFFER_BYTES;
            case AAC -> AAC_BUFFER_BYTES;
        };
    }

    @Override
    public void head(Head head, Frame first) {
        head.set("Content-Type", contentType.apply(first.config()));
        if (keyed && client != null) {
            head.set("Set-Cookie", "stream_client=" + client.key() + "/" + client.id() + "; path=/; max-age=30");
        }
        if (!filename.isEmpty()) {
            head.set("Content-Disposition", "attachment; filename=\"" + filename + "\"");
        }
    }

    /** Returns this stream, to be saved under {@code name} unless that is empty. Called before it begins. */
    LiveStream named(String name) {
        filename = name;
        return this;
    }

    @Override
    public boolean endsBefore(Frame next, @Nullable Frame first) {
        return first != null && endsAt(next.time().decodeNanos(), first);
    }

    @Override
    public boolean endsAt(long nowNanos, Frame first) {
        return nowNanos - first.time().decodeNanos() >= durationNanos;
    }
}
