package dev.perch.web.recordings;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.record.FileParts;
import dev.perch.record.PictureFilm;
import dev.perch.record.Recorder;
import dev.perch.record.Recording;
import dev.perch.record.Recordings;
import dev.perch.record.Still;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.line.TomcatRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Answers with the pictures beside recordings: thumbnails made on demand, and stored snapshots. */
final class Pictures {
    /** The end of the address of a recording's thumbnail. */
    static final String THUMBNAIL = "/thumbnail.jpg";

    /** The name of the list of snapshots. */
    static final String LIST = "snapshots.json";

    private static final String TYPE = "image/jpeg";
    private static final int MOST_LISTED = 10_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final Parameters.Range AT = new Parameters.Range(0, 86_400, "seconds since the recording's begin");

    private final Recordings recordings;
    private final Clock clock;
    private final Still still = new Still();

    Pictures(Recordings recordings, Clock clock) {
        this.recordings = recordings;
        this.clock = clock;
    }

    /** Answers with a small picture of a recording. */
    void thumbnail(Recording recording, Exchange exchange)
            throws IOException, Parameters.RefusedException, MalformedBitstreamException {
        double seconds = Parameters.number(exchange.request(), "at", AT, 0);
        try {
            byte[] jpeg = still.of(recording, Math.round(seconds * 1000));
            exchange.response().setContentType(TYPE);
            exchange.response().setContentLength(jpeg.length);
            exchange.response().setHeader("Cache-Control", recording.finished() ? "max-age=86400" : "max-age=10");
            exchange.response().getOutputStream().write(jpeg);
        } catch (Still.NoneException none) {
            unavailable(none, exchange);
        }
    }

    static void unavailable(Still.NoneException none, Exchange exchange) throws IOException {
        if (none.later()) {
            exchange.response().setHeader("Retry-After", "5");
        }
        Problem.of(503, "No picture now", String.valueOf(none.getMessage()))
                .answer(exchange.request(), exchange.response());
    }

    /** Answers with the list of snapshots. */
    void list(Recorder recorder, Exchange exchange) throws IOException, Parameters.RefusedException {
        Span span = Span.of(exchange.request(), clock.wallClockMicros() / 1000 + DAY_MILLIS, /* fromAbsent= */ 0);
        List<Recording> found = recordings.pictures(recorder, span.fromMillis(), span.toMillis(), MOST_LISTED + 1);
        boolean more = found.size() > MOST_LISTED;
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("camera", recorder.camera().id())
                .value("complete", !more && recordings.ready(recorder))
                .array("snapshots");
        for (Recording picture : more ? found.subList(0, MOST_LISTED) : found) {
            json.object()
                    .value("file", picture.pictureName())
                    .value("at", Instant.ofEpochMilli(picture.startMillis()).toString())
                    .value("atMillis", picture.startMillis())
                    .value("sizeBytes", picture.sizeBytes())
                    .end();
        }
        RecordingAnswers.text("application/json", json.end().end().done(), exchange.response());
    }

    /** Answers with a snapshot. Returns false, without an answer, if there is none of that name. */
    boolean snapshot(Recorder recorder, String name, Exchange exchange) throws IOException {
        OptionalLong millis = Recording.pictureMillis(name);
        if (millis.isEmpty()) {
            return false;
        }
        Recording picture = recordings.picture(recorder, millis.getAsLong()).orElse(null);
        if (picture == null) {
            return false;
        }
        long bytes;
        try {
            bytes = Files.size(picture.path());
        } catch (NoSuchFileException deleted) {
            return false; // deleted a moment ago, to make room
        }
        exchange.response().setContentType(TYPE);
        exchange.response().setContentLengthLong(bytes);
        exchange.response().setHeader("Cache-Control", "max-age=86400");
        if (!exchange.request().getMethod().equals("HEAD")) {
            exchange.response()
                    .body(new FileParts(ByteBuffer.allocate(0), List.of(new FileParts.Part(picture.path(), 0, bytes))));
        }
        return true;
    }

    /** Returns the snapshots of a span, for a film. */
    List<Recording> of(Recorder recorder, Span span) {
        return recordings.pictures(recorder, span.fromMillis(), span.toMillis(), 100 * PictureFilm.MOST);
    }

    /** Answers with a film of snapshots. */
    void film(Recorder recorder, List<Recording> pictures, double speed, Exchange exchange) throws IOException {
        try {
            PictureFilm.Film film = PictureFilm.of(
                    pictures, speed, recordings.picturesFolder(recorder), () -> TomcatRequest.gone(exchange.request()));
            exchange.response().setContentType("video/mp4");
            exchange.response().setContentLengthLong(film.sizeBytes());
            exchange.response().setHeader("Cache-Control", "no-store");
            if (exchange.request().getMethod().equals("HEAD")) {
                film.bytes().close();
            } else {
                exchange.response().body(film.bytes());
            }
        } catch (Still.NoneException none) {
            unavailable(none, exchange);
        }
    }
}
