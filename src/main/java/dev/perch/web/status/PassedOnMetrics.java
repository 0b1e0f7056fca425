package dev.perch.web.status;

import dev.perch.camera.Camera;
import dev.perch.push.Push;
import dev.perch.push.PushStatus;
import dev.perch.push.Pushes;
import dev.perch.record.DiskSpace;
import dev.perch.record.Recorder;
import dev.perch.record.RecordingStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of recordings and pushes for {@code /metrics}. */
final class PassedOnMetrics {
    private PassedOnMetrics() {}

    static void recordings(MetricsText text, List<Recorder> all) {
        text.gauge("perch_recording_state", "1 for the state that a recording is in, 0 for the others.");
        for (Recorder recorder : all) {
            RecordingStatus.State now = recorder.status().state();
            for (RecordingStatus.State state : RecordingStatus.State.values()) {
                text.value(state == now ? 1 : 0, "camera", recorder.camera().id(), "state", state.word());
            }
        }
        of(
                text.gauge("perch_recording_wanted", "1 while a camera is to be recorded."),
                all,
                recorder -> recorder.status().wanted() ? 1 : 0);
        of(text.gauge("perch_recording_files", "Recorded files."), all, Recorder::count);
        of(text.gauge("perch_recording_bytes", "Bytes of recorded files."), all, Recorder::totalBytes);
        of(
                text.counter("perch_recording_dropped_frames_total", "Pictures that were left out of recordings."),
                all,
                recorder -> recorder.status().dropped());
        disks(text, all);
    }

    private static void of(MetricsText family, List<Recorder> all, ToDoubleFunction<Recorder> value) {
        all.forEach(recorder -> family.value(
                value.applyAsDouble(recorder), "camera", recorder.camera().id()));
    }

    private static void disks(MetricsText text, List<Recorder> all) {
        Map<String, DiskSpace> spaces = new LinkedHashMap<>();
        all.forEach(recorder ->
                recorder.space().ifPresent(space -> spaces.put(recorder.camera().id(), space)));
        text.gauge("perch_recording_disk_free_bytes", "What the disk of a camera's recordings has free.");
        spaces.forEach((camera, space) -> text.value(space.freeBytes(), "camera", camera));
        text.gauge("perch_recording_disk_bytes", "How large that disk is.");
        spaces.forEach((camera, space) -> text.value(space.totalBytes(), "camera", camera));
    }

    static void pushes(MetricsText text, List<Camera> cameras, Pushes pushes) {
        text.gauge("perch_push_state", "1 for the state that a push is in, 0 for the others.");
        for (Camera camera : cameras) {
            for (Push push : pushes.of(camera.id())) {
                PushStatus.State now = push.status().state();
                for (PushStatus.State state : PushStatus.State.values()) {
                    text.value(
                            state == now ? 1 : 0,
                            "camera",
                            camera.id(),
                            "push",
                            push.name(),
                            "state",
                            state.toString());
                }
            }
        }
        text.counter("perch_push_sent_bytes_total", "Bytes sent to another server since the push was started.");
        of(text, cameras, pushes, PushStatus::sentBytes);
        text.counter("perch_push_frames_total", "Pictures sent.");
        of(text, cameras, pushes, PushStatus::frames);
        text.counter("perch_push_dropped_frames_total", "Pictures left out because the server took them too slowly.");
        of(text, cameras, pushes, PushStatus::dropped);
        text.counter("perch_push_connects_total", "Connections that were made.");
        of(text, cameras, pushes, PushStatus::connects);
    }

    private static void of(MetricsText text, List<Camera> cameras, Pushes pushes, ToDoubleFunction<PushStatus> value) {
        for (Camera camera : cameras) {
            for (Push push : pushes.of(camera.id())) {
                text.value(value.applyAsDouble(push.status()), "camera", camera.id(), "push", push.name());
            }
        }
    }
}
