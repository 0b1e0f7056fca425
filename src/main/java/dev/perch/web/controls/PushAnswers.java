package dev.perch.web.controls;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.access.Action;
import dev.perch.push.Push;
import dev.perch.push.Pushes;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.PushFigures;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers /{camera}/pushes: everybody who may watch reads their state, the operator starts and stops them. */
public final class PushAnswers implements Route.Answerer {
    private static final int MAX_BODY_BYTES = 4 << 10;

    private final Pushes pushes;

    public PushAnswers(Pushes pushes) {
        this.pushes = pushes;
    }

    /** Returns the routes. */
    public List<Route> routes() {
        String path = Route.CAMERA + "/pushes";
        return List.of(Route.get(path, Action.WATCH, this), Route.put(path, Action.CONTROL, this));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        String camera = exchange.camera().id();
        List<Push> own = pushes.of(camera);
        if (own.isEmpty()) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            Problem.of(404, "No pushes", "Camera " + camera + " is passed on to nobody: push: in perch.yml says where.")
                    .answer(exchange.request(), exchange.response());
            return;
        }
        if (exchange.request().getMethod().equals("PUT")) {
            try {
                set(own, ShortBody.read(exchange.request(), MAX_BODY_BYTES));
            } catch (Parameters.RefusedException refused) {
                RequestBody.leaveUnread(exchange.request(), exchange.response());
                Problem.of(400, "Not a set of pushes", String.valueOf(refused.getMessage()))
                        .answer(exchange.response());
                return;
            }
        }
        ShortBody.answer(json(camera, own, new Discretion(Callers.permit(exchange.request()))), exchange.response());
    }

    /** Checks the whole body before anything is done. */
    private static void set(List<Push> own, String body) throws Parameters.RefusedException {
        String names = own.stream().map(Push::name).collect(Collectors.joining(", "));
        String accepted = "; accepted: names (" + names + ") with true or false, such as {\""
                + own.get(0).name() + "\": false}.";
        JsonObject wanted;
        try {
            wanted = JsonParser.object().from(body);
        } catch (JsonParserException malformed) {
            throw new Parameters.RefusedException("The body is no JSON object" + accepted);
        }
        for (Map.Entry<String, Object> entry : wanted.entrySet()) {
            if (named(own, entry.getKey()).isEmpty() || !(entry.getValue() instanceof Boolean)) {
                throw new Parameters.RefusedException(
                        "\"" + entry.getKey() + "\" is no push, or has no such value" + accepted);
            }
        }
        for (Map.Entry<String, Object> entry : wanted.entrySet()) {
            Push push = named(own, entry.getKey()).orElseThrow();
            if (Boolean.TRUE.equals(entry.getValue())) {
                if (!push.start()) {
                    throw new Parameters.RefusedException(
                            "\"" + push.name() + "\" was stopped and has not ended yet; ask again in some seconds.");
                }
            } else {
                push.stop();
            }
        }
    }

    private static Optional<Push> named(List<Push> own, String name) {
        return own.stream().filter(push -> push.name().equals(name)).findFirst();
    }

    private static String json(String camera, List<Push> own, Discretion discretion) {
        JsonStringWriter json =
                JsonWriter.string().object().value("camera", camera).array("pushes");
        for (Push push : own) {
            PushFigures.write(json, push.status(), discretion);
        }
        return json.end().end().done();
    }
}
