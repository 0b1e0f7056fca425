package dev.perch.web.answer;

import com.grack.nanojson.JsonStringWriter;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.push.Push;
import dev.perch.push.PushStatus;
import dev.perch.push.Pushes;
import java.util.List;

/** The state of pushes as JSON; of an address only the host is shown. */
public final class PushFigures {
    private PushFigures() {}

    /** Writes an array for each camera with pushes, by its id. */
    public static void write(JsonStringWriter json, Cameras cameras, Pushes pushes, Discretion discretion) {
        for (Camera camera : cameras.all()) {
            List<Push> own = pushes.of(camera.id());
            if (!own.isEmpty() && discretion.shows(camera)) {
                json.array(camera.id());
                own.forEach(push -> write(json, push.status(), discretion));
                json.end();
            }
        }
    }

    /** Writes a push as an object. */
    public static void write(JsonStringWriter json, PushStatus status, Discretion discretion) {
        json.object()
                .value("name", status.name())
                .value("server", discretion.source(status.server()))
                .value("state", status.state().toString())
                .value("reason", discretion.text(status.reason()))
                .value("sentBytes", status.sentBytes())
                .value("frames", status.frames())
                .value("dropped", status.dropped())
                .value("connects", status.connects())
                .end();
    }
}
