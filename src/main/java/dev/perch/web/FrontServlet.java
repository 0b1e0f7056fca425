package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Encoding;
import dev.perch.memory.BudgetExceededException;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.HeldBody;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.controls.ControlsAnswers;
import dev.perch.web.line.TomcatRequest;
import dev.perch.web.live.LiveAnswers;
import dev.perch.web.live.WebSockets;
import dev.perch.web.pages.Pages;
import dev.perch.web.pages.StaticFiles;
import dev.perch.web.segments.SegmentAnswers;
import dev.perch.web.status.Monitors;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Every address of the program, mapped at {@code /}: finds the camera and the thing asked of it. */
@SuppressWarnings("serial") // never serialized
final class FrontServlet extends HttpServlet {
    private static final System.Logger LOG = System.getLogger(FrontServlet.class.getName());
    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final String CONTROLS = "controls";
    private static final String WEB_SOCKET = "ws";

    private final Cameras cameras;
    private final LiveAnswers live;
    private final WebSockets sockets;
    private final ControlsAnswers controls;
    private final Pages pages;
    private final Monitors monitors;
    private final StaticFiles files;
    private final SegmentAnswers segments;
    private final Edge edge;
    private final Admission admission;
    private final Turns turns = new Turns();

    FrontServlet(
            Cameras cameras,
            LiveAnswers live,
            WebSockets sockets,
            ControlsAnswers controls,
            Pages pages,
            Monitors monitors,
            StaticFiles files,
            SegmentAnswers segments,
            Edge edge,
            Admission admission) {
        this.cameras = cameras;
        this.live = live;
        this.sockets = sockets;
        this.controls = controls;
        this.pages = pages;
        this.monitors = monitors;
        this.files = files;
        this.segments = segments;
        this.edge = edge;
        this.admission = admission;
    }

    /** Whatever a request throws ends that request alone, in words; one that has begun to be answered is cut off by the container. */
    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        try {
            super.service(request, response);
        } catch (RuntimeException | Error defect) {
            cameras.pool().budget().faults().tell("a request", defect);
            LOG.log(Level.ERROR, "a request failed", defect);
            if (response.isCommitted() || request.isAsyncStarted()) {
                throw defect;
            }
            response.reset();
            RequestBody.leaveUnread((HttpServletRequest) request, (HttpServletResponse) response);
            Problem.of(500, "Internal error", "Perch failed at this request; its log says more.")
                    .answer((HttpServletResponse) response);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!laborious(request)) {
            answerWhole(request, response, Optional.empty());
            return;
        }
        Optional<Problem> refusal = Optional.empty();
        try {
            boolean taken = turns.take(
                    request,
                    () -> edge.callers()
                            .of(request)
                            .address()
                            .map(AddressShares::network)
                            .orElse(""),
                    () -> admission.of(request).waiting(),
                    () -> answerWhole(request, response, Optional.empty()));
            if (!taken) {
                refusal = Optional.of(Turns.full());
            }
        } catch (AddressShares.FullException full) {
            refusal = Optional.of(full.problem());
        } catch (BudgetExceededException full) {
            refusal = Optional.of(Refusals.of(full));
        }
        if (refusal.isPresent()) {
            answerWhole(request, response, refusal);
        }
    }

    /** Whether it is a page or all numbers: what takes the processor for longer than it takes to send. */
    private static boolean laborious(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals("/stats") || (path.endsWith("/") && action(request).isEmpty());
    }

    private void answerWhole(HttpServletRequest request, HttpServletResponse response, Optional<Problem> refusal)
            throws IOException {
        HeldAnswer answer =
                new HeldAnswer(request, response, () -> admission.of(request).byContainer(HeldBody.SLICE_BYTES));
        if (!takesBody(request) && (RequestBody.announced(request) || TomcatRequest.pipelined(request))) {
            RequestBody.leaveUnread(request, response);
        }
        edge.origins().mark(request, response);
        Optional<Problem> refused = edge.misdirected(request).or(() -> refusal);
        if (refused.isPresent()) {
            RequestBody.leaveUnread(request, response);
            refused.get().answer(request, answer);
        } else {
            admit(request, answer);
        }
        answer.send();
    }

    private void admit(HttpServletRequest request, HeldAnswer answer) throws IOException {
        try {
            route(request, answer);
        } catch (AddressShares.FullException full) {
            full.problem().answer(request, answer);
        }
    }

    private void route(HttpServletRequest request, HeldAnswer answer) throws IOException {
        try {
            switch (request.getMethod()) {
                case "GET", "HEAD" -> answer(request, answer);
                case "OPTIONS" -> options(request, answer);
                case "PUT" -> put(request, answer);
                default -> notAllowed(request, answer);
            }
        } catch (AsyncRequests.UnsupportedException unsupported) {
            unsupported.problem().answer(request, answer);
        }
    }

    private void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Camera> camera = controlled(request);
        if (camera.isPresent()) {
            controls.put(camera.get(), request, response);
        } else {
            notAllowed(request, response);
        }
    }

    private boolean takesBody(HttpServletRequest request) {
        return request.getMethod().equals("PUT") && controlled(request).isPresent();
    }

    /** The camera whose controls the address means. */
    private Optional<Camera> controlled(HttpServletRequest request) {
        String path = request.getServletPath().substring(1);
        if (path.equals(CONTROLS)) {
            return Optional.of(cameras.first());
        }
        return path.endsWith("/" + CONTROLS)
                ? cameras.named(path.substring(0, path.length() - CONTROLS.length() - 1))
                : Optional.empty();
    }

    private String methods(HttpServletRequest request) {
        return controlled(request).isPresent() ? METHODS + ", PUT" : METHODS;
    }

    private void notAllowed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String methods = methods(request);
        response.setHeader("Allow", methods);
        Problem.of(405, "Method not allowed", request.getMethod() + " is not answered here; " + methods + " are.")
                .answer(request, response);
    }

    /** Pages of other sites may look, if they may at all; none of them may PUT, and a browser asks here before it does. */
    private void options(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        response.setHeader("Allow", methods(request));
        edge.origins().preflight(METHODS, request, response);
    }

    private void answer(HttpServletRequest request, HeldAnswer response) throws IOException {
        String path = request.getServletPath().substring(1);
        int slash = path.indexOf('/');
        Optional<Camera> named = slash < 0 ? Optional.empty() : cameras.named(path.substring(0, slash));
        if (named.isPresent()) {
            ofCamera(named.get(), path.substring(slash + 1), request, response);
        } else if (slash < 0 && cameras.named(path).isPresent()) {
            response.sendRedirect(path + "/");
        } else if (path.startsWith("static/")) {
            files.answer(path.substring("static/".length()), request, response);
        } else if (path.equals(WEB_SOCKET)) {
            sockets.wall(request, response);
        } else if (path.isEmpty() && action(request).isEmpty()) {
            pages.wall(request, response);
        } else if (!monitors.answer(path, response)) {
            ofCamera(cameras.first(), path, request, response);
        }
    }

    private void ofCamera(Camera camera, String name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<LiveAddress> address = name.isEmpty() ? action(request) : LiveAddress.of(name);
        if (address.isPresent()) {
            Optional<Camera> chosen = name.isEmpty() ? numbered(camera, request) : Optional.of(camera);
            if (chosen.isPresent()) {
                live.answer(address.get(), chosen.get(), request, response);
            } else {
                notFound("action=" + request.getParameter("action"), request, response);
            }
        } else if (name.isEmpty()) {
            pages.camera(camera, request, response);
        } else if (name.equals(CONTROLS)) {
            controls.get(camera, request, response);
        } else if (name.equals(WEB_SOCKET)) {
            sockets.answer(List.of(camera), request, response);
        } else if (name.equals("healthz")) {
            monitors.health(List.of(camera), response);
        } else if (SegmentAnswers.has(name)) {
            segments.answer(camera, name, request, response);
        } else {
            notFound(name, request, response);
        }
    }

    private static Optional<LiveAddress> action(HttpServletRequest request) {
        String action = request.getParameter("action");
        return action == null ? Optional.empty() : LiveAddress.ofAction(action);
    }

    /** mjpg-streamer numbers its inputs: {@code action=stream_1} is the second camera. */
    private Optional<Camera> numbered(Camera camera, HttpServletRequest request) {
        String action = String.valueOf(request.getParameter("action"));
        int underscore = action.indexOf('_');
        if (underscore < 0) {
            return Optional.of(camera);
        }
        int number = Integer.parseInt(action.substring(underscore + 1));
        return cameras.all().stream().skip(number).findFirst();
    }

    private void notFound(String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        Problem.of(
                        404,
                        "Not found",
                        "There is nothing at " + shown + ". Cameras: " + cameras.names() + ". Each answers "
                                + String.join(", ", LiveAddress.paths(EnumSet.allOf(Encoding.class)))
                                + ".")
                .with("cameras", cameras.all().stream().map(Camera::id).toList())
                .answer(request, response);
    }
}
