package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import dev.perch.access.Action;
import dev.perch.camera.DerivedFigures;
import dev.perch.camera.Turning;
import dev.perch.config.Turn;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.source.CardFacts;
import dev.perch.source.DemoPosition;
import dev.perch.source.SessionStats;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.answer.PrivacyJson;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** One camera's figures for {@code /stats}. */
final class CameraJson {
    /** The actions that may be possible with a visible camera. */
    private static final List<Action> OF_A_CAMERA = List.of(
            Action.WATCH,
            Action.LISTEN,
            Action.REPLAY,
            Action.EXPORT,
            Action.CONTROL,
            Action.RECORD,
            Action.DELETE,
            Action.ADMINISTER);

    private CameraJson() {}

    /**
     * Writes the figures.
     *
     * @param discretion limits what the reader may know
     */
    static void write(JsonStringWriter json, CameraFacts facts, Discretion discretion) {
        CameraFacts.Identity identity = facts.identity();
        SessionStats session = facts.session();
        json.object()
                .value("id", identity.id())
                .value("title", identity.title())
                .value("source", discretion.source(identity.source()))
                .value("conversion", discretion.text(identity.conversion()))
                .value("run", identity.run())
                .value("state", facts.state().word())
                .value("reason", discretion.text(facts.state().reason()));
        number(json, "stateAgeMillis", facts.stateAgeMillis());
        number(json, "retryInMillis", facts.retryInMillis());
        number(json, "lastFrameAgeMillis", facts.lastFrameAgeMillis());
        json.object("privacy");
        PrivacyJson.write(json, facts.privacy());
        json.end();
        json.array("may");
        OF_A_CAMERA.stream()
                .filter(action -> discretion.lets(action, identity.id()))
                .forEach(action -> json.value(action.word()));
        json.end();
        offers(json, facts);
        json.array("native");
        facts.offer().natively().forEach(encoding -> json.value(encoding.name()));
        json.end();
        json.value("offersTrouble", discretion.text(facts.offer().trouble()));
        json.value("format", session.format().isEmpty() ? null : session.format());
        number(json, "width", positive(facts.width()));
        number(json, "height", positive(facts.height()));
        if (session.framesPerSecond() > 0) {
            json.value("negotiatedFps", hundredths(session.framesPerSecond()));
        } else {
            json.nul("negotiatedFps");
        }
        json.value("measuredFps", hundredths(facts.measuredFps()))
                .value("viewers", facts.watchers().now());
        OptionalInt most = facts.watchers().most();
        number(json, "mostViewers", most.isPresent() ? OptionalLong.of(most.getAsInt()) : OptionalLong.empty());
        json.value("served", facts.watchers().served())
                .object("session")
                .value("frames", session.frames())
                .value("sequenceGaps", session.sequenceGaps())
                .value("errorFrames", session.errorFrames())
                .end();
        sound(json, facts);
        pictures(json, facts);
        json.object("feeds");
        facts.feeds().forEach(feed -> feed(json, feed));
        json.end().object("derivations");
        facts.derivations().forEach(made -> derivation(json, made));
        json.end();
        facts.demo().ifPresent(position -> demo(json, position));
        json.end();
    }

    private static void offers(JsonStringWriter json, CameraFacts facts) {
        Set<Encoding> encodings = facts.offer().encodings();
        if (encodings.isEmpty()) {
            json.nul("offers").nul("streams");
            return;
        }
        json.array("offers");
        encodings.forEach(encoding -> json.value(encoding.name()));
        json.end().array("streams", LiveAddress.paths(encodings));
    }

    private static void pictures(JsonStringWriter json, CameraFacts facts) {
        if (facts.pictures().turn().isPresent()) {
            Turn turn = facts.pictures().turn().get();
            json.object("turn")
                    .value("rotate", turn.degrees())
                    .value("mirror", turn.mirrored())
                    .object("by");
            for (Encoding encoding : List.of(Encoding.H264, Encoding.JPEG)) {
                Turning by = facts.pictures().by().get(encoding);
                json.value(encoding.name(), by == null ? null : by.name().toLowerCase(Locale.ROOT));
            }
            json.end().end();
        } else {
            json.nul("turn");
        }
        json.object("renditions");
        facts.pictures().renditions().forEach(name -> {
            json.array(name);
            LiveAddress.paths(EnumSet.of(Encoding.H264, Encoding.JPEG)).forEach(path -> json.value(name + "/" + path));
            json.end();
        });
        json.end();
    }

    private static void sound(JsonStringWriter json, CameraFacts facts) {
        json.object("audio")
                .value("from", facts.sound().configured().toString())
                .value("comes", facts.sound().prospect().name().toLowerCase(Locale.ROOT));
        Optional<StreamConfig.Aac> config = facts.feeds().stream()
                .flatMap(feed -> feed.config() instanceof StreamConfig.Aac aac ? Stream.of(aac) : Stream.empty())
                .findFirst();
        json.value("codec", config.map(StreamConfig::codecs).orElse(null));
        number(
                json,
                "sampleRateHz",
                config.map(aac -> OptionalLong.of(aac.sampleRateHz())).orElse(OptionalLong.empty()));
        number(
                json,
                "channels",
                config.map(aac -> OptionalLong.of(aac.channels())).orElse(OptionalLong.empty()));
        facts.sound().card().ifPresent(card -> card(json, card));
        json.end();
    }

    private static void card(JsonStringWriter json, CardFacts card) {
        json.object("card")
                .value("device", card.device())
                .value("capturing", card.capturing())
                .value("trouble", card.trouble())
                .value("format", card.format().orElse(null))
                .value("overruns", card.overruns())
                .value("silentFrames", card.silentFrames())
                .end();
    }

    private static void feed(JsonStringWriter json, CameraFacts.FeedFacts feed) {
        json.object(feed.track().toString())
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

    private static void demo(JsonStringWriter json, DemoPosition position) {
        json.object("demo")
                .value("frame", position.frame())
                .value("loopFrames", position.loopFrames())
                .end();
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
