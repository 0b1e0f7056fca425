package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import dev.perch.camera.Camera;
import dev.perch.record.Recorder;
import dev.perch.record.RecordingStatus;
import dev.perch.record.Recordings;
import dev.perch.web.answer.Discretion;
import java.util.List;
import java.util.stream.Stream;

/** The figures of recordings, and their faults. */
final class RecordingFigures {
    private RecordingFigures() {}

    /** Writes a member for each recorded camera that the reader may know. */
    static void write(JsonStringWriter json, Recordings recordings, Discretion discretion) {
        for (Recorder recorder : recordings.all()) {
            if (!discretion.shows(recorder.camera())) {
                continue;
            }
            RecordingStatus status = recorder.status();
            RecordingStatus.Growing growing = status.file().orElse(null);
            json.object(recorder.camera().id())
                    .value("state", status.state().word())
                    .value("reason", discretion.text(status.reason()))
                    .value("wanted", status.wanted())
                    .value("droppedFrames", status.dropped())
                    .value("bufferedSeconds", Math.round(status.bufferedSeconds() * 100) / 100.0)
                    .value("files", recorder.count())
                    .value("bytes", recorder.totalBytes());
            if (growing == null) {
                json.nul("fileSeconds").nul("fileBytes");
            } else {
                json.value("fileSeconds", Math.round(growing.seconds() * 100) / 100.0)
                        .value("fileBytes", growing.sizeBytes());
            }
            json.end();
        }
    }

    /** Returns why cameras are not recorded though they should be, a sentence for each. */
    static Stream<String> troubles(Recordings recordings, List<Camera> asked) {
        return asked.stream()
                .flatMap(camera -> recordings.of(camera).stream())
                .filter(recorder -> recorder.status().state() == RecordingStatus.State.FAILED)
                .map(recorder ->
                        recorder.camera().id() + ": " + recorder.status().reason());
    }
}
