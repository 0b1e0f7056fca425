package dev.perch.web.status;

import dev.perch.access.Action;
import dev.perch.camera.Cameras;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The events since the start, for the system page. Before the first one nothing is kept and nothing loaded. */
public final class Events implements Route.Answerer {
    private static final String NONE = "{\"newest\":0,\"events\":[]}";
    private static final Parameters.Range AFTER = new Parameters.Range(0, 1e15, "an event");

    private final Cameras cameras;
    private volatile @Nullable EventLog log; // written when an event is reported, read by requests

    public Events(Cameras cameras) {
        this.cameras = cameras;
    }

    /** Keeps {@code event} and the last hundred before it. */
    public synchronized void add(Event event) {
        EventLog present = log;
        if (present == null) {
            present = new EventLog();
            log = present;
        }
        present.add(event);
    }

    /** Returns the route of the list. */
    public Route route() {
        return Route.get("/system/events", Action.METRICS, this);
    }

    private String title(String camera) {
        return cameras.named(camera).map(any -> any.config().title()).orElse(camera);
    }

    /** Answers with the events after number {@code after}. */
    @Override
    public void answer(Exchange exchange) throws IOException {
        EventLog present = log;
        String json = NONE;
        if (present != null) {
            try {
                long after = (long) Parameters.number(exchange.request(), "after", AFTER, 0);
                json = present.json(after, this::title, new Discretion(Callers.permit(exchange.request())));
            } catch (Parameters.RefusedException refused) {
                Problem.of(
                                HttpServletResponse.SC_BAD_REQUEST,
                                "Not a number of an event",
                                String.valueOf(refused.getMessage()))
                        .answer(exchange.request(), exchange.response());
                return;
            }
        }
        Monitors.write(HttpServletResponse.SC_OK, "application/json", json, exchange.response());
    }
}
