package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.Source;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Valve;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/** The program's servlets in a Tomcat of their own under /cams, over the cameras that the test makes. */
public final class RunningSite implements AutoCloseable {
    /** The operator's key. */
    public static final String KEY = "s3cret";

    /** The content of the key file. */
    static final String LOCAL_KEY = "l0cal";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Tomcat tomcat = new Tomcat();
    private final Path work;
    private final Cameras cameras;
    private final ServerConfig server;
    private @Nullable Site site;
    private @Nullable Filter filter;

    private RunningSite(Cameras cameras, ServerConfig server) throws IOException {
        this.cameras = cameras;
        this.server = server;
        this.work = Files.createTempDirectory("perch-site");
    }

    /** Sources by camera id; the title is "The " and the id. */
    public static RunningSite start(Map<String, ? extends Source> sources) throws IOException, LifecycleException {
        Map<CameraConfig, Source> configured = new LinkedHashMap<>();
        sources.forEach((id, source) -> configured.put(config(id, "The " + id), source));
        return startConfigured(configured);
    }

    public static RunningSite startConfigured(Map<CameraConfig, Source> sources)
            throws IOException, LifecycleException {
        return startConfigured(sources, new ArenaPool(new MemoryBudget(8 << 20, "memory.budget")));
    }

    public static RunningSite startConfigured(Map<CameraConfig, ? extends Source> sources, ArenaPool pool)
            throws IOException, LifecycleException {
        return startConfigured(sources, pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
    }

    /** The test polls the watch, if anybody does. */
    public static RunningSite startConfigured(
            Map<CameraConfig, ? extends Source> sources, ArenaPool pool, MemoryWatch watch)
            throws IOException, LifecycleException {
        List<Camera> all = new ArrayList<>();
        sources.forEach((config, source) -> all.add(Camera.start(config, source, pool)));
        return started(
                new RunningSite(new Cameras(all, pool, watch), new ServerConfig("127.0.0.1", 0, KEY)), List.of());
    }

    /** One camera, "front", behind what {@code server} says and {@code valves} do. */
    static RunningSite start(Source front, ServerConfig server, Valve... valves)
            throws IOException, LifecycleException {
        ArenaPool pool = new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"));
        Camera camera = Camera.start(config("front", "The front"), front, pool);
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        return started(new RunningSite(cameras, server), List.of(valves));
    }

    private static RunningSite started(RunningSite running, List<Valve> valves) throws LifecycleException {
        try {
            running.open(valves);
        } catch (LifecycleException failed) {
            running.close();
            throw failed;
        }
        return running;
    }

    /** The scripted frames are none that could be decoded: nothing is made of them. */
    public static CameraConfig config(String id, String title) {
        CameraConfig plain = CameraConfig.defaults(id, new SourceConfig.Device(Path.of("/dev/video7")));
        return plain.titled(title)
                .with(new CameraConfig.Running(
                        plain.running().run(),
                        Duration.ofMillis(1),
                        Duration.ZERO,
                        plain.running().ringBytes()))
                .with(new Encoders(EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.of(EncoderChoice.Kind.OFF)));
    }

    /** The same behind a filter without async support. */
    public static RunningSite startBehind(Filter filter, Map<String, ? extends Source> sources)
            throws IOException, LifecycleException {
        ArenaPool pool = new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"));
        List<Camera> all = new ArrayList<>();
        sources.forEach((id, source) -> all.add(Camera.start(config(id, "The " + id), source, pool)));
        Cameras cameras = new Cameras(all, pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        RunningSite running = new RunningSite(cameras, new ServerConfig("127.0.0.1", 0, KEY));
        running.filter = filter;
        running.open(List.of());
        return running;
    }

    private void addFilter(ServletContext servlets) {
        if (filter != null) {
            FilterRegistration.Dynamic added = servlets.addFilter("blocking", filter);
            added.setAsyncSupported(false);
            added.addMappingForUrlPatterns(/* dispatcherTypes= */ null, /* isMatchAfter= */ false, "/*");
        }
    }

    private void open(List<Valve> valves) throws LifecycleException {
        tomcat.setBaseDir(work.toString());
        tomcat.setPort(0);
        if (!server.address().equals("0.0.0.0")) {
            tomcat.getConnector().setProperty("address", server.address());
        }
        valves.forEach(tomcat.getHost().getPipeline()::addValve);
        Context context =
                tomcat.addContext("/cams", Path.of("webapp").toAbsolutePath().toString());
        context.addServletContainerInitializer(
                (classes, servlets) -> {
                    site = Site.open(cameras, "0.0.1-test", server, port -> Optional.of(LOCAL_KEY), servlets);
                    addFilter(servlets);
                },
                null);
        if (context instanceof StandardContext standard) { // what a redeploy would leave behind is looked for elsewhere
            standard.setClearReferencesRmiTargets(false);
            standard.setClearReferencesObjectStreamClassCaches(false);
            standard.setClearReferencesThreadLocals(false);
        }
        tomcat.start();
    }

    public Camera camera(String id) {
        return cameras.named(id).orElseThrow();
    }

    /** Waits until the camera is in a state of this kind. */
    public void await(String id, Class<? extends CameraState> kind) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!kind.isInstance(camera(id).state())) {
            if (System.nanoTime() > end) {
                throw new AssertionError(id + " is " + camera(id).state() + ", not " + kind.getSimpleName());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/cams/");
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    /** Without a body; headers as name, value, name, value. */
    public HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address().resolve(path))
                .timeout(DEADLINE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** PUTs a body with the operator's key. */
    public HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return put(path, body, "X-Perch-Key", KEY);
    }

    /** PUTs a body, with headers as name, value, name, value. */
    public HttpResponse<String> put(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address().resolve(path))
                .timeout(DEADLINE)
                .PUT(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        if (site != null) {
            site.close();
        }
        cameras.close();
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException failed) {
            throw new AssertionError(failed);
        }
    }
}
