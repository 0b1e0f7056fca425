package dev.perch.web.recordings;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.record.Recorder;
import dev.perch.record.Recording;
import dev.perch.record.Recordings;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Answers the addresses under {@code recordings/}, the playlist and the clip of a span, and the switch {@code recording}. Registered only if
 * something is recorded.
 */
public final class RecordingAnswers {
    private static final int MOST_LISTED = 5_000;
    private static final int MOST_BODY_BYTES = 1_000;
    private static final String JSON = "application/json";
    private static final long DAY_MILLIS = 86_400_000;

    private final Recordings recordings;
    private final Route.Answerer page;
    private final Clock clock;
    private final WindowClips windowClips;
    private final Films films;
    private final Pictures pictures;
    private final DiskGate gate = new DiskGate();

    /**
     * Creates the answers.
     *
     * @param windowClips answers for cameras that are not recorded
     * @param page answers with a camera's page
     */
    public RecordingAnswers(Recordings recordings, WindowClips windowClips, Route.Answerer page, Clock clock) {
        this.windowClips = windowClips;
        this.recordings = recordings;
        this.page = page;
        this.clock = clock;
        this.pictures = new Pictures(recordings, clock);
        this.films = new Films(clock, pictures);
    }

    /** An answer for a camera that is recorded. */
    @FunctionalInterface
    private interface Answer {
        void answer(Recorder recorder, Exchange exchange)
                throws IOException, Parameters.RefusedException, MalformedBitstreamException;
    }

    /** Returns the routes of recordings. */
    public List<Route> routes() {
        String files = Route.CAMERA + "/recordings/*";
        return List.of(
                Route.get(Route.CAMERA + "/recordings", Action.REPLAY, RecordingAnswers::toFolder),
                Route.get(files, Action.REPLAY, recorded(this::file)),
                Route.put(files, Action.RECORD, recorded(gated(this::mark))),
                new Route("DELETE", files, Action.DELETE, recorded(gated(this::delete)), /* costly= */ false),
                Route.get(Route.CAMERA + "/recording", Action.REPLAY, recorded(RecordingAnswers::state)),
                Route.put(Route.CAMERA + "/recording", Action.RECORD, recorded(RecordingAnswers::record)),
                Route.get(Route.CAMERA + "/hls/vod.m3u8", Action.REPLAY, recorded(gated(films::playlist)))
                        .asCostly(),
                Route.get(Route.CAMERA + "/clip.mp4", Action.EXPORT, recorded(gated(films::clip), windowClips::answer))
                        .asCostly(),
                Route.get(Route.CAMERA + "/timelapse.mp4", Action.EXPORT, recorded(gated(films::timeLapse)))
                        .asCostly());
    }

    private Route.Answerer recorded(Answer answer) {
        return recorded(answer, exchange -> none(exchange.camera()).answer(exchange.request(), exchange.response()));
    }

    private Route.Answerer recorded(Answer answer, Route.Answerer otherwise) {
        return exchange -> {
            if (List.of("PUT", "DELETE").contains(exchange.request().getMethod())) {
                RequestBody.leaveUnread(exchange.request(), exchange.response());
            }
            Optional<Recorder> recorder = recordings.of(exchange.camera());
            if (recorder.isEmpty()) {
                otherwise.answer(exchange);
                return;
            }
            try {
                answer.answer(recorder.get(), exchange);
            } catch (DiskGate.HungException hung) {
                exchange.response().setHeader("Retry-After", "10");
                Problem.of(503, "The disk does not answer", String.valueOf(hung.getMessage()))
                        .answer(exchange.request(), exchange.response());
            } catch (Parameters.RefusedException refused) {
                Problem.of(400, "Not accepted", String.valueOf(refused.getMessage()))
                        .answer(exchange.request(), exchange.response());
            } catch (MalformedBitstreamException damaged) {
                Problem.of(500, "Damaged", "A recording is damaged: " + damaged.words() + ".")
                        .answer(exchange.request(), exchange.response());
            }
        };
    }

    /** Limits the threads that wait for the disk in {@code answer}. */
    private Answer gated(Answer answer) {
        return (recorder, exchange) -> {
            String camera = recorder.camera().id();
            gate.enter(camera);
            try {
                answer.answer(recorder, exchange);
            } finally {
                gate.leave(camera);
            }
            exchange.response().through(body -> gate.reading(camera, body));
        };
    }

    private static Problem none(Camera camera) {
        return Problem.of(
                        404,
                        "Nothing is recorded",
                        "Camera " + camera.id() + " is not recorded: set record: in perch.yml.")
                .with("camera", camera.id());
    }

    private static void toFolder(Exchange exchange) throws IOException {
        exchange.response().sendRedirect("recordings/");
    }

    private void file(Recorder recorder, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        String rest = exchange.rest();
        if (rest.isEmpty()) {
            String accept = String.valueOf(exchange.request().getHeader("Accept"));
            if (accept.contains(JSON)) {
                list(recorder, exchange);
            } else {
                page.answer(exchange);
            }
        } else if (rest.equals("list.json")) {
            list(recorder, exchange);
        } else if (rest.equals(Pictures.LIST)) {
            pictures.list(recorder, exchange);
        } else {
            gated(this::ofDisk).answer(recorder, exchange);
        }
    }

    /** Answers with files on the disk. */
    private void ofDisk(Recorder recorder, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        String rest = exchange.rest();
        if (!pictures.snapshot(recorder, rest, exchange)) {
            Optional<Recording> recording = named(recorder, rest);
            if (recording.isEmpty()) {
                notThere(rest, exchange);
            } else if (rest.endsWith(Pictures.THUMBNAIL)) {
                pictures.thumbnail(recording.get(), exchange);
            } else if (!Films.forbidden(recording.get(), exchange)) {
                FileAnswer.of(recording.get(), rest.endsWith(Films.INIT), exchange);
            }
        }
    }

    /** Returns the recording whose file, init segment or thumbnail has this address. */
    private static Optional<Recording> named(Recorder recorder, String rest) {
        String name = List.of(Films.INIT, Pictures.THUMBNAIL).stream()
                .filter(rest::endsWith)
                .findFirst()
                .map(end -> rest.substring(0, rest.length() - end.length()))
                .orElse(rest);
        OptionalLong start = Recording.startMillis(name);
        return start.isPresent() ? recorder.recording(start.getAsLong()) : Optional.empty();
    }

    private static void notThere(String name, Exchange exchange) throws IOException {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        Problem.of(404, "Not found", "There is no recording " + shown + "; list.json names those that there are.")
                .answer(exchange.request(), exchange.response());
    }

    private void list(Recorder recorder, Exchange exchange) throws IOException, Parameters.RefusedException {
        long nowMillis = clock.wallClockMicros() / 1000;
        Span span = Span.of(exchange.request(), nowMillis + DAY_MILLIS, /* fromAbsent= */ 0);
        List<Recording> found = recorder.span(span.fromMillis(), span.toMillis(), MOST_LISTED + 1);
        boolean more = found.size() > MOST_LISTED;
        List<Recording> shown = more ? found.subList(0, MOST_LISTED) : found;
        text(
                JSON,
                RecordingsJson.list(recorder, shown, recordings.ready(recorder), more, discretion(exchange)),
                exchange.response());
    }

    private static Discretion discretion(Exchange exchange) {
        return new Discretion(Callers.permit(exchange.request()));
    }

    private static void state(Recorder recorder, Exchange exchange) throws IOException {
        text(JSON, RecordingsJson.state(recorder, discretion(exchange)), exchange.response());
    }

    private static void record(Recorder recorder, Exchange exchange) throws IOException, Parameters.RefusedException {
        recorder.record(flag("recording", exchange));
        state(recorder, exchange);
    }

    private void mark(Recorder recorder, Exchange exchange) throws IOException, Parameters.RefusedException {
        Optional<Recording> recording = named(recorder, exchange.rest());
        if (recording.isEmpty()) {
            notThere(exchange.rest(), exchange);
            return;
        }
        boolean kept = flag("kept", exchange);
        recordings.keep(recorder, recording.get(), kept);
        text(JSON, "{\"kept\":" + kept + "}", exchange.response());
    }

    private void delete(Recorder recorder, Exchange exchange) throws IOException {
        Optional<Recording> recording = named(recorder, exchange.rest());
        if (recording.isEmpty()) {
            notThere(exchange.rest(), exchange);
        } else if (!recording.get().finished()) {
            Problem.of(409, "Being written", "A recording that is being written cannot be deleted; stop it first.")
                    .answer(exchange.request(), exchange.response());
        } else if (!recordings.delete(recorder, recording.get())) {
            Problem.of(500, "Not deleted", "The disk does not let the recording be deleted; the log says why.")
                    .answer(exchange.request(), exchange.response());
        } else {
            exchange.response().setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    private static boolean flag(String name, Exchange exchange) throws IOException, Parameters.RefusedException {
        String body = ShortBody.read(exchange.request(), MOST_BODY_BYTES);
        try {
            JsonObject object = JsonParser.object().from(body);
            if (object.get(name) instanceof Boolean value) {
                return value;
            }
        } catch (JsonParserException otherText) {
            throw refused(name);
        }
        throw refused(name);
    }

    private static Parameters.RefusedException refused(String name) {
        return new Parameters.RefusedException("The body is {\"" + name + "\": true} or {\"" + name + "\": false}.");
    }

    static void text(String type, String text, HttpServletResponse response) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setContentType(type);
        response.setContentLength(bytes.length);
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(bytes);
    }
}
