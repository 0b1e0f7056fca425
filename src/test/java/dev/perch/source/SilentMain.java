package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.file.Path;
import java.util.List;

/** Makes the sources of cameras without a sound card, in a JVM of its own that tells which classes it loads. */
final class SilentMain {
    private SilentMain() {}

    public static void main(String... none) {
        ArenaPool pool = new ArenaPool(new MemoryBudget(1 << 20, "memory.budget"));
        for (SourceConfig each : List.of(new SourceConfig.Device(Path.of("/dev/video7")), new SourceConfig.Demo())) {
            Source source = Sources.of(CameraConfig.defaults("front", each), List.of(), pool);
            System.out.println(source.description() + " " + source.soundCard());
        }
    }
}
