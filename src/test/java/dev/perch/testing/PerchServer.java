package dev.perch.testing;

import dev.perch.app.EmbeddedTomcat;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.source.Source;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/** A program that answers at a port of its own on loopback, inside the test's JVM; closing it ends it. */
public final class PerchServer implements AutoCloseable {
    /** The operator's key of a site. */
    public static final String KEY = "s3cret";

    /** The content of a site's key file. */
    public static final String LOCAL_KEY = "l0cal";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final URI address;
    private final @Nullable Cameras cameras;
    private final Runnable stop;

    PerchServer(String address, @Nullable Cameras cameras, Runnable stop) {
        this.address = URI.create(address);
        this.cameras = cameras;
        this.stop = stop;
    }

    /** Returns the whole configuration of a program with these cameras. */
    public static PerchConfig config(CameraConfig... cameras) {
        return PerchConfig.defaults()
                .withServer(new ServerConfig("127.0.0.1", 0, ""))
                .withCameras(List.of(cameras));
    }

    /** Starts the program as {@code java -jar perch.war} does. */
    public static PerchServer start(PerchConfig config, Path workFolder) throws Exception {
        return start(config, Path.of("webapp").toAbsolutePath(), workFolder);
    }

    /** Starts it with the pages of that folder, an absolute path. */
    public static PerchServer start(PerchConfig config, Path pages, Path workFolder) throws Exception {
        EmbeddedTomcat tomcat = EmbeddedTomcat.start(config, pages, workFolder);
        return new PerchServer("http://127.0.0.1:" + tomcat.port() + "/", null, tomcat::close);
    }

    /** Returns the setup of a program with cameras of {@code pool} that the test has made. */
    public static PerchSetup of(ArenaPool pool, Camera... cameras) {
        return new PerchSetup(List.of(cameras), pool);
    }

    /** Starts it with one camera, without pages. */
    public static PerchServer start(Camera camera, ArenaPool pool, Path workFolder) throws Exception {
        return of(pool, camera).start(workFolder);
    }

    /** Starts the same, with live answers by {@code output}: {@code servlet}, or anything else for Tomcat's sockets. */
    public static PerchServer start(Camera camera, ArenaPool pool, Path workFolder, String output) throws Exception {
        return of(pool, camera).output(output).start(workFolder);
    }

    /** Starts a site in a plain Tomcat from sources by camera id; the title is "The " and the id. */
    public static PerchServer site(Map<String, ? extends Source> sources) throws IOException, LifecycleException {
        return siteOf(named(sources)).startInPlainTomcat();
    }

    /** Starts the same from cameras as they are configured. */
    public static PerchServer site(Map<CameraConfig, ? extends Source> sources, ArenaPool pool)
            throws IOException, LifecycleException {
        return siteOf(sources, pool).startInPlainTomcat();
    }

    /** Returns the setup of a site with cameras as they are configured. */
    public static PerchSetup siteOf(Map<CameraConfig, ? extends Source> sources) {
        return siteOf(sources, TestCameras.pool(8 << 20));
    }

    /** Returns the same with cameras of {@code pool}. */
    public static PerchSetup siteOf(Map<CameraConfig, ? extends Source> sources, ArenaPool pool) {
        List<Camera> all = new ArrayList<>();
        sources.forEach((config, source) -> all.add(Camera.start(config, source, pool)));
        return new PerchSetup(all, pool)
                .server(new ServerConfig("127.0.0.1", 0, KEY))
                .localKey(LOCAL_KEY);
    }

    /** Returns a device's camera for each source, in their order. */
    public static Map<CameraConfig, Source> named(Map<String, ? extends Source> sources) {
        Map<CameraConfig, Source> configured = new LinkedHashMap<>();
        sources.forEach((id, source) -> configured.put(TestCameras.device(id, "The " + id), source));
        return configured;
    }

    public int port() {
        return address.getPort();
    }

    /** Returns the address of the program, which ends with a slash. */
    public URI address() {
        return address;
    }

    /** Returns the address of what stands at {@code path}, which begins without a slash. */
    public String address(String path) {
        return address + path;
    }

    /** Returns a camera that the test has made. */
    public Camera camera(String id) {
        if (cameras == null) {
            throw new IllegalStateException("the program has made its cameras itself: id=" + id);
        }
        return cameras.named(id).orElseThrow();
    }

    /** Waits until the camera is in a state of this kind. */
    public void await(String id, Class<? extends CameraState> kind) {
        Await.until(
                (double) DEADLINE.toSeconds(),
                () -> kind.isInstance(camera(id).state()),
                () -> id + " is " + camera(id).state() + ", not " + kind.getSimpleName());
    }

    /** Asks by HTTP/1.1; the answer is read from the socket. */
    public Socket connect(String target) throws IOException {
        return Answer.ask(port(), "GET", target, "1.1");
    }

    /** Returns the body of the answer to a GET, whatever its status. */
    public String text(String path) {
        try {
            return get(path).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    /** Sends a request without a body; headers as name, value, name, value. */
    public HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        return send(method, path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /** PUTs a body with the operator's key. */
    public HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return put(path, body, "X-Perch-Key", KEY);
    }

    /** PUTs a body, with headers as name, value, name, value. */
    public HttpResponse<String> put(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send("PUT", path, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(DEADLINE).method(method, body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        stop.run();
    }
}
