package dev.perch.app;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.SystemMemory;
import dev.perch.source.DemoSource;
import dev.perch.source.Source;
import dev.perch.web.Site;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.List;

/** The running program: the cameras and the servlets that show them. Made and closed by {@link PerchListener}. */
final class Program implements AutoCloseable {
    private final Cameras cameras;
    private final Site site;

    private Program(Cameras cameras, Site site) {
        this.cameras = cameras;
        this.site = site;
    }

    /** Starts what {@code config} asks for and registers its servlets with {@code context}. */
    static Program start(PerchConfig config, ServletContext context) {
        ArenaPool pool = new ArenaPool(SystemMemory.budget(config.memory().budgetBytes()));
        List<CameraConfig> wanted =
                config.cameras().isEmpty() ? List.of(CameraConfig.only(new SourceConfig.Demo())) : config.cameras();
        List<Camera> all = new ArrayList<>();
        for (CameraConfig camera : wanted) {
            all.add(new Camera(camera, source(camera, pool), pool));
        }
        Cameras cameras = new Cameras(all, pool);
        return new Program(cameras, Site.open(cameras, context));
    }

    private static Source source(CameraConfig camera, ArenaPool pool) {
        return new DemoSource(camera.id(), pool);
    }

    @Override
    public void close() {
        site.close();
        cameras.close();
    }
}
