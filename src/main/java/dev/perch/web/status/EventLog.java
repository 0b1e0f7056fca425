package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.web.answer.Discretion;
import java.util.function.UnaryOperator;

/** The last events, for the page of the system. Made with the first one. Safe for all threads. */
final class EventLog {
    /** A camera that flaps makes one each minute. */
    static final int MOST = 100;

    private final Event[] ring = new Event[MOST];
    private long newest; // the number of the last event, from 1 on

    synchronized void add(Event event) {
        ring[(int) (newest++ % MOST)] = event;
    }

    /**
     * Returns the events after the one of that number, as far as they are kept and may be known, the oldest first; all of them where there is none of that number yet.
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
