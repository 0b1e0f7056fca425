package dev.perch.source;

import dev.perch.config.Address;
import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import java.util.List;

/** Makes the source of a camera from its configuration. */
public final class Sources {
    private Sources() {}

    /**
     * Returns the source of {@code camera}.
     *
     * @param all the cameras of the file, in order: other cameras' devices are left alone
     */
    public static Source of(CameraConfig camera, List<CameraConfig> all, ArenaPool pool) {
        if (camera.sound().kind() != SoundConfig.Kind.ALSA) {
            return withoutCard(camera, all, pool);
        }
        Source pictures = withoutCard(camera.with(SoundConfig.OFF), all, pool); // the pictures' own sound is left out
        return new WithSoundCard(camera, pictures, pool.budget());
    }

    private static Source withoutCard(CameraConfig camera, List<CameraConfig> all, ArenaPool pool) {
        if (V4l2Source.shows(camera.source())) {
            return new V4l2Source(camera, all, pool.budget());
        }
        if (camera.source() instanceof SourceConfig.Command) {
            return new CommandSource(camera, pool);
        }
        if (camera.source() instanceof SourceConfig.Url url && url.kind() == Address.Kind.HTTP) {
            return RelaySource.of(camera, pool).orElseGet(() -> new FfmpegSource(camera, pool));
        }
        if (camera.source() instanceof SourceConfig.Url || camera.source() instanceof SourceConfig.Ffmpeg) {
            return new FfmpegSource(camera, pool);
        }
        if (camera.source() instanceof SourceConfig.Publish) {
            return new PublishedSource(camera);
        }
        return DemoSource.of(camera, pool);
    }
}
