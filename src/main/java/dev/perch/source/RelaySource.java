package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.http.HttpAddress;
import dev.perch.media.Clock;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A camera that another server shows by HTTP: another Perch, or any MJPEG camera. Anything but JPEG images, fragmented MP4 with H.264, and plain
 * H.264 is left to ffmpeg. The first session finds out the format; until then H.264 and JPEG are both offered.
 */
public final class RelaySource implements Source {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);

    /** A Perch answers with its first frame or after ten seconds. */
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(15);

    /** The longest silence, the same as a device's. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final CameraConfig camera;
    private final SourceConfig.Url url;
    private final HttpAddress address;
    private final ArenaPool arenas;
    private final Clock clock;
    private final Duration silence;
    private final RelayChain chain = new RelayChain();

    // written by a session, read by any thread
    private volatile @Nullable PixelFormat found;
    private volatile @Nullable FfmpegSource other; // reads other formats; null while not needed
    private volatile SoundProspect sound;

    private RelaySource(
            CameraConfig camera, SourceConfig.Url url, HttpAddress address, ArenaPool arenas, Duration silence) {
        this.camera = camera;
        this.url = url;
        this.address = address;
        this.arenas = arenas;
        this.clock = Clock.SYSTEM;
        Duration some = Duration.ofNanos(camera.capture().fps().frameNanos()).multipliedBy(3);
        this.silence = silence.compareTo(some) < 0 ? some : silence;
        this.sound = camera.sound().on() ? SoundProspect.POSSIBLE : SoundProspect.NONE;
    }

    /** Returns the source of a camera whose {@code url} has the scheme http or https; empty for any other. */
    static Optional<Source> of(CameraConfig camera, ArenaPool arenas) {
        return of(camera, arenas, SILENCE);
    }

    /**
     * Returns such a source.
     *
     * @param silence the longest silence tolerated
     */
    static Optional<Source> of(CameraConfig camera, ArenaPool arenas, Duration silence) {
        return camera.source() instanceof SourceConfig.Url url
                ? HttpAddress.parse(url.text()).map(address -> new RelaySource(camera, url, address, arenas, silence))
                : Optional.empty();
    }

    @Override
    public String description() {
        return url.shown();
    }

    @Override
    public Set<PixelFormat> delivers() {
        FfmpegSource known = other;
        if (known != null) {
            return known.delivers();
        }
        PixelFormat format = found;
        return format == null ? EnumSet.of(PixelFormat.H264, PixelFormat.MJPG) : EnumSet.of(format);
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.of(delivers());
    }

    @Override
    public SoundProspect sound() {
        FfmpegSource known = other;
        return known == null ? sound : known.sound();
    }

    @Override
    public Session start(SourceOutput output) {
        FfmpegSource known = other;
        if (known != null) {
            return known.start(output);
        }
        RelaySession session = new RelaySession(this, output);
        Thread thread = new Thread(session::run, "perch-" + camera.id() + "-relay");
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    @Override
    public boolean leadsBack(String relays) {
        return chain.leadsBack(relays);
    }

    @Override
    public Runnable watchedBy(String relays) {
        return chain.watchedBy(relays);
    }

    RelayChain chain() {
        return chain;
    }

    /** Records the format that the server sends. */
    void learned(PixelFormat format) {
        found = format;
        if (format == PixelFormat.MJPG) {
            learned(/* sounds= */ false);
        }
    }

    /** Records whether sound comes with the picture. */
    void learned(boolean sounds) {
        sound = sounds ? SoundProspect.CERTAIN : SoundProspect.NONE;
    }

    /** Returns the source that reads this stream by ffmpeg from now on. */
    FfmpegSource byFfmpeg() {
        FfmpegSource made = new FfmpegSource(camera, arenas);
        other = made;
        return made;
    }

    CameraConfig camera() {
        return camera;
    }

    SourceConfig.Url url() {
        return url;
    }

    HttpAddress address() {
        return address;
    }

    ArenaPool arenas() {
        return arenas;
    }

    Clock clock() {
        return clock;
    }

    Duration connectPatience() {
        return CONNECT_PATIENCE;
    }

    Duration answerPatience() {
        return ANSWER_PATIENCE;
    }

    /** Returns the longest time from the answer to its first frame, and between frames. */
    Duration silence() {
        return silence;
    }
}
