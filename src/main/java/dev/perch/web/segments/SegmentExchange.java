package dev.perch.web.segments;

import dev.perch.camera.CameraState;
import dev.perch.cmaf.Geometry;
import dev.perch.media.Clock;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.web.answer.CrossOrigin;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.ProblemForm;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.window.CameraWindow;
import dev.perch.window.FirstSegment;
import dev.perch.window.SegmentWindow;
import dev.perch.window.WindowView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A request to a camera's window.
 *
 * @param track the segments concerned: of the pictures, of the sound, or of both
 * @param vain whether there is nothing to wait for any more
 */
record SegmentExchange(
        CameraWindow window,
        Supplier<Optional<SegmentWindow>> track,
        BooleanSupplier vain,
        RequestAdmission admission,
        HttpServletRequest request,
        HttpServletResponse response) {
    /** RFC 8216bis §6.2.5.2: a server that cannot answer within three target durations says 503. */
    private static final int BLOCK_TARGETS = 3;

    /** Creates a request about the pictures, or about pictures and sound in shared segments. */
    SegmentExchange(
            CameraWindow window, RequestAdmission admission, HttpServletRequest request, HttpServletResponse response) {
        this(window, window::window, () -> false, admission, request, response);
    }

    /** Returns this request, about a presentation. */
    SegmentExchange about(String presentation) {
        return new SegmentExchange(window, () -> window.named(presentation), () -> false, admission, request, response);
    }

    /** Returns this request, about the sound. */
    SegmentExchange aboutSound() {
        return new SegmentExchange(window, window::sound, () -> !soundComes(), admission, request, response);
    }

    /** Returns the current segments. */
    Optional<WindowView> view() {
        return track.get().map(SegmentWindow::view);
    }

    /** Returns the sound beside the pictures, once a segment of it has begun. */
    Optional<WindowView> sound() {
        return window.sound()
                .map(SegmentWindow::view)
                .filter(view -> !view.listed().isEmpty());
    }

    /** Returns whether there is sound, or may be soon. */
    boolean soundComes() {
        return window.sound().isPresent() || window.soundAwaited();
    }

    /** Returns whether there is sound, or may be soon, of which no segment has begun. */
    boolean soundDue() {
        return window.soundAwaited() || (window.sound().isPresent() && sound().isEmpty());
    }

    /** Returns the window, once playlists can be made of it. */
    Optional<WindowView> playable() {
        return view().filter(WindowView::playable);
    }

    /** Returns the window's clock. */
    Clock clock() {
        return window.clock();
    }

    boolean head() {
        return request.getMethod().equals("HEAD");
    }

    /** Returns the whole address of a file beside the requested one, as far as the request tells it. */
    String beside(String file) {
        String asked = request.getRequestURL().toString();
        return asked.substring(0, asked.lastIndexOf('/') + 1) + file;
    }

    static int target(WindowView view) {
        return view.geometry().map(Geometry::targetSeconds).orElse(1);
    }

    /** Returns how long a request may wait for the next part. */
    static long blockNanos(WindowView view) {
        return 1_000_000_000L * BLOCK_TARGETS * target(view);
    }

    /** Answers with a text that is valid for {@code seconds}. */
    void text(String contentType, String text, long seconds) throws IOException {
        Caching.seconds(response, seconds);
        bytes(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with a small body. */
    void bytes(String contentType, byte[] body) throws IOException {
        response.setContentType(contentType);
        response.setContentLength(body.length);
        if (!head()) {
            response.getOutputStream().write(body);
        }
    }

    /** Answers that the resource is gone. */
    void gone(String sentence) throws IOException {
        Problem problem = Problem.of(404, "Not found", sentence);
        ProblemForm form = ProblemForm.of(request);
        byte[] body = form.body(problem);
        form.head(problem, body).applyTo(response);
        CrossOrigin.varyByAccept(response);
        Caching.seconds(response, 1);
        response.addHeader("Vary", "Accept");
        if (!head()) {
            response.getOutputStream().write(body);
        }
    }

    /** Returns whether the caller may listen. */
    boolean listens() {
        return Listening.may(request, window.camera());
    }

    /** Answers that the sound is not for the caller. */
    void unheard() throws IOException {
        Listening.refuse(window.camera(), request, response);
    }

    void tooFarAhead(String sentence) throws IOException {
        Problem.of(400, "Too far ahead", sentence).answer(request, response);
    }

    /** Returns the answer after the longest wait. */
    private Problem late() {
        String camera = window.camera().id();
        Optional<FirstSegment> first = window.firstSegment();
        if (first.isPresent()) {
            int seconds = first.get().retrySeconds();
            window.expectBack(seconds);
            return unavailable(first.get().sentence(camera)).with(Problem.RETRY_AFTER, seconds);
        }
        CameraState state = window.camera().state();
        return unavailable(
                state instanceof CameraState.Live
                        ? "Camera " + camera + " gave no whole segment in time. Ask again."
                        : "Camera " + camera + " gave no frames in time; it is " + state.word() + ".");
    }

    private Problem unavailable(String sentence) {
        return Problem.of(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "No picture now", sentence)
                .with("camera", window.camera().id())
                .with("state", window.camera().state().word());
    }

    /** Waits, unless the request has waited already or there is nothing to wait for. */
    void block(long waitNanos, Predicate<WindowView> enough) throws BudgetExceededException, IOException {
        String trouble = window.trouble();
        if (!trouble.isEmpty() || window.closed() || Blocked.expired(request)) {
            Problem problem = trouble.isEmpty() ? late() : unavailable(trouble);
            problem.answer(request, response);
            return;
        }
        BooleanSupplier answerable = () -> window.closed()
                || !window.trouble().isEmpty()
                || !window.running()
                || vain.getAsBoolean()
                || view().filter(enough).isPresent();
        Lease lease = admission.of(request).waiting();
        Blocked.begin(window, request, answerable, lease, waitNanos);
    }
}
