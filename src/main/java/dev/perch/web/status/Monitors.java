package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.access.Action;
import dev.perch.access.Permit;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.push.Pushes;
import dev.perch.record.Recordings;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.LinkPath;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Route;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers monitoring programs: /stats, /metrics and /healthz. None of these starts a camera or waits for a device. */
public final class Monitors implements Route.Answerer {
    /** The addresses of µStreamer and camera-streamer, which each camera has. */
    private static final List<String> OF_CAMERA = List.of("/state", "/status");

    private static final String STREAMS = "/api/streams";

    /** The addresses of go2rtc, MediaMTX and mjpg-streamer, about all cameras. */
    private static final List<String> LIKE_OTHERS = List.of(STREAMS, "/v3/paths/list", "/program.json");

    private static final String METRICS = "/metrics";
    private static final String JSON = "application/json";

    /** The media type of Prometheus' text format. */
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Cameras cameras;
    private final Optional<Recordings> recordings;
    private final Optional<Pushes> pushes;
    private final Numbers numbers;

    /**
     * Creates the answers.
     *
     * @param recordings empty if nothing is recorded
     * @param pushes empty if nothing is pushed
     */
    public Monitors(Cameras cameras, Optional<Recordings> recordings, Optional<Pushes> pushes, Numbers numbers) {
        this.recordings = recordings;
        this.pushes = pushes;
        this.cameras = cameras;
        this.numbers = numbers;
    }

    /** Returns the routes of figures and health. */
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/stats",
                                Action.METRICS,
                                exchange -> write(
                                        HttpServletResponse.SC_OK,
                                        JSON,
                                        numbers.json(Callers.permit(exchange.request())),
                                        exchange.response()))
                        .asCostly(),
                Route.get(METRICS, Action.METRICS, this).asCostly(),
                Route.get(Route.CAMERA + "/state", Action.METRICS, this).asCostly(),
                Route.get(Route.CAMERA + "/status", Action.METRICS, this).asCostly(),
                Route.get(STREAMS, Action.METRICS, this).asCostly(),
                Route.get("/v3/paths/list", Action.METRICS, this).asCostly(),
                Route.get("/program.json", Action.METRICS, this).asCostly(),
                Route.get("/healthz", Action.HEALTH, this),
                Route.get(Route.CAMERA + "/healthz", Action.METRICS, this));
    }

    /** Answers with Prometheus' figures, or with the health of one camera or of the whole program. */
    @Override
    public void answer(Exchange exchange) throws IOException {
        Optional<Permit> permit = Callers.permit(exchange.request());
        Optional<String> only = permit.flatMap(Permit::onlyCamera);
        Discretion discretion = new Discretion(permit.map(any -> any.toDo(Action.METRICS)));
        String path = LinkPath.rest(exchange.request().getServletPath());
        String last = path.substring(path.lastIndexOf('/'));
        boolean ofAll = LIKE_OTHERS.contains(path) || path.equals(METRICS);
        if (only.isPresent() && ofAll) {
            Problem.of(HttpServletResponse.SC_FORBIDDEN, "Not by this link", "The link is to one camera.")
                    .answer(exchange.request(), exchange.response());
            return;
        }
        String source = exchange.request().getParameter("src");
        if (path.equals(STREAMS) && source != null && !source.isEmpty()) {
            stream(source, discretion, exchange);
            return;
        }
        if (LIKE_OTHERS.contains(path) || OF_CAMERA.contains(last)) {
            String name = OF_CAMERA.contains(last) ? last : path;
            Optional<Camera> camera = exchange.target().or(cameras::first);
            if (camera.isEmpty()) { // all cameras come with their publishers, and none stands for the program
                Problem.of(
                                404,
                                "No camera",
                                "No camera answers without its name here. Cameras: "
                                        + discretion.shown(cameras.all()).stream()
                                                .map(Camera::id)
                                                .collect(Collectors.joining(", "))
                                        + ".")
                        .answer(exchange.request(), exchange.response());
                return;
            }
            write(
                    HttpServletResponse.SC_OK,
                    JSON,
                    numbers.asOthers(name, camera.get(), beside(exchange), Callers.permit(exchange.request())),
                    exchange.response());
            return;
        }
        if (path.equals(METRICS)) {
            String text = numbers.metrics(recordings, pushes, discretion);
            write(HttpServletResponse.SC_OK, METRICS_TYPE, text, exchange.response());
            return;
        }
        List<Camera> all = exchange.target().isPresent() ? List.of(exchange.camera()) : cameras.all();
        boolean ofWhole =
                only.isEmpty() && permit.filter(any -> any.may(Action.HEALTH)).isPresent();
        health(ofWhole ? all : discretion.shown(all), ofWhole, discretion, exchange.response());
    }

    /** Returns the folder of the requested address, as the client wrote it. */
    private static String beside(Exchange exchange) {
        String asked = exchange.request().getRequestURL().toString();
        return asked.substring(0, asked.lastIndexOf('/') + 1);
    }

    /** Answers about one stream. A camera that the reader may not know does not exist for it. */
    private void stream(String source, Discretion discretion, Exchange exchange) throws IOException {
        List<Camera> shown = discretion.shown(cameras.all());
        Optional<Camera> camera =
                shown.stream().filter(each -> each.id().equals(source)).findFirst();
        if (camera.isPresent()) {
            write(HttpServletResponse.SC_OK, JSON, numbers.asStream(camera.get(), discretion), exchange.response());
            return;
        }
        String names = shown.stream().map(Camera::id).collect(Collectors.joining(", "));
        Problem.of(404, "No camera", "No camera is called so. Cameras: " + names + ".")
                .answer(exchange.request(), exchange.response());
    }

    /** Answers 200 if each of {@code asked} does what is asked of it, else 503 with the reasons that the reader may know. */
    private void health(List<Camera> asked, boolean ofWhole, Discretion discretion, HttpServletResponse response)
            throws IOException {
        Optional<String> fault = cameras.pool().budget().faults().recent(System.nanoTime());
        List<CameraFacts> known =
                discretion.shown(asked).stream().map(CameraFacts::of).toList();
        String reasons = Stream.concat(
                        troubles(discretion.shown(asked)),
                        fault.stream().filter(any -> discretion.showsAll(cameras.all())))
                .map(discretion::text)
                .collect(Collectors.joining(" "));
        if (reasons.isEmpty() && (troubles(asked).findAny().isPresent() || (ofWhole && fault.isPresent()))) {
            reasons = "Something is wrong with what you may not see.";
        }
        JsonStringWriter json = JsonWriter.string().object();
        json.value("healthy", reasons.isEmpty()).value("reason", reasons).array("cameras");
        known.forEach(facts -> camera(json, facts, discretion));
        if (!reasons.isEmpty()) {
            response.setHeader("Retry-After", "2");
        }
        write(
                reasons.isEmpty() ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                JSON,
                json.end().end().done(),
                response);
    }

    /** Returns what is wrong with {@code asked} and their recordings, a sentence for each. */
    private Stream<String> troubles(List<Camera> asked) {
        Stream<String> unwell = asked.stream()
                .map(CameraFacts::of)
                .filter(facts -> !Health.of(facts).healthy())
                .map(facts -> facts.id() + ": " + Health.of(facts).reason());
        return recordings.isPresent()
                ? Stream.concat(unwell, RecordingFigures.troubles(recordings.get(), asked))
                : unwell;
    }

    private static void camera(JsonStringWriter json, CameraFacts facts, Discretion discretion) {
        Health health = Health.of(facts);
        json.object()
                .value("id", facts.id())
                .value("healthy", health.healthy())
                .value("state", facts.state().word())
                .value("reason", discretion.text(health.reason()));
        CameraJson.number(json, "lastFrameAgeMillis", facts.lastFrameAgeMillis());
        json.end();
    }

    static void write(int status, String type, String text, HttpServletResponse response) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        Headers.media(response::setHeader);
        response.getOutputStream().write(body);
    }
}
