package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.audience.Departure;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.DerivedFigures;
import dev.perch.media.Encoding;
import dev.perch.memory.FreeMemory;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.DemoPosition;
import dev.perch.source.DemoSource;
import dev.perch.source.SessionStats;
import dev.perch.web.answer.LiveAddress;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalLong;

/** The numbers of /stats; docs/stats.md names each. What is not known is null, and no name is ever missing but demo. */
public final class Numbers {
    private final long startNanos = System.nanoTime();
    private final Cameras cameras;
    private final Audience audience;
    private final Admission admission;
    private final String version;

    public Numbers(Cameras cameras, Audience audience, Admission admission, String version) {
        this.admission = admission;
        this.cameras = cameras;
        this.audience = audience;
        this.version = version;
    }

    String json() {
        JsonStringWriter json = JsonWriter.string().object();
        program(json);
        budget(json);
        memory(json, cameras.watch().status());
        viewers(json);
        json.array("cameras");
        cameras.all().forEach(camera -> camera(json, CameraFacts.of(camera)));
        return json.end().end().done();
    }

    private void program(JsonStringWriter json) {
        Runtime runtime = Runtime.getRuntime();
        json.object("program")
                .value("version", version)
                .value("java", Runtime.version().toString())
                .value("nowMillis", System.currentTimeMillis())
                .value("uptimeSeconds", (System.nanoTime() - startNanos) / 1_000_000_000)
                .object("memory")
                .value("heapUsedBytes", runtime.totalMemory() - runtime.freeMemory())
                .value("heapMaxBytes", runtime.maxMemory())
                .value("heapForViewersBytes", admission.heap().totalBytes())
                .value("heapOfViewersBytes", admission.heap().leasedBytes())
                .value("directBytes", directBytes())
                .end()
                .end();
    }

    /** Direct buffers of the whole JVM. Asking loads the management classes: 0.9 MB, measured, once somebody wants to know. */
    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private void budget(JsonStringWriter json) {
        MemoryBudget budget = cameras.pool().budget();
        json.object("budget")
                .value("totalBytes", budget.totalBytes())
                .value("leasedBytes", budget.leasedBytes())
                .value("limitedBy", budget.limitedBy())
                .value("refusals", budget.refusals())
                .object("holders");
        budget.leasedByHolder().forEach((holder, bytes) -> json.value(holder, bytes));
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

    private void viewers(JsonStringWriter json) {
        json.object("viewers")
                .value("now", audience.size())
                .value(
                        "served",
                        cameras.all().stream().mapToLong(Camera::served).sum())
                .value("sentBytes", audience.sentBytes())
                .object("departures");
        for (Departure how : Departure.values()) {
            json.value(camelCase(how.name()), audience.departed(how));
        }
        json.value("shed", audience.shed()).end();
        json.value("turnedAway", audience.turnedAway()).end();
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)))
                    .append(word, 1, word.length());
        }
        return name.toString();
    }

    private static void camera(JsonStringWriter json, CameraFacts facts) {
        Camera camera = facts.camera();
        SessionStats session = facts.session();
        json.object()
                .value("id", camera.id())
                .value("title", camera.config().title())
                .value("source", camera.sourceName())
                .value("run", camera.config().running().run().toString())
                .value("state", facts.state().word())
                .value("reason", facts.state().reason());
        number(json, "stateAgeMillis", facts.stateAgeMillis());
        number(json, "retryInMillis", facts.retryInMillis());
        number(json, "lastFrameAgeMillis", facts.lastFrameAgeMillis());
        offers(json, facts);
        natives(json, camera);
        json.value("offersTrouble", camera.offerTrouble());
        json.value("format", session.format().isEmpty() ? null : session.format());
        number(json, "width", positive(facts.width()));
        number(json, "height", positive(facts.height()));
        if (session.framesPerSecond() > 0) {
            json.value("negotiatedFps", hundredths(session.framesPerSecond()));
        } else {
            json.nul("negotiatedFps");
        }
        json.value("measuredFps", hundredths(facts.measuredFps()))
                .value("viewers", camera.watchers())
                .value("served", camera.served())
                .object("session")
                .value("frames", session.frames())
                .value("sequenceGaps", session.sequenceGaps())
                .value("errorFrames", session.errorFrames())
                .end();
        json.object("feeds");
        facts.feeds().forEach(feed -> feed(json, feed));
        json.end().object("derivations");
        camera.derivations().forEach(made -> derivation(json, made));
        json.end();
        demo(json, camera);
        json.end();
    }

    private static void offers(JsonStringWriter json, CameraFacts facts) {
        if (facts.offered().isEmpty()) {
            json.nul("offers").nul("streams");
            return;
        }
        json.array("offers");
        facts.offered().forEach(encoding -> json.value(encoding.name()));
        json.end().array("streams", LiveAddress.paths(facts.offered()));
    }

    private static void natives(JsonStringWriter json, Camera camera) {
        json.array("native");
        for (Encoding encoding : Encoding.values()) {
            if (camera.natively(encoding)) {
                json.value(encoding.name());
            }
        }
        json.end();
    }

    private static void feed(JsonStringWriter json, CameraFacts.FeedFacts feed) {
        json.object(feed.encoding().name())
                .value("frames", feed.stats().frames())
                .value("bytes", feed.stats().bytes())
                .value("dropped", feed.stats().dropped())
                .value("skipped", feed.stats().skipped())
                .value("relocated", feed.stats().relocated())
                .value("ringBytes", feed.stats().ringBytes())
                .value("framesInRing", feed.stats().framesInRing())
                .value("framesPerSecond", hundredths(feed.stats().framesPerSecond()))
                .value("viewers", feed.viewers())
                .end();
    }

    private static void derivation(JsonStringWriter json, DerivedFigures made) {
        json.object(made.track().toString())
                .value("running", made.running())
                .value("by", made.by().isEmpty() ? null : made.by())
                .value("buffers", made.by().isEmpty() ? null : made.imports() ? "DMABUF" : "copied")
                .value("framesIn", made.framesIn())
                .value("framesOut", made.framesOut())
                .value("leftOut", made.leftOut())
                .value("starts", made.starts())
                .value("failures", made.failures())
                .end();
    }

    private static void demo(JsonStringWriter json, Camera camera) {
        if (camera.source() instanceof DemoSource demo) {
            DemoPosition position = demo.position();
            json.object("demo")
                    .value("frame", position.frame())
                    .value("loopFrames", position.loopFrames())
                    .end();
        }
    }

    private static OptionalLong positive(int number) {
        return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    }

    static void number(JsonStringWriter json, String name, OptionalLong number) {
        if (number.isPresent()) {
            json.value(name, number.getAsLong());
        } else {
            json.nul(name);
        }
    }

    private static double hundredths(double number) {
        return Math.round(number * 100) / 100.0;
    }
}
