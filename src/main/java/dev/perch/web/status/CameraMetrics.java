package dev.perch.web.status;

import dev.perch.camera.DerivedFigures;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The figures of cameras for {@code /metrics}: each family has the samples of all cameras, as the format demands. */
final class CameraMetrics {
    /** The states for which every camera has a sample, so that rules can rely on them. */
    private static final List<String> STATES =
            List.of("idle", "starting", "awaiting", "live", "stopping", "ended", "lost", "refused");

    private final MetricsText text;
    private final List<CameraFacts> cameras;

    CameraMetrics(MetricsText text, List<CameraFacts> cameras) {
        this.text = text;
        this.cameras = cameras;
    }

    void write() {
        states();
        of(
                "perch_camera_viewers",
                "Who watches a camera now, HLS and DASH among them.",
                facts -> facts.watchers().now());
        of("perch_camera_frames_per_second", "Pictures a second over the last seconds.", CameraFacts::measuredFps);
        text.gauge("perch_camera_last_frame_age_seconds", "Time since the newest picture was captured.");
        for (CameraFacts facts : cameras) {
            OptionalLong age = facts.lastFrameAgeMillis();
            if (age.isPresent()) {
                text.value(age.getAsLong() / 1e3, "camera", facts.id());
            }
        }
        count(
                "perch_camera_frames_total",
                "Frames that the source has given.",
                facts -> facts.session().frames());
        count(
                "perch_camera_sequence_gaps_total",
                "Frames that the driver says it has lost.",
                facts -> facts.session().sequenceGaps());
        count(
                "perch_camera_error_frames_total",
                "Frames that the driver has flagged as damaged.",
                facts -> facts.session().errorFrames());
        feeds();
        derivations();
    }

    private void states() {
        text.gauge("perch_camera_state", "1 for the state that a camera is in, 0 for the others.");
        for (CameraFacts facts : cameras) {
            Set<String> words = new TreeSet<>(STATES);
            words.add(facts.state().word());
            words.forEach(
                    word -> text.value(word.equals(facts.state().word()) ? 1 : 0, "camera", facts.id(), "state", word));
        }
        of(
                "perch_camera_healthy",
                "1 if a camera does what is asked of it; an idle one does.",
                facts -> Health.of(facts).healthy() ? 1 : 0);
    }

    private void of(String name, String help, ToDoubleFunction<CameraFacts> value) {
        text.gauge(name, help);
        cameras.forEach(facts -> text.value(value.applyAsDouble(facts), "camera", facts.id()));
    }

    private void count(String name, String help, ToDoubleFunction<CameraFacts> value) {
        text.counter(name, help);
        cameras.forEach(facts -> text.value(value.applyAsDouble(facts), "camera", facts.id()));
    }

    private void feeds() {
        text.counter("perch_track_frames_total", "Frames of a track.");
        feeds(feed -> feed.stats().frames());
        text.counter("perch_track_bytes_total", "Bytes of a track.");
        feeds(feed -> feed.stats().bytes());
        text.counter("perch_track_dropped_frames_total", "Frames that came damaged or too large.");
        feeds(feed -> feed.stats().dropped());
        text.counter("perch_track_skipped_frames_total", "Frames that slow viewers have missed, summed over viewers.");
        feeds(feed -> feed.stats().skipped());
        text.gauge("perch_track_ring_bytes", "Memory for the latest frames of a track.");
        feeds(feed -> feed.stats().ringBytes());
    }

    private void feeds(ToDoubleFunction<CameraFacts.FeedFacts> value) {
        for (CameraFacts facts : cameras) {
            for (CameraFacts.FeedFacts feed : facts.feeds()) {
                text.value(
                        value.applyAsDouble(feed),
                        "camera",
                        facts.id(),
                        "track",
                        feed.track().toString());
            }
        }
    }

    private void derivations() {
        text.gauge("perch_encoder_running", "1 while a track is made that the source does not give.");
        derivations(made -> made.running() ? 1 : 0);
        text.counter("perch_encoder_frames_total", "Frames that were made.");
        derivations(DerivedFigures::framesOut);
        text.counter("perch_encoder_failures_total", "Ends of an encoder that nobody asked for.");
        derivations(DerivedFigures::failures);
    }

    private void derivations(ToDoubleFunction<DerivedFigures> value) {
        for (CameraFacts facts : cameras) {
            for (DerivedFigures made : facts.derivations()) {
                text.value(
                        value.applyAsDouble(made),
                        "camera",
                        facts.id(),
                        "track",
                        made.track().toString());
            }
        }
    }
}
