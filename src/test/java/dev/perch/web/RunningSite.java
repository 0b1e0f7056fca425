package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.Source;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/** The program's servlets in a Tomcat of their own under /cams, over the cameras that the test makes. */
final class RunningSite implements AutoCloseable {
    /** The operator's key. */
    static final String KEY = "s3cret";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Tomcat tomcat = new Tomcat();
    private final Path work;
    private final Cameras cameras;
    private @Nullable Site site;

    private RunningSite(Cameras cameras) throws IOException {
        this.cameras = cameras;
        this.work = Files.createTempDirectory("perch-site");
    }

    /** Sources by camera id; the title is "The " and the id. */
    static RunningSite start(Map<String, ? extends Source> sources) throws IOException, LifecycleException {
        Map<CameraConfig, Source> configured = new LinkedHashMap<>();
        sources.forEach((id, source) -> configured.put(config(id, "The " + id), source));
        return startConfigured(configured);
    }

    static RunningSite startConfigured(Map<CameraConfig, Source> sources) throws IOException, LifecycleException {
        return startConfigured(sources, new ArenaPool(new MemoryBudget(8 << 20, "memory.budget")));
    }

    static RunningSite startConfigured(Map<CameraConfig, ? extends Source> sources, ArenaPool pool)
            throws IOException, LifecycleException {
        return startConfigured(sources, pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
    }

    /** The test polls the watch, if anybody does. */
    static RunningSite startConfigured(Map<CameraConfig, ? extends Source> sources, ArenaPool pool, MemoryWatch watch)
            throws IOException, LifecycleException {
        List<Camera> all = new ArrayList<>();
        sources.forEach((config, source) -> all.add(new Camera(config, source, pool)));
        RunningSite running = new RunningSite(new Cameras(all, pool, watch));
        try {
            running.open();
        } catch (LifecycleException failed) {
            running.close();
            throw failed;
        }
        return running;
    }

    /** The scripted frames are none that could be decoded: nothing is made of them. */
    static CameraConfig config(String id, String title) {
        CameraConfig plain = CameraConfig.defaults(id, new SourceConfig.Device(Path.of("/dev/video7")));
        return new CameraConfig(
                id,
                title,
                plain.source(),
                plain.format(),
                plain.size(),
                plain.fps(),
                plain.controls(),
                plain.run(),
                Duration.ofMillis(1),
                Duration.ZERO,
                plain.ringBytes(),
                new Encoders(EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.of(EncoderChoice.Kind.OFF)));
    }

    private void open() throws LifecycleException {
        tomcat.setBaseDir(work.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context =
                tomcat.addContext("/cams", Path.of("webapp").toAbsolutePath().toString());
        context.addServletContainerInitializer(
                (classes, servlets) -> site = Site.open(cameras, "0.0.1-test", KEY, servlets), null);
        if (context instanceof StandardContext standard) { // what a redeploy would leave behind is looked for elsewhere
            standard.setClearReferencesRmiTargets(false);
            standard.setClearReferencesObjectStreamClassCaches(false);
            standard.setClearReferencesThreadLocals(false);
        }
        tomcat.start();
    }

    Camera camera(String id) {
        return cameras.named(id).orElseThrow();
    }

    /** Waits until the camera is in a state of this kind. */
    void await(String id, Class<? extends CameraState> kind) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!kind.isInstance(camera(id).state())) {
            if (System.nanoTime() > end) {
                throw new AssertionError(id + " is " + camera(id).state() + ", not " + kind.getSimpleName());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/cams/");
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address().resolve(path))
                .timeout(DEADLINE)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address().resolve(path))
                .timeout(DEADLINE)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** PUTs a body, with headers as name, value, name, value. */
    HttpResponse<String> put(String path, String body, String... headers) throws IOException, InterruptedException {
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
