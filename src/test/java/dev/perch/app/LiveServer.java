package dev.perch.app;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.Origins;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.Source;
import dev.perch.web.Site;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.jspecify.annotations.Nullable;

/** A program that answers at a port of its own on loopback, inside the test's JVM; closing it ends it. */
final class LiveServer implements AutoCloseable {
    private static final String CAMERAS = "cameras";

    private final int port;
    private final Runnable stop;

    private LiveServer(int port, Runnable stop) {
        this.port = port;
        this.stop = stop;
    }

    /** The program as {@code java -jar perch.war} starts it. */
    static LiveServer start(PerchConfig config, Path workFolder) throws Exception {
        EmbeddedTomcat tomcat = EmbeddedTomcat.start(config, Path.of("webapp").toAbsolutePath(), workFolder);
        return new LiveServer(tomcat.port(), tomcat::close);
    }

    /** The whole configuration of a program with these cameras. */
    static PerchConfig config(CameraConfig... cameras) {
        return PerchConfig.defaults()
                .withServer(new PerchConfig.ServerConfig("127.0.0.1", 0, ""))
                .withCameras(List.of(cameras));
    }

    /** The demo camera under the name {@code id}. */
    static CameraConfig demo(String id) {
        return CameraConfig.defaults(id, new SourceConfig.Demo());
    }

    /** The same camera with other times. */
    static CameraConfig with(CameraConfig camera, Duration linger, Duration warmUp) {
        return camera.with(new CameraConfig.Running(
                camera.running().run(), linger, warmUp, camera.running().ringBytes()));
    }

    /** A budget of {@code bytes}, whatever the JVM's own limit is. */
    static ArenaPool pool(long bytes) {
        return new ArenaPool(new MemoryBudget(bytes, "memory.budget"));
    }

    /** One camera that shows {@code source}, on the program's own connector and behind its own servlets. */
    static LiveServer start(Camera camera, ArenaPool pool, Path workFolder) throws Exception {
        return start(camera, pool, new MemoryWatch(MemoryGauge.ofThisProcess()), workFolder, "");
    }

    /** The same with a watch on memory that the test polls. */
    static LiveServer start(Camera camera, ArenaPool pool, MemoryWatch watch, Path workFolder) throws Exception {
        return start(camera, pool, watch, workFolder, "");
    }

    /** The same, with live answers by {@code output}: {@code servlet}, or anything else for Tomcat's sockets. */
    static LiveServer start(Camera camera, ArenaPool pool, Path workFolder, String output) throws Exception {
        return start(camera, pool, new MemoryWatch(MemoryGauge.ofThisProcess()), workFolder, output);
    }

    private static LiveServer start(Camera camera, ArenaPool pool, MemoryWatch watch, Path workFolder, String output)
            throws Exception {
        return start(new Cameras(List.of(camera), pool, watch), workFolder, output);
    }

    /** Several cameras. */
    static LiveServer start(List<Camera> cameras, ArenaPool pool, Path workFolder, String output) throws Exception {
        return start(new Cameras(cameras, pool, new MemoryWatch(MemoryGauge.ofThisProcess())), workFolder, output);
    }

    private static LiveServer start(Cameras cameras, Path workFolder, String output) throws Exception {
        return start(cameras, workFolder, output, context -> {});
    }

    /** One camera, and what the test sets up in Tomcat beside it. */
    static LiveServer start(Camera camera, ArenaPool pool, Path workFolder, Consumer<Context> more) throws Exception {
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        return start(cameras, workFolder, "", more);
    }

    /** One camera with the program's own pages. */
    static LiveServer startWithPages(Camera camera, ArenaPool pool, Path workFolder) throws Exception {
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        return start(cameras, Path.of("webapp").toAbsolutePath(), workFolder, "", context -> {});
    }

    private static LiveServer start(Cameras cameras, Path workFolder, String output, Consumer<Context> more)
            throws Exception {
        return start(cameras, workFolder, workFolder, output, more);
    }

    private static LiveServer start(
            Cameras cameras, Path webFolder, Path workFolder, String output, Consumer<Context> more) throws Exception {
        PerchConfig.ServerConfig address = config().server();
        EmbeddedTomcat tomcat = EmbeddedTomcat.start(address, webFolder, workFolder, context -> {
            context.addApplicationListener(Joined.class.getName());
            context.getServletContext().setAttribute(CAMERAS, cameras);
            context.addParameter("perch.output", output);
            more.accept(context);
        });
        return new LiveServer(tomcat.port(), tomcat::close);
    }

    /** A camera whose name is {@code fake}; stops as soon as nobody watches. */
    static Camera camera(Source source, ArenaPool pool) {
        return camera(source, pool, OptionalLong.empty());
    }

    /** The same with rings of a fixed size. */
    static Camera camera(Source source, ArenaPool pool, OptionalLong ringBytes) {
        return camera("fake", source, pool, ringBytes);
    }

    /** The same by another name. */
    static Camera camera(String id, Source source, ArenaPool pool, OptionalLong ringBytes) {
        CameraConfig config = CameraConfig.defaults(id, new SourceConfig.Demo())
                .titled("Fake")
                .with(new CameraConfig.Capture(
                        CameraConfig.Format.AUTO,
                        new CameraConfig.PictureSize(640, 360),
                        new CameraConfig.FrameRate(30, 1),
                        /* controls= */ List.of()))
                .with(new CameraConfig.Running(
                        CameraConfig.Run.ON_DEMAND,
                        /* linger= */ Duration.ZERO,
                        /* warmUp= */ Duration.ZERO,
                        ringBytes))
                .with(new Encoders(EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.AUTO));
        return Camera.start(config, source, pool);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        stop.run();
    }

    /** What {@code Program} does, with cameras that the test has made. */
    public static final class Joined implements ServletContextListener {
        private @Nullable Site site;
        private @Nullable Cameras cameras;

        private static PerchConfig.ServerConfig manyFromOneAddress() {
            return new PerchConfig.ServerConfig("127.0.0.1", 0, "", List.of(), Origins.none(), OptionalInt.of(65535));
        }

        @Override
        public void contextInitialized(ServletContextEvent event) {
            ServletContext context = event.getServletContext();
            cameras = (Cameras) Objects.requireNonNull(context.getAttribute(CAMERAS));
            site = Site.open(cameras, "test", manyFromOneAddress(), port -> java.util.Optional.empty(), context);
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            if (site != null && cameras != null) {
                site.close();
                cameras.close();
            }
        }
    }
}
