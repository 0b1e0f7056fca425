package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.web.answer.Discretion;
import java.util.function.UnaryOperator;

/** The last events, for the system page. Created with the first event. Safe from any thread. */
final class EventLog {
    /** The events kept: a camera that flaps makes one each minute. */
    static final int MOST = 100;

    private final Event[] ring = new Event[MOST];
    private long newest; // the number of the last event, from 1

    synchronized void add(Event event) {
        ring[(int) (newest++ % MOST)] = event;
    }

    /**
     * Returns the events after number {@code after} that are kept and that the reader may know, the oldest first; all of them if that number has not
     * been reached.
     *
     * @param titles gives a camera's title for its name
     */
    synchronized String json(long after, UnaryOperator<String> titles, Discretion discretion) {
        JsonStringWriter json =
                JsonWriter.string().object().value("newest", newest).array("events");
        long first = Math.max(0, newest - MOST);
        for (long number = after > newest ? first : Math.max(first, after); number < newest; number++) {
            Event event = ring[(int) (number % MOST)];
            if (discretion.shows(event.camera())) {
                write(json, event, titles, discretion);
            }
        }
        return json.end().end().done();
    }

    private static void write(JsonStringWriter json, Event event, UnaryOperator<String> titles, Discretion discretion) {
        json.object()
                .value("timeMillis", event.wallClockMicros() / 1000)
                .value("what", event.what())
                .value("camera", event.camera())
                .value("title", titles.apply(event.camera()))
                .value("push", event.push().isEmpty() ? null : event.push())
                .value("reason", discretion.text(event.reason()))
                .end();
    }
}
