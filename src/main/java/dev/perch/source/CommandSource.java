package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.Redaction;
import dev.perch.config.SourceConfig;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A camera whose frames come from a program that writes H.264, JPEG or raw pictures to stdout. Each session runs the program and ends it with all
 * processes that it started. With {@code format: auto} the first bytes tell the format; before the first run both H.264 and JPEG are offered, because
 * the format is not known.
 */
public final class CommandSource implements Source {
    /** The longest silence, the same as a device's. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final CameraConfig camera;
    private final SourceConfig.Command command;
    private final ArenaPool arenas;
    private final Duration startTimeout;
    private final Duration silence;
    private final Redaction redaction;
    private final KeyFrameWatch keys;
    private volatile @Nullable PixelFormat found; // written by the last session that found it; any thread reads

    /**
     * Creates the source of a camera.
     *
     * @param camera has a {@link SourceConfig.Command} as its source
     * @param arenas gives memory for raw pictures, and the budget for all leases
     */
    public CommandSource(CameraConfig camera, ArenaPool arenas) {
        this(camera, arenas, startTimeout(camera), SILENCE);
    }

    private static Duration startTimeout(CameraConfig camera) {
        return camera.source() instanceof SourceConfig.Command given ? given.startTimeout() : SILENCE;
    }

    CommandSource(CameraConfig camera, ArenaPool arenas, Duration startTimeout, Duration silence) {
        if (!(camera.source() instanceof SourceConfig.Command given)) {
            throw new IllegalArgumentException("not a command: source=" + camera.source());
        }
        this.camera = camera;
        this.command = given;
        this.redaction = Redaction.ofCommand(given.words());
        this.arenas = arenas;
        this.startTimeout = atLeast(startTimeout, 2);
        this.silence = atLeast(silence, 3);
        this.keys = new KeyFrameWatch(camera.capture().fps().frameNanos(), System.nanoTime());
    }

    /** Returns the watch over the key frames of all sessions. */
    KeyFrameWatch keys() {
        return keys;
    }

    /**
     * Returns the longer of {@code time} and {@code frames} frame intervals: a camera of one picture in many seconds is silent in between.
     */
    private Duration atLeast(Duration time, int frames) {
        Duration some = Duration.ofNanos(camera.capture().fps().frameNanos()).multipliedBy(frames);
        return time.compareTo(some) < 0 ? some : time;
    }

    @Override
    public String description() {
        return command.program(); // the arguments may hold a password
    }

    @Override
    public Set<PixelFormat> delivers() {
        PixelFormat known = found;
        return switch (camera.capture().format()) {
            case H264 -> EnumSet.of(PixelFormat.H264);
            case MJPG, MJPGH264 -> EnumSet.of(PixelFormat.MJPG); // MJPGH264 was refused with the configuration
            default -> EnumSet.of(PixelFormat.valueOf(camera.capture().format().name()));
            case AUTO -> known == null ? EnumSet.of(PixelFormat.H264, PixelFormat.MJPG) : EnumSet.of(known);
        };
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.of(delivers());
    }

    @Override
    public Session start(SourceOutput output) {
        CommandSession session = new CommandSession(this, output);
        Thread thread = new Thread(session::run, "perch-" + camera.id() + "-command");
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    /**
     * Returns the stream that makes frames from the bytes; empty if the first bytes must tell the format.
     *
     * @param keys learns of the key frames of H.264
     * @throws BudgetExceededException when there is no room for raw pictures
     */
    Optional<ByteStream> configuredStream(SourceOutput output, KeyFrameWatch keys) throws BudgetExceededException {
        return switch (camera.capture().format()) {
            case AUTO -> Optional.empty();
            case H264 ->
                Optional.of(
                        EncodedByteStream.h264(output, camera.capture().fps().frameNanos(), keys));
            case MJPG, MJPGH264 ->
                Optional.of(
                        EncodedByteStream.jpeg(output, camera.capture().fps().frameNanos()));
            default -> Optional.of(new RawByteStream(output, camera, arenas));
        };
    }

    /** Returns the stream for a format recognized by the first bytes. */
    ByteStream foundStream(PixelFormat format, SourceOutput output, KeyFrameWatch keys) {
        found = format;
        return format == PixelFormat.H264
                ? EncodedByteStream.h264(output, camera.capture().fps().frameNanos(), keys)
                : EncodedByteStream.jpeg(output, camera.capture().fps().frameNanos());
    }

    CameraConfig camera() {
        return camera;
    }

    SourceConfig.Command command() {
        return command;
    }

    /** Returns the redaction that removes the command's secrets from a text. */
    Redaction redaction() {
        return redaction;
    }

    ArenaPool arenas() {
        return arenas;
    }

    /** Returns the longest time from the start of a run to its first frame. */
    Duration startTimeout() {
        return startTimeout;
    }

    /** Returns the longest silence of a run after its first frame. */
    Duration silence() {
        return silence;
    }
}
