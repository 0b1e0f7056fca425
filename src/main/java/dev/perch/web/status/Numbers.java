package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.access.Permit;
import dev.perch.audience.Audience;
import dev.perch.audience.Departure;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Clock;
import dev.perch.memory.FreeMemory;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryWatch;
import dev.perch.push.Pushes;
import dev.perch.record.Recordings;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.PushFigures;
import dev.perch.web.answer.RequestAdmission;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The figures of /stats; docs/stats.md describes each. Unknown values are null, and no name is ever missing except demo. */
public final class Numbers {
    private final Clock clock;
    private final long startNanos;
    private final Cameras cameras;
    private final Audience audience;
    private final RequestAdmission admission;
    private final Optional<Recordings> recordings;
    private final Optional<Pushes> pushes;
    private final String version;

    /**
     * Creates the figures.
     *
     * @param recordings empty if nothing is recorded
     * @param pushes empty if nothing is pushed
     */
    public Numbers(
            Cameras cameras,
            Audience audience,
            RequestAdmission admission,
            Optional<Recordings> recordings,
            Optional<Pushes> pushes,
            String version) {
        this.pushes = pushes;
        this.recordings = recordings;
        this.admission = admission;
        this.cameras = cameras;
        this.clock = cameras.clock();
        this.startNanos = clock.nanoTime();
        this.audience = audience;
        this.version = version;
    }

    /**
     * Returns the JSON.
     *
     * @param permit of the reader; empty for one who may know everything
     */
    String json(Optional<Permit> permit) {
        Discretion discretion = new Discretion(permit);
        JsonStringWriter json = JsonWriter.string().object();
        program(json);
        List<Camera> shown = discretion.shown(cameras.all());
        boolean all = discretion.showsAll(cameras.all());
        budget(json, all);
        memory(json, cameras.watch().status());
        viewers(json, shown, all);
        json.array("cameras");
        shown.forEach(camera -> CameraJson.write(json, CameraFacts.of(camera), discretion));
        json.end().object("recordings");
        if (recordings.isPresent()) { // what follows loads classes that nothing else needs
            RecordingFigures.write(json, recordings.get(), discretion);
        }
        json.end().object("pushes");
        if (pushes.isPresent()) {
            PushFigures.write(json, cameras, pushes.get(), discretion);
        }
        return json.end().end().done();
    }

    /** Returns the figures of /metrics. */
    String metrics(Optional<Recordings> recorded, Optional<Pushes> pushes, Discretion discretion) {
        double startSeconds = System.currentTimeMillis() / 1e3 - (System.nanoTime() - startNanos) / 1e9;
        return new Metrics(cameras, audience, discretion)
                .text(new Metrics.Program(version, Math.rint(startSeconds)), recorded, pushes);
    }

    /**
     * Returns another program's answer at {@code name}.
     *
     * @param beside the folder of the camera's other addresses, with a final slash
     */
    String asOthers(String name, Camera camera, String beside, Optional<Permit> permit) {
        return new OtherPrograms(cameras, audience, version, new Discretion(permit)).at(name, camera, beside);
    }

    /** Returns go2rtc's answer about one camera. */
    String asStream(Camera camera, Discretion discretion) {
        return new OtherPrograms(cameras, audience, version, discretion).stream(camera);
    }

    private void program(JsonStringWriter json) {
        Runtime runtime = Runtime.getRuntime();
        json.object("program")
                .value("version", version)
                .value("java", Runtime.version().toString())
                .value("nowMillis", clock.wallClockMicros() / 1000)
                .value("uptimeSeconds", (clock.nanoTime() - startNanos) / 1_000_000_000);
        CameraJson.number(json, "cpuMillis", ProcessorTime.millis());
        json.object("memory")
                .value("heapUsedBytes", runtime.totalMemory() - runtime.freeMemory())
                .value("heapMaxBytes", runtime.maxMemory())
                .value("heapForViewersBytes", admission.admission().heap().totalBytes())
                .value("heapOfViewersBytes", admission.admission().heap().leasedBytes());
        CameraJson.number(json, "directBytes", directBytes());
        json.end().end();
    }

    /**
     * Returns the size of the direct buffers of the whole JVM. The first call loads the management classes: 0.9 MB, measured. With them comes a
     * library of the JDK's, which cannot be opened while descriptors are short; the size then stays unknown.
     */
    private static OptionalLong directBytes() {
        try {
            return OptionalLong.of(ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum());
        } catch (LinkageError noLibrary) {
            return OptionalLong.empty();
        }
    }

    /**
     * Writes the budget.
     *
     * @param all whether the reader may know every camera
     */
    private void budget(JsonStringWriter json, boolean all) {
        MemoryBudget budget = cameras.pool().budget();
        json.object("budget")
                .value("totalBytes", budget.totalBytes())
                .value("leasedBytes", budget.leasedBytes())
                .value("limitedBy", budget.limitedBy())
                .value("refusals", budget.refusals())
                .object("holders");
        if (all) { // their names contain cameras
            budget.leasedByHolder().forEach((holder, bytes) -> json.value(holder, bytes));
        }
        json.end().end();
    }

    private void memory(JsonStringWriter json, MemoryWatch.Status status) {
        json.object("memory");
        FreeMemory free = status.free().orElse(null);
        if (free == null) {
            json.nul("of")
                    .nul("availableBytes")
                    .nul("totalBytes")
                    .nul("shortBelowBytes")
                    .nul("stalledPercent");
        } else {
            json.value("of", free.of())
                    .value("availableBytes", free.availableBytes())
                    .value("totalBytes", free.totalBytes())
                    .value("shortBelowBytes", free.shortBelowBytes())
                    .value("stalledPercent", free.stalledPercent());
        }
        json.value("scarcity", camelCase(status.scarcity().name())).array("inForce");
        status.taken().forEach(step -> json.value(step.name()));
        json.end().value("givenBackBytes", status.givenBackBytes()).object("steps");
        status.counts().forEach((step, count) -> json.value(step.name(), count));
        json.end().end();
    }

    /**
     * Writes the viewers.
     *
     * @param all whether the reader may know every camera; else figures that belong to no single one are unknown
     */
    private void viewers(JsonStringWriter json, List<Camera> shown, boolean all) {
        if (!all) {
            viewersOf(json, shown);
            return;
        }
        json.object("viewers").value("now", audience.size());
        ViewerBounds bounds = admission.bounds();
        CameraJson.number(json, "counted", bounds == null ? OptionalLong.empty() : OptionalLong.of(bounds.now()));
        CameraJson.number(json, "most", bounds == null ? OptionalLong.empty() : bounds.mostOfAll());
        json.value("served", cameras.all().stream().mapToLong(Camera::served).sum())
                .value("sentBytes", audience.sentBytes())
                .object("departures");
        for (Departure how : Departure.values()) {
            json.value(camelCase(how.name()), audience.departed(how));
        }
        json.value("shed", audience.shed()).end();
        json.value("turnedAway", audience.turnedAway()).end();
    }

    private static void viewersOf(JsonStringWriter json, List<Camera> shown) {
        json.object("viewers")
                .value(
                        "now",
                        shown.stream()
                                .mapToInt(camera ->
                                        CameraFacts.of(camera).watchers().now())
                                .sum())
                .nul("counted")
                .nul("most")
                .value("served", shown.stream().mapToLong(Camera::served).sum())
                .nul("sentBytes")
                .object("departures");
        for (Departure how : Departure.values()) {
            json.nul(camelCase(how.name()));
        }
        json.nul("shed").end().nul("turnedAway").end();
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)))
                    .append(word, 1, word.length());
        }
        return name.toString();
    }
}
