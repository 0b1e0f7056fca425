package dev.perch.web.recordings;

import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.window.CameraWindow;
import dev.perch.window.SegmentWindow;
import dev.perch.window.Windows;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Answers with a clip of a camera that is not recorded, from the segments that HLS and DASH have in memory. */
public final class WindowClips {
    private static final long MINUTE_MILLIS = 60_000;

    private static final int MOST = 2; // each holds its segments in memory until it is sent

    private final Semaphore turns = new Semaphore(MOST);
    private final Windows windows;
    private final Clock clock;

    public WindowClips(Windows windows, Clock clock) {
        this.windows = windows;
        this.clock = clock;
    }

    /** Answers for the exchange's camera. */
    public void answer(Exchange exchange) throws IOException {
        try {
            long nowMillis = clock.wallClockMicros() / 1000;
            send(Span.of(exchange.request(), nowMillis, nowMillis - MINUTE_MILLIS), exchange);
        } catch (Parameters.RefusedException refused) {
            Problem.of(400, "Not accepted", String.valueOf(refused.getMessage()))
                    .answer(exchange.request(), exchange.response());
        } catch (MalformedBitstreamException broken) {
            throw new IOException("a segment in memory cannot be read: " + broken.words(), broken);
        }
    }

    private void send(Span span, Exchange exchange) throws IOException, MalformedBitstreamException {
        CameraWindow window = windows.of(exchange.camera());
        Optional<SegmentWindow> pictures = window.window();
        if (!turns.tryAcquire()) {
            exchange.response().setHeader("Retry-After", "5");
            Problem.of(503, "Too many at once", MOST + " clips of what is in memory are being sent.")
                    .answer(exchange.request(), exchange.response());
            return;
        }
        Optional<SegmentWindow> sound = window.sound();
        if (Listening.may(exchange.request(), exchange.camera())) {
            Listening.heard(exchange.request());
        } else {
            sound = Optional.empty();
        }
        Optional<WindowClip> made = Optional.empty();
        try {
            made = pictures.isEmpty()
                    ? Optional.empty()
                    : WindowClip.of(pictures.get(), sound, span.fromMillis(), span.toMillis(), turns::release);
        } finally {
            if (made.isEmpty()) {
                turns.release();
            }
        }
        if (made.isEmpty()) {
            nothing(exchange);
            return;
        }
        WindowClip clip = made.get();
        String id = exchange.camera().id();
        exchange.response().setContentType("video/mp4");
        exchange.response().setContentLengthLong(clip.sizeBytes());
        exchange.response().setHeader("Cache-Control", "no-store");
        exchange.response().setHeader("Content-Disposition", "inline; filename=\"" + id + "-clip.mp4\"");
        if (exchange.request().getMethod().equals("HEAD")) {
            clip.close();
        } else {
            exchange.response().body(clip);
        }
    }

    private static void nothing(Exchange exchange) throws IOException {
        String id = exchange.camera().id();
        Problem.of(
                        404,
                        "Nothing was kept of it",
                        "Camera " + id
                                + " is not recorded, and of that span nothing is in memory: the last seconds are,"
                                + " while somebody watches by HLS or DASH, or with run: always. record: in perch.yml keeps more.")
                .with("camera", id)
                .answer(exchange.request(), exchange.response());
    }
}
