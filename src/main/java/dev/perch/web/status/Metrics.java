package dev.perch.web.status;

import dev.perch.audience.Audience;
import dev.perch.audience.DeliveryDelays;
import dev.perch.audience.Departure;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryWatch;
import dev.perch.push.Pushes;
import dev.perch.record.Recordings;
import dev.perch.web.answer.Discretion;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The figures of {@code /metrics} in Prometheus' text format; docs/metrics.md describes each. Created for one scrape. They contain no addresses,
 * paths or keys.
 */
final class Metrics {
    private final Cameras cameras;
    private final Audience audience;
    private final Discretion discretion;
    private final MetricsText text = new MetricsText();

    /**
     * Creates the figures.
     *
     * @param discretion limits what the reader may know
     */
    Metrics(Cameras cameras, Audience audience, Discretion discretion) {
        this.discretion = discretion;
        this.cameras = cameras;
        this.audience = audience;
    }

    String text(Program program, Optional<Recordings> recordings, Optional<Pushes> pushes) {
        List<Camera> shown = discretion.shown(cameras.all());
        boolean all = discretion.showsAll(cameras.all());
        program(program);
        memory(all);
        if (all) {
            viewers();
            delays();
        }
        new CameraMetrics(text, shown.stream().map(CameraFacts::of).toList()).write();
        recordings.ifPresent(known -> PassedOnMetrics.recordings(
                text,
                known.all().stream()
                        .filter(recorder -> discretion.shows(recorder.camera()))
                        .toList()));
        pushes.ifPresent(known -> PassedOnMetrics.pushes(text, shown, known));
        new MachineMetrics(Path.of("/")).write(text);
        return text.toString();
    }

    /** @param startSeconds when the program started, in seconds since 1970 */
    record Program(String version, double startSeconds) {}

    private void program(Program program) {
        text.gauge("perch_build_info", "1, with the versions of Perch and of Java.")
                .value(
                        1,
                        "version",
                        program.version(),
                        "java",
                        Runtime.version().toString());
        text.gauge("perch_start_time_seconds", "When Perch started, in seconds since 1970.")
                .value(program.startSeconds());
        Runtime runtime = Runtime.getRuntime();
        text.gauge("perch_heap_used_bytes", "Java heap in use.").value(runtime.totalMemory() - runtime.freeMemory());
        text.gauge("perch_heap_limit_bytes", "Java heap at most.").value(runtime.maxMemory());
    }

    /**
     * Writes the memory figures.
     *
     * @param all whether the reader may know every camera, because holders' names contain them
     */
    private void memory(boolean all) {
        MemoryBudget budget = cameras.pool().budget();
        text.gauge("perch_memory_budget_bytes", "Media memory of the whole program at most.")
                .value(budget.totalBytes());
        if (all) {
            text.gauge("perch_memory_leased_bytes", "Media memory in use, by who holds it.");
            budget.leasedByHolder().forEach((holder, bytes) -> text.value(bytes, "holder", holder));
        }
        text.counter("perch_memory_refusals_total", "Requests for media memory that were refused.")
                .value(budget.refusals());
        MemoryWatch.Status status = cameras.watch().status();
        status.free().ifPresent(free -> {
            text.gauge("perch_available_memory_bytes", "Memory that the machine, or the container, has free.")
                    .value(free.availableBytes(), "of", free.of());
            text.gauge("perch_short_memory_bytes", "Free memory below which Perch gives some back.")
                    .value(free.shortBelowBytes());
        });
        text.counter("perch_memory_given_back_bytes_total", "Media memory given back when the machine ran short.")
                .value(status.givenBackBytes());
    }

    private void viewers() {
        text.gauge("perch_viewers", "Connections that watch now, by technique; HLS and DASH have none that last.");
        audience.byTechnique().forEach((technique, count) -> text.value(count, "technique", technique));
        text.counter("perch_viewers_served_total", "Viewers that have come, HLS and DASH among them.")
                .value(cameras.all().stream().mapToLong(Camera::served).sum());
        text.counter("perch_sent_bytes_total", "Bytes sent to viewers.").value(audience.sentBytes());
        text.counter("perch_viewers_left_total", "Viewers that have gone, by how.");
        for (Departure how : Departure.values()) {
            text.value(audience.departed(how), "how", how.name().toLowerCase(Locale.ROOT));
        }
        text.value(audience.shed(), "how", "shed");
        text.counter("perch_viewers_turned_away_total", "Viewers that were not let in.")
                .value(audience.turnedAway());
    }

    private void delays() {
        DeliveryDelays delays = audience.delays();
        text.histogram(
                "perch_delivery_delay_seconds",
                "Time from a frame's capture to its last byte's leaving for one viewer, counted since the first scrape.");
        long sum = 0;
        for (int i = 0; i < delays.bounds(); i++) {
            sum += delays.count(i);
            text.sample("_bucket", (double) sum, "le", MetricsText.number(delays.boundSeconds(i)));
        }
        sum += delays.count(delays.bounds());
        text.sample("_bucket", (double) sum, "le", "+Inf");
        text.sample("_sum", delays.sumSeconds());
        text.sample("_count", (double) sum);
    }
}
