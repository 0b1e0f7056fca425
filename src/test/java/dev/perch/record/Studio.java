package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.SoundProspect;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A camera whose frames and times the test sets, and its recordings in a folder of the test. */
final class Studio implements AutoCloseable {
    static final int GOP = 30;
    private static final long FRAME_NANOS = 33_333_333;

    final Path folder;
    final ArenaPool pool = TestCameras.pool(64 << 20);
    final ScriptedSource source;
    final Camera camera;
    final Recordings recordings;
    final Recorder recorder;
    private final long startNanos = System.nanoTime();
    private long frames;
    private long shiftNanos;

    /** @param keys the keys below {@code record} in the configuration, one a line */
    Studio(Path folder, Disk disk, String... keys) throws IOException, ConfigException {
        this(folder, disk, new ScriptedSource(PixelFormat.H264), keys);
    }

    /** @param source the source that the test controls */
    Studio(Path folder, Disk disk, ScriptedSource source, String... keys) throws IOException, ConfigException {
        this.folder = folder;
        this.source = source;
        CameraConfig config = config(folder, source.sound() == SoundProspect.NONE ? "off" : "source", keys);
        this.camera = Camera.start(config, source, pool);
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        this.recordings =
                Recordings.start(cameras, config.record().orElseThrow().retention(), disk, Clock.SYSTEM);
        this.recorder = recordings.of(camera).orElseThrow();
    }

    Studio(Path folder, String... keys) throws IOException, ConfigException {
        this(folder, Disk.SYSTEM, keys);
    }

    private static CameraConfig config(Path folder, String audio, String... keys) throws IOException, ConfigException {
        StringBuilder text =
                new StringBuilder("cameras:\n  front:\n    demo: true\n    encoder: off\n    jpeg-encoder: off\n"
                        + "    ring: 4MiB\n    audio: " + audio + "\n    record:\n      path: " + folder
                        + "/%F/%H-%M-%S.mp4\n");
        for (String key : keys) {
            text.append("      ").append(key).append('\n');
        }
        Path file = Files.createTempFile("perch", ".yml");
        try {
            Files.writeString(file, text);
            return PerchConfig.load(file).cameras().get(0);
        } finally {
            Files.delete(file);
        }
    }

    /** Delivers this number of the demo's GOPs, one second each on the camera's clock, and waits until nearly all are written. */
    void gops(int count) {
        for (int gop = 0; gop < count; gop++) {
            burst(1);
            Await.until(
                    60,
                    () -> recorder.status().bufferedSeconds() < 3
                            || !recorder.status().wanted(),
                    () -> recorder.status().toString());
        }
    }

    /** Delivers a GOP and waits a moment, whether it is written or not. */
    void gopsQuietly(int count) {
        burst(count);
        LockSupport.parkNanos(20_000_000);
    }

    /** Delivers this number of the demo's GOPs and waits only until the recorder has taken them from the ring. */
    void burst(int count) {
        source.awaitStart(1);
        for (int gop = 0; gop < count; gop++) {
            for (int i = 0; i < GOP; i++) {
                source.accessUnitAt(number(frames), nanos(frames));
                frames++;
            }
            source.settle();
            Await.until(60, () -> camera.feed(Encoding.H264).stats().frames() >= frames, () -> "frames=" + frames);
            recorder.deliver(System.nanoTime());
        }
    }

    /** Delivers a GOP with this number of frames of sound, spread evenly over its second. */
    void sounding(int soundFrames) {
        source.awaitStart(1);
        int given = 0;
        for (int i = 0; i < GOP; i++) {
            source.accessUnitAt(number(frames), nanos(frames));
            for (; given * GOP < (i + 1) * soundFrames; given++) {
                source.silenceAt(nanos(frames - i) + given * 1_000_000_000L / soundFrames);
            }
            frames++;
        }
        source.settle();
        Await.until(60, () -> camera.feed(Encoding.H264).stats().frames() >= frames, () -> "frames=" + frames);
        recorder.deliver(System.nanoTime());
    }

    /** Moves the camera's clock on without a frame. */
    void pause(double seconds) {
        shiftNanos += (long) (seconds * 1e9);
    }

    private long nanos(long frame) {
        return startNanos + frame * FRAME_NANOS + shiftNanos;
    }

    static int number(long frame) {
        return (int) (frame % DemoFrames.all().frames());
    }

    long frames() {
        return frames;
    }

    /** Waits until the present file has this size. */
    void awaitSeconds(double seconds) {
        Await.until(
                60,
                () -> recorder.status()
                        .file()
                        .filter(file -> file.seconds() > seconds - 0.01)
                        .isPresent(),
                () -> recorder.status().toString());
    }

    /** Returns the recorded files, the oldest first. */
    List<Path> files() throws IOException {
        return files(folder);
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".mp4")).sorted().toList();
        }
    }

    /** Ends the recorder as the program's end does. */
    void end() {
        recordings.close();
    }

    @Override
    public void close() {
        recordings.close();
        camera.close();
        if (pool.budget().leasedBytes() != 0) {
            throw new AssertionError("not given back: " + pool.budget().leasedByHolder());
        }
    }
}
