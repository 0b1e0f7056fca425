package dev.perch.web.controls;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.KeptPrivacy;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.PrivacyJson;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/** Answers /{camera}/privacy: everybody who may watch reads it, the operator switches it. */
public final class PrivacyAnswers implements Route.Answerer {
    private static final System.Logger LOG = System.getLogger(PrivacyAnswers.class.getName());
    private static final int MAX_BODY_BYTES = 1 << 10;
    private static final String ACCEPTED = "accepted: {\"private\": true} or {\"private\": false}.";

    private final Cameras cameras;

    public PrivacyAnswers(Cameras cameras) {
        this.cameras = cameras;
    }

    /** Returns the routes. */
    public List<Route> routes() {
        String path = Route.CAMERA + "/privacy";
        return List.of(Route.get(path, Action.WATCH, this), Route.put(path, Action.CONTROL, this));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Camera camera = exchange.camera();
        boolean done = true;
        if (exchange.request().getMethod().equals("PUT")) {
            try {
                done = set(camera, wanted(ShortBody.read(exchange.request(), MAX_BODY_BYTES)));
            } catch (Parameters.RefusedException refused) {
                RequestBody.leaveUnread(exchange.request(), exchange.response());
                Problem.of(400, "Not a switch", String.valueOf(refused.getMessage()))
                        .answer(exchange.response());
                return;
            }
        }
        if (done) {
            ShortBody.answer(json(camera), exchange.response());
        } else {
            Problem.of(
                            503,
                            "Not done yet",
                            "Camera " + camera.id()
                                    + " is being switched, and its device does not close. None of its pictures are shown.")
                    .with("camera", camera.id())
                    .with("state", camera.state().word())
                    .answer(exchange.request(), exchange.response());
        }
    }

    private static boolean wanted(String body) throws Parameters.RefusedException {
        JsonObject object;
        try {
            object = JsonParser.object().from(body);
        } catch (JsonParserException malformed) {
            throw new Parameters.RefusedException("The body is no JSON object; " + ACCEPTED);
        }
        if (object.size() != 1 || !(object.get("private") instanceof Boolean on)) {
            throw new Parameters.RefusedException("The body does not say whether the camera is private; " + ACCEPTED);
        }
        return on;
    }

    /**
     * Hides the camera before the switch is stored, and shows it after the switch is removed: if anything fails, it is private.
     *
     * @return false if it takes longer than some seconds
     */
    private boolean set(Camera camera, boolean on) throws IOException {
        try {
            if (on) {
                boolean done = camera.setPrivate(true);
                keep(camera, true);
                return done;
            }
            keep(camera, false);
            return camera.privacy().isEmpty() || camera.setPrivate(false);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void keep(Camera camera, boolean on) {
        Optional<KeptPrivacy> kept = cameras.keptPrivacy();
        if (kept.isEmpty()) {
            return;
        }
        try {
            kept.get().keep(camera.id(), on);
        } catch (IOException failed) {
            LOG.log(
                    Level.ERROR,
                    "camera {0}: what an operator switched is not kept, and a restart undoes it: {1}",
                    camera.id(),
                    failed);
        }
    }

    private String json(Camera camera) {
        JsonStringWriter json = JsonWriter.string().object().value("camera", camera.id());
        PrivacyJson.write(json, camera.privacy());
        boolean switched =
                camera.privacy().isPresent() && camera.privacy().get().switched();
        boolean kept =
                cameras.keptPrivacy().isPresent() && cameras.keptPrivacy().get().kept(camera.id()) == switched;
        return json.value("kept", kept).end().done();
    }
}
