package dev.perch.testing;

import dev.perch.camera.Camera;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Makes cameras for tests, from a source of the test or from a configuration. */
public final class TestCameras {
    private static final EncoderChoice NONE = EncoderChoice.of(EncoderChoice.Kind.OFF);

    private TestCameras() {}

    /** Returns a pool with a budget of {@code bytes}, whatever the JVM's limit is. */
    public static ArenaPool pool(long bytes) {
        return new ArenaPool(new MemoryBudget(bytes, "memory.budget"));
    }

    /** Returns the demo camera under the name {@code id}. */
    public static CameraConfig demo(String id) {
        return CameraConfig.defaults(id, new SourceConfig.Demo());
    }

    /** Returns a camera of a device that stops with its last viewer and derives nothing, because scripted frames cannot be decoded. */
    public static CameraConfig device(String id, String title) {
        return CameraConfig.defaults(id, new SourceConfig.Device(Path.of("/dev/video7")))
                .titled(title)
                .with(onDemand(Duration.ofMillis(1), OptionalLong.empty()))
                .with(new Encoders(NONE, NONE));
    }

    /** Starts a camera whose name is {@code fake}; it stops as soon as nobody watches. */
    public static Camera camera(Source source, ArenaPool pool) {
        return camera(source, pool, OptionalLong.empty());
    }

    /** Starts the same by another clock. */
    public static Camera camera(Source source, ArenaPool pool, Clock clock) {
        return Camera.start(config("fake", OptionalLong.empty()), source, pool, clock);
    }

    /** Starts the same with rings of a fixed size. */
    public static Camera camera(Source source, ArenaPool pool, OptionalLong ringBytes) {
        return camera("fake", source, pool, ringBytes);
    }

    /** Starts the same by another name. */
    public static Camera camera(String id, Source source, ArenaPool pool, OptionalLong ringBytes) {
        return Camera.start(config(id, ringBytes), source, pool);
    }

    private static CameraConfig config(String id, OptionalLong ringBytes) {
        return demo(id).titled("Fake")
                .with(new CameraConfig.Capture(
                        CameraConfig.Format.AUTO,
                        new CameraConfig.PictureSize(640, 360),
                        new CameraConfig.FrameRate(30, 1),
                        /* controls= */ List.of()))
                .with(onDemand(Duration.ZERO, ringBytes))
                .with(new Encoders(NONE, EncoderChoice.AUTO));
    }

    private static CameraConfig.Running onDemand(Duration linger, OptionalLong ringBytes) {
        return new CameraConfig.Running(CameraConfig.Run.ON_DEMAND, linger, /* warmUp= */ Duration.ZERO, ringBytes);
    }
}
