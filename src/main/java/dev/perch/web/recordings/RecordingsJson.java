package dev.perch.web.recordings;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.record.Recorder;
import dev.perch.record.Recording;
import dev.perch.record.RecordingStatus;
import dev.perch.record.Still;
import dev.perch.web.answer.Discretion;
import java.time.Instant;
import java.util.List;

/** Recordings and recorders as JSON. */
final class RecordingsJson {
    private RecordingsJson() {}

    /** Returns the state of a recorder. */
    static String state(Recorder recorder, Discretion discretion) {
        JsonStringWriter json = JsonWriter.string().object();
        write(json, recorder.status(), discretion);
        return json.end().done();
    }

    /** Writes the members of a recorder's state. */
    private static void write(JsonStringWriter json, RecordingStatus status, Discretion discretion) {
        json.value("recording", status.wanted())
                .value("state", status.state().word())
                .value("reason", discretion.text(status.reason()))
                .value("dropped", status.dropped());
    }

    /**
     * Returns a list of recordings.
     *
     * @param ready whether all files that existed at the start are known
     * @param more whether there are more than these
     * @param discretion limits what the reader may know
     */
    static String list(
            Recorder recorder, List<Recording> recordings, boolean ready, boolean more, Discretion discretion) {
        JsonStringWriter json = JsonWriter.string().object();
        write(json, recorder.status(), discretion);
        json.value("camera", recorder.camera().id())
                .value("title", recorder.camera().config().title())
                .value("complete", ready && !more)
                .array("recordings");
        boolean pictured = Still.possible();
        long endMillis = 0;
        for (Recording recording : recordings) {
            json.object()
                    .value("file", recording.name())
                    .value("from", Instant.ofEpochMilli(recording.startMillis()).toString())
                    .value("to", Instant.ofEpochMilli(recording.endMillis()).toString())
                    .value("startMillis", recording.startMillis())
                    .value("durationMillis", recording.durationMillis())
                    .value("sizeBytes", recording.sizeBytes())
                    .value("gapMillis", endMillis == 0 ? 0 : Math.max(0, recording.startMillis() - endMillis))
                    .value("kept", recording.kept())
                    .value("finished", recording.finished());
            if (pictured) {
                json.value("thumbnail", recording.name() + Pictures.THUMBNAIL);
            }
            json.end();
            endMillis = recording.endMillis();
        }
        return json.end().end().done();
    }
}
