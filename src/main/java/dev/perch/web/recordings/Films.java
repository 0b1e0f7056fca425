package dev.perch.web.recordings;

import dev.perch.hls.MediaPlaylist;
import dev.perch.hls.RecordedPlaylist;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.record.Clip;
import dev.perch.record.Playback;
import dev.perch.record.Recorder;
import dev.perch.record.Recording;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers with a span of a camera's recordings: as a playlist over the files, as one file, or as a film of key frames. */
final class Films {
    private static final System.Logger LOG = System.getLogger(Films.class.getName());

    /** The end of the address of a file's init segment. */
    static final String INIT = "/init.mp4";

    private static final long MINUTE_MILLIS = 60_000;
    private static final int MOST_FILES = 2_000;

    /** The longest clip. Its index takes memory while it is made: 1.5 MB an hour. */
    private static final long MOST_CLIP_MILLIS = 4 * 3_600_000L;

    /** The longest playlist. 24 hours of segments are 2 MB of text. */
    private static final long MOST_PLAYLIST_MILLIS = 24 * 3_600_000L;

    private static final long MOST_TIME_LAPSE_MILLIS = 7 * 86_400_000L;
    private static final Parameters.Range SPEED = new Parameters.Range(2, 100_000, "times real time");
    private static final double USUAL_SPEED = 60;

    private final Clock clock;
    private final Pictures pictures;

    Films(Clock clock, Pictures pictures) {
        this.clock = clock;
        this.pictures = pictures;
    }

    private Span span(Exchange exchange, long beforeMillis) throws Parameters.RefusedException {
        long nowMillis = clock.wallClockMicros() / 1000;
        return Span.of(exchange.request(), nowMillis, nowMillis - beforeMillis);
    }

    /**
     * Refuses a recording with sound to a caller who may not listen. The file tells whether there is sound: the camera's may have been on then, and
     * be off now.
     *
     * @return whether it was refused and answered
     */
    static boolean forbidden(Recording recording, Exchange exchange) throws IOException, MalformedBitstreamException {
        if (Listening.may(exchange.request(), exchange.camera())) {
            Listening.heard(exchange.request());
            return false;
        }
        boolean sounds = Playback.sounds(recording);
        if (sounds) {
            Listening.refuse(exchange.camera(), exchange.request(), exchange.response());
        }
        return sounds;
    }

    /** Refuses a span if any of its recordings is refused. Damaged ones are ignored, as films leave them out. */
    private static boolean forbidden(List<Recording> recordings, Exchange exchange) throws IOException {
        for (Recording recording : recordings) {
            try {
                if (forbidden(recording, exchange)) {
                    return true;
                }
            } catch (NoSuchFileException | MalformedBitstreamException leftOut) {
                LOG.log(Level.DEBUG, "a recording has no part in it: " + recording.path(), leftOut);
            }
        }
        return false;
    }

    /** Answers with a playlist of segments within the files, in which any player can seek at once, however long it is. */
    void playlist(Recorder recorder, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        Span span =
                bounded(span(exchange, 60 * MINUTE_MILLIS), MOST_PLAYLIST_MILLIS, "A playlist is of 24 hours at most.");
        List<Recording> found = recorder.span(span.fromMillis(), span.toMillis(), MOST_FILES);
        if (forbidden(found, exchange)) {
            return;
        }
        RecordedPlaylist playlist = new RecordedPlaylist();
        double startSeconds = -1;
        for (Recording recording : found) {
            List<Playback.Stretch> stretches;
            try {
                stretches = Playback.stretches(
                        recording, span.fromMillis(), span.toMillis(), RecordedPlaylist.SEGMENT_SECONDS);
            } catch (NoSuchFileException deleted) {
                continue; // deleted a moment ago, to make room
            } catch (MalformedBitstreamException damaged) {
                LOG.log(Level.WARNING, "{0} is damaged and left out: {1}", recording.path(), damaged.getMessage());
                continue;
            }
            if (stretches.isEmpty()) {
                continue;
            }
            String address = "../recordings/" + recording.name();
            playlist.file(address + INIT, stretches.get(0).startMillis());
            startSeconds = startSeconds < 0
                    ? Math.max(0, (span.fromMillis() - stretches.get(0).startMillis()) / 1e3)
                    : startSeconds;
            stretches.forEach(each -> playlist.segment(each.seconds(), address, each.offset(), each.bytes()));
        }
        if (playlist.empty()) {
            nothing(recorder, span, exchange);
        } else {
            RecordingAnswers.text(MediaPlaylist.CONTENT_TYPE, playlist.text(startSeconds), exchange.response());
        }
    }

    /** Answers with one ordinary file. */
    void clip(Recorder recorder, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        Span span = bounded(span(exchange, MINUTE_MILLIS), MOST_CLIP_MILLIS, "A clip is at most 4 hours long.");
        List<Recording> found = recorder.span(span.fromMillis(), span.toMillis(), MOST_FILES);
        if (forbidden(found, exchange)) {
            return;
        }
        send(Clip.of(found, span.fromMillis(), span.toMillis()), "clip", recorder, span, exchange);
    }

    /** Answers with a film of the key frames, or of the snapshots if these are requested or nothing else is there. */
    void timeLapse(Recorder recorder, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        Span span = bounded(
                span(exchange, 24 * 60 * MINUTE_MILLIS), MOST_TIME_LAPSE_MILLIS, "A time-lapse is of 7 days at most.");
        double speed = Parameters.number(exchange.request(), "speed", SPEED, USUAL_SPEED);
        String of = String.valueOf(exchange.request().getParameter("of"));
        if (!List.of("null", "recordings", "snapshots").contains(of)) {
            throw new Parameters.RefusedException("of is recordings or snapshots.");
        }
        List<Recording> found = recorder.span(span.fromMillis(), span.toMillis(), MOST_FILES);
        List<Recording> kept = of.equals("recordings") ? List.of() : pictures.of(recorder, span);
        if (of.equals("snapshots") || (found.isEmpty() && !kept.isEmpty())) {
            if (kept.isEmpty()) {
                nothing(recorder, span, exchange);
            } else {
                pictures.film(recorder, kept, speed, exchange);
            }
            return;
        }
        send(Clip.timeLapse(found, span.fromMillis(), span.toMillis(), speed), "timelapse", recorder, span, exchange);
    }

    private static Span bounded(Span span, long mostMillis, String sentence) throws Parameters.RefusedException {
        if (span.toMillis() - span.fromMillis() > mostMillis) {
            throw new Parameters.RefusedException(sentence);
        }
        return span;
    }

    private static void send(Optional<Clip> made, String kind, Recorder recorder, Span span, Exchange exchange)
            throws IOException {
        if (made.isEmpty()) {
            nothing(recorder, span, exchange);
            return;
        }
        Clip clip = made.get();
        String name = recorder.camera().id() + "-" + kind + "-"
                + Instant.ofEpochMilli(span.fromMillis()).toString().replace(":", "-") + ".mp4";
        exchange.response().setContentType("video/mp4");
        exchange.response().setContentLengthLong(clip.sizeBytes());
        exchange.response().setHeader("Cache-Control", "no-store");
        exchange.response().setHeader("Content-Disposition", "inline; filename=\"" + name + "\"");
        if (!clip.gaps().isEmpty()) {
            exchange.response()
                    .setHeader(
                            "X-Recording-Gaps",
                            clip.gaps().stream()
                                    .limit(100)
                                    .map(gap -> Instant.ofEpochMilli(gap.fromMillis()) + "/"
                                            + Instant.ofEpochMilli(gap.toMillis()))
                                    .collect(Collectors.joining(", ")));
        }
        if (!exchange.request().getMethod().equals("HEAD")) {
            exchange.response().body(clip.open());
        }
    }

    private static void nothing(Recorder recorder, Span span, Exchange exchange) throws IOException {
        String there = recorder.bounds()
                .map(bounds -> " The recordings are from " + Instant.ofEpochMilli(bounds[0]) + " to "
                        + Instant.ofEpochMilli(bounds[1]) + ".")
                .orElse(" There are no recordings yet.");
        Problem.of(
                        404,
                        "Nothing was recorded then",
                        "Camera " + recorder.camera().id() + " has no recording between "
                                + Instant.ofEpochMilli(span.fromMillis()) + " and "
                                + Instant.ofEpochMilli(span.toMillis()) + "." + there)
                .with("camera", recorder.camera().id())
                .answer(exchange.request(), exchange.response());
    }
}
