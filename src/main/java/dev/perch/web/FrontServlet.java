package dev.perch.web;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Caller;
import dev.perch.access.Credentials;
import dev.perch.access.Verdict;
import dev.perch.audience.AddressShares;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Encoding;
import dev.perch.memory.BudgetExceededException;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Challenges;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.HeldBody;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.DispatcherType;
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

/** The only servlet, mapped at {@code /}: finds the route of a request, asks whether the caller may, and has it answered. */
@SuppressWarnings("serial") // never serialized
final class FrontServlet extends HttpServlet {
    private static final System.Logger LOG = System.getLogger(FrontServlet.class.getName());

    private final Cameras cameras;
    private final Routes routes;
    private final Access access;
    private final Edge edge;
    private final RequestAdmission admission;
    private final Turns turns = new Turns();

    FrontServlet(Cameras cameras, Routes routes, Access access, Edge edge, RequestAdmission admission) {
        this.cameras = cameras;
        this.routes = routes;
        this.access = access;
        this.edge = edge;
        this.admission = admission;
    }

    /** Handles a request. Whatever is thrown ends only this request, with a problem. If the answer has begun, the container cuts it off. */
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
        Decided decided = decide(routes.target(request), request);
        Optional<Route> route = decided.target().route(request.getMethod());
        if (route.isEmpty() || !route.get().costly() || decided.verdict() != Verdict.ALLOWED) {
            answerWhole(decided, request, response);
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
                    () -> answerWhole(decided, request, response));
            if (!taken) {
                refusal = Optional.of(Turns.full());
            }
        } catch (AddressShares.FullException full) {
            refusal = Optional.of(Refusals.of(full));
        } catch (BudgetExceededException full) {
            refusal = Optional.of(Refusals.of(full));
        }
        if (refusal.isPresent()) {
            answerWhole(new Decided(decided.target(), Verdict.ALLOWED, refusal), request, response);
        }
    }

    /**
     * The decisions about a request before it is answered.
     *
     * @param target what the client may know of its address: of a camera that it may not know of, that there is none
     * @param verdict over the one who asks
     * @param refused why nobody would be answered, whoever it is
     */
    private record Decided(Routes.Target target, Verdict verdict, Optional<Problem> refused) {}

    private Decided decide(Routes.Target target, HttpServletRequest request) {
        Optional<Problem> misdirected = edge.misdirected(request);
        if (misdirected.isPresent()) {
            return new Decided(target.hidden(), Verdict.ALLOWED, misdirected);
        }
        Verdict verdict = verdict(target, request);
        return new Decided(verdict == Verdict.ALLOWED ? target : target.hidden(), verdict, Optional.empty());
    }

    private Verdict verdict(Routes.Target target, HttpServletRequest request) {
        if (request.getDispatcherType() == DispatcherType.ASYNC
                && Callers.permit(request).isPresent()) {
            return Verdict.ALLOWED; // who was let in learns how it ended, whatever it may by now
        }
        Action action = target.action(request.getMethod());
        Optional<Route> route = target.route(request.getMethod());
        Optional<String> camera = target.cameraName();
        if (route.isEmpty() && camera.isEmpty()) {
            return Verdict.ALLOWED; // the answer lists the methods
        }
        Caller caller = edge.callers().of(request);
        Optional<String> passed = routes.passed(target, request);
        Verdict before = passed.isPresent()
                ? access.decideNamed(caller, Action.WATCH, passed.get(), /* there= */ true)
                : Verdict.ALLOWED;
        if (before != Verdict.ALLOWED) {
            return before;
        }
        Verdict verdict = camera.isPresent()
                ? ofCamera(caller, action, camera.get(), target)
                : access.decideForAny(caller, action, ids());
        if (verdict == Verdict.ALLOWED) {
            Callers.permit(request, access.permit(caller, action, camera));
        }
        return verdict;
    }

    /** Decides about a camera. If the camera takes no publisher, those who may watch it learn that; to others it does not exist. */
    private Verdict ofCamera(Caller caller, Action action, String name, Routes.Target target) {
        Verdict verdict = access.decideNamed(caller, action, name, routes.there(target, action));
        boolean watched = verdict == Verdict.UNKNOWN
                && action == Action.PUBLISH
                && target.camera().isPresent()
                && access.decide(caller, Action.WATCH, Optional.of(name)) == Verdict.ALLOWED;
        return watched ? access.decide(caller, action, Optional.of(name)) : verdict;
    }

    private void answerWhole(Decided decided, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Routes.Target target = decided.target();
        HeldAnswer answer =
                new HeldAnswer(request, response, () -> admission.of(request).byContainer(HeldBody.SLICE_BYTES));
        Optional<Route> route = target.route(request.getMethod());
        boolean takesBody = route.isPresent() && route.get().takesBody();
        if (!takesBody && (RequestBody.announced(request) || TomcatRequest.pipelined(request))) {
            RequestBody.leaveUnread(request, response);
        }
        edge.origins().mark(request, response);
        boolean told = request.getMethod().equals("OPTIONS"); // a browser's preflight, which carries no proofs
        Optional<Problem> refused = decided.refused()
                .or(() -> told ? Optional.empty() : refusal(decided.verdict()))
                .or(() -> ofElsewhere(route, request));
        if (!told && decided.verdict() instanceof Verdict.Challenge challenge) {
            RequestBody.leaveUnread(request, response);
            Challenges.answer(challenge, request, answer);
        } else if (refused.isPresent()) {
            RequestBody.leaveUnread(request, response);
            refused.get().answer(request, answer);
        } else if (decided.verdict() == Verdict.UNKNOWN && !told) {
            answerWithout(target, request, answer);
        } else if (route.isPresent()) {
            answer(route.get(), new Exchange(request, answer, target.camera(), target.rendition(), target.rest()));
        } else {
            answerWithout(target, request, answer);
        }
        answer.send();
    }

    private Optional<Problem> ofElsewhere(Optional<Route> route, HttpServletRequest request) {
        boolean changes = route.isPresent()
                && (route.get().takesBody() || !route.get().action().watches());
        return !changes || edge.origins().mayChange(request)
                ? Optional.empty()
                : Optional.of(Problem.of(
                        403,
                        "From a page of elsewhere",
                        "A web page of another site may change nothing, nor publish."));
    }

    private static Optional<Problem> refusal(Verdict verdict) {
        return verdict instanceof Verdict.Refused refused
                ? Optional.of(Problem.of(HttpServletResponse.SC_FORBIDDEN, refused.title(), refused.sentence()))
                : Optional.empty();
    }

    private static void answer(Route route, Exchange exchange) throws IOException {
        try {
            route.answerer().answer(exchange);
        } catch (AddressShares.FullException full) {
            Refusals.of(full).answer(exchange.request(), exchange.response());
        } catch (ViewerBounds.FullException full) {
            Refusals.of(full).answer(exchange.request(), exchange.response());
        } catch (AsyncRequests.UnsupportedException unsupported) {
            unsupported.problem().answer(exchange.request(), exchange.response());
        }
    }

    /** Answers if no route has the method. */
    private void answerWithout(Routes.Target target, HttpServletRequest request, HeldAnswer answer) throws IOException {
        String method = request.getMethod();
        boolean missing = target.routes().isEmpty() && target.action(method) == Action.PUBLISH;
        if (missing || method.equals("GET") || method.equals("HEAD")) {
            notFound(target.name(), request, answer); // a publisher's mistake is the name, not the method
        } else if (method.equals("OPTIONS")) {
            options(target, request, answer);
        } else {
            notAllowed(target, request, answer);
        }
    }

    private static void notAllowed(Routes.Target target, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String methods = target.methods();
        response.setHeader("Allow", methods);
        Problem.of(405, "Method not allowed", request.getMethod() + " is not answered here; " + methods + " are.")
                .answer(request, response);
    }

    /** Answers OPTIONS. Pages of other sites may read if they may at all; none of them may PUT, and a browser asks here before it does. */
    private void options(Routes.Target target, HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        response.setHeader("Allow", target.methods());
        edge.origins().preflight(Routes.READING, request, response);
    }

    private void notFound(String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        Caller caller = edge.callers().of(request);
        List<String> known = known(caller);
        if (known.isEmpty()) {
            Problem.of(404, "Not found", "There is nothing at " + shown + ".").answer(request, response);
            return;
        }
        Problem.of(
                        404,
                        "Not found",
                        "There is nothing at " + shown + ". Cameras: " + String.join(", ", known) + ". Each answers "
                                + String.join(", ", LiveAddress.paths(EnumSet.allOf(Encoding.class)))
                                + ".")
                .with("cameras", known)
                .answer(request, response);
    }

    private List<String> ids() {
        return cameras.all().stream().map(Camera::id).toList();
    }

    /** Returns the names of the cameras that {@code caller} may know. */
    private List<String> known(Caller caller) {
        boolean linked = !caller.given().map(Credentials::link).orElse("").isEmpty();
        if (linked || access.decideForAny(caller, Action.WATCH, ids()) != Verdict.ALLOWED) {
            return List.of();
        }
        return ids().stream()
                .filter(id -> access.decide(caller, Action.WATCH, Optional.of(id)) == Verdict.ALLOWED)
                .toList();
    }
}
