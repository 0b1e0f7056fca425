package dev.perch.web.controls;

import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraControls;
import dev.perch.media.CaptureException;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers /{camera}/controls: everybody who may watch reads the controls, the operator sets them. */
public final class ControlsAnswers implements Route.Answerer {
    /** The beginning of mjpg-streamer's name for the controls of its Nth input. */
    private static final String INPUT = "/input_";

    /** The longest body accepted; a value for each of vivid's hundred controls has 4 KB. */
    private static final int MAX_BODY_BYTES = 64 << 10;

    private final Predicate<HttpServletRequest> ownPage;
    private final Callers callers;

    private ControlsAnswers(Predicate<HttpServletRequest> ownPage, Callers callers) {
        this.ownPage = ownPage;
        this.callers = callers;
    }

    /**
     * Returns the routes, by Perch's names and by mjpg-streamer's.
     *
     * @param ownPage tells whether the page that sent a request may change anything
     */
    public static List<Route> routes(Predicate<HttpServletRequest> ownPage, Callers callers) {
        String path = Route.CAMERA + "/controls";
        ControlsAnswers answers = new ControlsAnswers(ownPage, callers);
        return List.of(
                Route.get(path, Action.WATCH, answers),
                Route.put(path, Action.CONTROL, answers),
                Route.get(Route.CAMERA + Route.COMMAND, Action.CONTROL, answers::command),
                Route.get(Route.CAMERA + INPUT + "0.json", Action.WATCH, answers));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        if (exchange.camera().hidden()) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            hidden(exchange.camera()).answer(exchange.request(), exchange.response());
        } else if (exchange.request().getServletPath().contains(INPUT)) {
            input(exchange.camera(), exchange.request(), exchange.response());
        } else if (exchange.request().getMethod().equals("PUT")) {
            put(exchange.camera(), exchange.request(), exchange.response());
        } else {
            get(exchange.camera(), exchange.request(), exchange.response());
        }
    }

    private static void input(Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            ShortBody.answer(MjpgStreamerControls.list(camera), response);
        } catch (CaptureException trouble) {
            unavailable(trouble, camera).answer(request, response);
        }
    }

    /** Sets a control by a GET, as mjpg-streamer does; a page of another site must not have sent it. */
    private void command(Exchange exchange) throws IOException {
        Camera camera = exchange.camera();
        HttpServletRequest request = exchange.request();
        HttpServletResponse response = exchange.response();
        if (!request.getMethod().equals("GET")
                || !ownPage.test(request)
                || fromElsewhere(request)
                || (shownByItself(request) && fromNowhere(request))) {
            Problem.of(403, "From a page of elsewhere", "A web page of another site may change nothing.")
                    .answer(request, response);
            return;
        }
        if (camera.hidden()) {
            hidden(camera).answer(request, response);
            return;
        }
        try {
            ShortBody.answer(MjpgStreamerControls.set(camera, request), response);
            response.setContentType("text/plain");
        } catch (Parameters.RefusedException refused) {
            Problem.of(400, "Command not accepted", String.valueOf(refused.getMessage()))
                    .answer(request, response);
        } catch (ControlException refused) {
            problem(refused, camera).answer(request, response);
        } catch (CaptureException trouble) {
            unavailable(trouble, camera).answer(request, response);
        }
    }

    /** Returns whether a browser says that a page of another host sent the request; without a word about it the client is a program. */
    private static boolean fromElsewhere(HttpServletRequest request) {
        String from = request.getHeader("Referer");
        String host = request.getHeader("Host");
        return from != null
                && host != null
                && !from.startsWith("http://" + host + "/")
                && !from.startsWith("https://" + host + "/");
    }

    /** Returns whether the request shows only what a browser sends by itself, whichever page caused it. */
    private boolean shownByItself(HttpServletRequest request) {
        return callers.of(request)
                .given()
                .filter(given -> given.key().isEmpty() && given.user().isEmpty())
                .filter(given -> !given.cookie().isEmpty() || given.container() != null)
                .isPresent();
    }

    /** Returns whether nothing shows which page sent the request. */
    private static boolean fromNowhere(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return request.getHeader("Origin") == null
                && request.getHeader("Referer") == null
                && !"same-origin".equals(site)
                && !"none".equals(site); // a person has typed the address
    }

    private static void get(Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<CameraControls> controls = camera.controls();
        if (controls.isEmpty()) {
            none(camera).answer(request, response);
            return;
        }
        try {
            ShortBody.answer(ControlsJson.of(camera.id(), controls.get().read()), response);
        } catch (CaptureException trouble) {
            unavailable(trouble, camera).answer(request, response);
        }
    }

    private static void put(Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<CameraControls> controls = camera.controls();
        if (controls.isEmpty()) {
            RequestBody.leaveUnread(request, response);
            none(camera).answer(response);
            return;
        }
        try {
            List<ControlSetting> settings = ControlsJson.settings(ShortBody.read(request, MAX_BODY_BYTES));
            ShortBody.answer(ControlsJson.of(camera.id(), controls.get().set(settings)), response);
        } catch (Parameters.RefusedException malformed) {
            RequestBody.leaveUnread(request, response);
            Problem.of(400, "Not a set of controls", String.valueOf(malformed.getMessage()))
                    .answer(response);
        } catch (ControlException refused) {
            problem(refused, camera).answer(response);
        } catch (CaptureException trouble) {
            unavailable(trouble, camera).answer(response);
        }
    }

    /** Returns the refusal for a private camera, whose device would have to be opened. */
    private static Problem hidden(Camera camera) {
        return Problem.of(
                        503,
                        "Private",
                        "Camera " + camera.id() + " is private: its device stays closed, and cannot be asked.")
                .with("camera", camera.id())
                .with("state", camera.state().word());
    }

    private static Problem none(Camera camera) {
        return Problem.of(
                        404,
                        "No controls",
                        "Camera " + camera.id() + " (" + camera.sourceName()
                                + ") has no controls: only a V4L2 device has them.")
                .with("camera", camera.id());
    }

    private static Problem problem(ControlException refused, Camera camera) {
        boolean state = refused.kind() == ControlException.Kind.STATE;
        return Problem.of(
                        state ? 409 : 400,
                        state ? "Not settable now" : "Control not accepted",
                        String.valueOf(refused.getMessage()))
                .with("camera", camera.id())
                .with("control", refused.control())
                .with("accepted", refused.accepted());
    }

    private static Problem unavailable(CaptureException trouble, Camera camera) {
        return Problem.of(503, "No answer from the device", String.valueOf(trouble.getMessage()))
                .with("camera", camera.id())
                .with("state", camera.state().word());
    }
}
