package dev.perch.source;

import dev.perch.config.Address;
import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.media.Orientation;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A camera whose frames ffmpeg reads: a file, a stream of another machine, a screen. Each session runs ffmpeg, which outputs FLV. H.264 is copied; a
 * session that finds another coding runs ffmpeg again to encode it, and later sessions remember that.
 */
public final class FfmpegSource implements Source {
    private static final System.Logger LOG = System.getLogger(FfmpegSource.class.getName());

    /** The longest silence, the same as a device's. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final int MOST_LOGGED = 50;

    /** By which the JDK writes names of files and words for programs. */
    static final Charset LOCALE = Charset.forName(
            System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private final CameraConfig camera;
    private final ArenaPool arenas;
    private final FfmpegInput input;
    private final String program;
    private final Clock clock;
    private final Duration startTimeout;
    private final Duration silence;
    private final Set<String> logged = new HashSet<>(); // guarded by itself
    private volatile Conversion conversion; // written and read by a session's threads
    private volatile SoundProspect sound; // likewise
    private volatile String converted = ""; // likewise

    /**
     * Creates the source of a camera.
     *
     * @param camera ffmpeg reads its source
     * @param arenas gives the budget for all leases
     */
    public FfmpegSource(CameraConfig camera, ArenaPool arenas) {
        this(camera, arenas, "ffmpeg", Clock.SYSTEM);
    }

    FfmpegSource(CameraConfig camera, ArenaPool arenas, String program, Clock clock) {
        this.startTimeout = startTimeout(camera.source());
        this.silence = SILENCE;
        this.camera = camera;
        this.arenas = arenas;
        this.input = FfmpegInput.of(camera.source());
        this.program = program;
        this.clock = clock;
        boolean silent = camera.sound().kind() != SoundConfig.Kind.SOURCE;
        this.conversion = new Conversion(/* picture= */ false, /* sound= */ false, silent);
        this.sound = silent ? SoundProspect.NONE : SoundProspect.POSSIBLE;
    }

    private static Duration startTimeout(SourceConfig source) {
        if (source instanceof SourceConfig.Url url) {
            return url.startTimeout();
        }
        return source instanceof SourceConfig.Ffmpeg given ? given.startTimeout() : SILENCE;
    }

    @Override
    public String description() {
        return input.shown();
    }

    @Override
    public Set<PixelFormat> delivers() {
        return EnumSet.of(PixelFormat.H264);
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.of(delivers());
    }

    @Override
    public SoundProspect sound() {
        return sound;
    }

    @Override
    public Session start(SourceOutput output) {
        FfmpegSession session = new FfmpegSession(this, output);
        Thread thread = new Thread(session::run, "perch-" + camera.id() + "-ffmpeg");
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    CameraConfig camera() {
        return camera;
    }

    ArenaPool arenas() {
        return arenas;
    }

    FfmpegInput input() {
        return input;
    }

    String program() {
        return program;
    }

    Clock clock() {
        return clock;
    }

    Conversion plan() {
        return conversion;
    }

    /** Returns the longest time from the start of ffmpeg to the first frame. */
    Duration startTimeout() {
        return startTimeout;
    }

    /** Returns the longest silence after the first frame. */
    Duration silence() {
        return silence;
    }

    @Override
    public String conversion() {
        return converted;
    }

    /** Returns how the decoded pictures of a run are to be held, by the file itself where it can be mirrored. */
    Orientation held(FfmpegReport report) {
        boolean file = report.matrixOfMovie()
                && camera.source() instanceof SourceConfig.Url url
                && url.kind() == Address.Kind.FILE;
        return file
                ? MovieHeld.of(Path.of(Address.path(((SourceConfig.Url) camera.source()).text())))
                        .orElseGet(report::held)
                : report.held();
    }

    /** Returns whether a run whose input is fully described gives sound, and remembers the answer. */
    boolean sounds(FfmpegReport report) {
        boolean sounds = !conversion.silent() && report.audio().isPresent();
        sound = sounds ? SoundProspect.CERTAIN : SoundProspect.NONE;
        return sounds;
    }

    /** Returns whether ffmpeg was started with the encoders that its input needs. */
    boolean fits(FfmpegReport report) {
        Conversion needed = needed(report, /* refusedPicture= */ false, /* refusedSound= */ false);
        return (conversion.picture() || !needed.picture()) && (conversion.sound() || !needed.sound());
    }

    /** Returns what must be encoded: what is neither H.264 nor AAC, or was refused as it is. */
    private Conversion needed(FfmpegReport report, boolean refusedPicture, boolean refusedSound) {
        boolean picture = refusedPicture
                || report.video().filter(coding -> !coding.equals("h264")).isPresent();
        boolean sound = !conversion.silent()
                && (refusedSound
                        || report.audio()
                                .filter(coding -> !coding.equals("aac"))
                                .isPresent());
        return new Conversion(picture, sound, conversion.silent());
    }

    /**
     * Learns from a run what must be encoded.
     *
     * @return whether that is more than was encoded so far
     */
    boolean learn(FfmpegReport report, String refusedPicture, String refusedSound) {
        Conversion before = conversion;
        Conversion needed = needed(report, !refusedPicture.isEmpty(), !refusedSound.isEmpty());
        boolean more = (needed.picture() && !before.picture()) || (needed.sound() && !before.sound());
        if (more) {
            conversion = new Conversion(
                    before.picture() || needed.picture(), before.sound() || needed.sound(), before.silent());
            String picture =
                    conversion.picture() ? "the picture (" + report.video().orElse("") + ") to H.264" : "";
            String sound = conversion.sound() ? "the sound (" + report.audio().orElse("") + ") to AAC" : "";
            converted =
                    "ffmpeg encodes " + picture + (picture.isEmpty() || sound.isEmpty() ? "" : " and ") + sound + ".";
            LOG.log(
                    Level.INFO,
                    CameraConfig.called(camera.id()) + ": " + description() + ": " + converted
                            + (refusedPicture.isEmpty() ? "" : " " + refusedPicture)
                            + (refusedSound.isEmpty() ? "" : " " + refusedSound));
        }
        return more;
    }

    /** Returns whether to log a line of ffmpeg's: a server that is away would fill the log with the same lines. */
    boolean news(String line) {
        synchronized (logged) {
            if (logged.size() == MOST_LOGGED) {
                logged.clear();
            }
            return logged.add(line);
        }
    }

    /** Makes all lines be logged again, because pictures have come. */
    void forgetNews() {
        synchronized (logged) {
            logged.clear();
        }
    }

    /** Returns whether the locale can write all that ffmpeg is told. */
    boolean writable() {
        boolean opened = input.pace() == FfmpegInput.Pace.GROWING && camera.source() instanceof SourceConfig.Url;
        String path = opened ? ((SourceConfig.Url) camera.source()).text() : ""; // which ffmpeg is not told
        return input.writable(LOCALE) && LOCALE.newEncoder().canEncode(path);
    }

    /** Opens the file that another program writes. */
    GrowingFile openGrowing() throws IOException {
        if (!(camera.source() instanceof SourceConfig.Url url)) {
            throw new IllegalStateException("no file: source=" + camera.source());
        }
        return GrowingFile.open(Path.of(Address.path(url.text())));
    }

    /** Returns whether frames are held back until they are due. */
    boolean recorded(FfmpegReport report) {
        return switch (input.pace()) {
            case RECORDED -> true;
            case LIVE, GROWING -> false;
            case TOLD -> report.recorded();
        };
    }
}
