package dev.perch.web.ingest;

import com.grack.nanojson.JsonWriter;
import dev.perch.access.Action;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.WildcardCameras;
import dev.perch.memory.BudgetExceededException;
import dev.perch.source.PublishedSource;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.Tenure;
import dev.perch.web.line.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers /{camera}/publish: takes the live stream in the request's body, and answers when it ends or is refused. */
public final class PublishAnswers implements Route.Answerer {
    private final Cameras cameras;
    private final Audience audience;
    private final RequestAdmission admission;

    public PublishAnswers(Cameras cameras, Audience audience, RequestAdmission admission) {
        this.cameras = cameras;
        this.audience = audience;
        this.admission = admission;
    }

    /** Returns the routes. */
    public List<Route> routes() {
        String path = Route.CAMERA + "/publish";
        List<Route> routes = new ArrayList<>();
        routes.add(Route.put(path, Action.PUBLISH, this));
        routes.add(Route.post(path, Action.PUBLISH, this));
        if (!cameras.wildcards().wildcards().isEmpty()) {
            routes.add(Route.put(Route.NEWCOMER, Action.PUBLISH, this));
            routes.add(Route.post(Route.NEWCOMER, Action.PUBLISH, this));
        }
        return routes;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Outcome known = BodyPublisher.outcome(exchange.request());
        if (known != null) {
            answer(known, exchange);
            return;
        }
        AsyncRequests.require(exchange.request());
        Camera camera;
        try {
            String name = exchange.target().isPresent() ? exchange.camera().id() : exchange.rest();
            camera = cameras.wildcards().admit(name); // an existing one may be just going
        } catch (WildcardCameras.FullException full) {
            boolean possible = cameras.wildcards().of(exchange.rest()).isPresent();
            refuse(possible ? 503 : 404, "Not published to", String.valueOf(full.getMessage()), exchange);
            return;
        }
        publish(camera, exchange);
    }

    private static void refuse(int status, String title, String sentence, Exchange exchange) throws IOException {
        RequestBody.leaveUnread(exchange.request(), exchange.response());
        if (status == 503) {
            exchange.response().setHeader("Retry-After", "5");
        }
        Problem.of(status, title, sentence).answer(exchange.request(), exchange.response());
    }

    private void publish(Camera camera, Exchange exchange) throws IOException {
        if (!(camera.source() instanceof PublishedSource source)) {
            refuse(
                    409,
                    "Not published to",
                    "Camera " + camera.id() + " has a source of its own; one with publish: true is published to.",
                    exchange);
            return;
        }
        try {
            Tenure tenure = new Tenure(exchange.request());
            BodyPublisher publisher = new BodyPublisher(
                    exchange.request(),
                    camera,
                    source,
                    cameras.pool().budget(),
                    cameras.clock(),
                    audience.closer()::execute,
                    admission.of(exchange.request()).waiting().with(tenure::over));
            tenure.of(publisher::stop);
            if (!publisher.begin()) {
                refuse(409, "Published to already", "Another publishes to camera " + camera.id() + ".", exchange);
            }
        } catch (BudgetExceededException full) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            Refusals.of(full).answer(exchange.request(), exchange.response());
        }
    }

    private static void answer(Outcome outcome, Exchange exchange) throws IOException {
        RequestBody.leaveUnread(exchange.request(), exchange.response());
        if (outcome.status() != 200) {
            Problem.of(outcome.status(), "Published no longer", outcome.sentence())
                    .with("camera", outcome.camera())
                    .with("frames", outcome.frames())
                    .answer(exchange.request(), exchange.response());
            return;
        }
        byte[] body = JsonWriter.string()
                .object()
                .value("camera", outcome.camera())
                .value("frames", outcome.frames())
                .end()
                .done()
                .getBytes(StandardCharsets.UTF_8);
        exchange.response().setContentType("application/json");
        exchange.response().setContentLength(body.length);
        Headers.media(exchange.response()::setHeader);
        exchange.response().getOutputStream().write(body);
    }

    /**
     * The end of a publication.
     *
     * @param camera its name
     * @param status of the answer
     * @param sentence why, for people
     * @param frames the number of frames accepted
     */
    record Outcome(String camera, int status, String sentence, long frames) {}
}
