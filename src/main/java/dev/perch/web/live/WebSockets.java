package dev.perch.web.live;

import dev.perch.access.Action;
import dev.perch.access.Permit;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.audience.Departure;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.config.RenditionConfig;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.CrossOrigin;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.Tenure;
import dev.perch.web.line.Handover;
import dev.perch.web.line.Head;
import dev.perch.web.line.MessageLine;
import dev.perch.web.line.SocketLine;
import dev.perch.web.line.UpgradeLine;
import dev.perch.websocket.Handshake;
import dev.perch.websocket.MessageFraming;
import dev.perch.websocket.MessageHeads;
import dev.perch.websocket.PayloadFormat;
import dev.perch.websocket.SoundHeads;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Begins WebSockets: /{camera}/ws with one camera, /ws with several or all. */
public final class WebSockets implements Route.Answerer {
    private static final System.Logger LOG = System.getLogger(WebSockets.class.getName());
    private static final Parameters.Range FPS = new Parameters.Range(0.01, 1000, "frames a second");
    private static final int UPGRADE_REQUIRED = 426;

    /** The heap of a camera's position, its pieces, and a text about it. */
    private static final int CHANNEL_BYTES = 4 << 10;

    private final Cameras cameras;
    private final Audience audience;
    private final RequestAdmission admission;
    private final Optional<Handover> handover;
    private final CrossOrigin origins;

    public WebSockets(
            Cameras cameras,
            Audience audience,
            RequestAdmission admission,
            Optional<Handover> handover,
            CrossOrigin origins) {
        this.cameras = cameras;
        this.admission = admission;
        this.audience = audience;
        this.handover = handover;
        this.origins = origins;
    }

    /** Returns the routes of WebSockets. */
    public List<Route> routes() {
        return List.of(Route.get("/ws", Action.WATCH, this), Route.get(Route.CAMERA + "/ws", Action.WATCH, this));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        if (exchange.target().isPresent()) {
            answer(List.of(exchange.camera()), exchange.request(), exchange.response());
        } else {
            wall(exchange.request(), exchange.response());
        }
    }

    /** Answers for the cameras in {@code cameras=}, or for all that the caller may watch. */
    private void wall(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String names = Objects.requireNonNullElse(request.getParameter("cameras"), "");
        List<Camera> known = known(request);
        List<Camera> wanted = new ArrayList<>();
        for (String word : names.isBlank() ? new String[0] : names.split(",")) {
            String name = word.strip();
            Optional<Camera> camera =
                    known.stream().filter(each -> each.id().equals(name)).findFirst();
            if (camera.isEmpty()) { // a camera that the caller may not watch does not exist for it
                List<String> all = known.stream().map(Camera::id).toList();
                Problem.of(
                                404,
                                "Not found",
                                "There is no camera " + name + ". Cameras: " + String.join(", ", all) + ".")
                        .with("cameras", all)
                        .answer(request, response);
                return;
            }
            wanted.add(camera.get());
        }
        List<Camera> shown =
                wanted.isEmpty() ? known : wanted.stream().distinct().toList();
        answer(shown, request, response);
    }

    /** Returns the cameras that the caller may watch. The address belongs to none, so each is checked here. */
    private List<Camera> known(HttpServletRequest request) {
        Optional<Permit> permit = Callers.permit(request);
        return cameras.all().stream()
                .filter(camera -> permit.isEmpty() || permit.get().reaches(camera.id()))
                .toList();
    }

    /** Answers for {@code wanted}. */
    private void answer(List<Camera> wanted, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<Problem> fault = fault(request, response);
        if (fault.isPresent()) {
            fault.get().answer(request, response);
            return;
        }
        try {
            begin(
                    new Subscription(
                            format(request),
                            Parameters.flag(request, "audio").orElse(true),
                            Parameters.number(request, "fps", FPS, Double.POSITIVE_INFINITY),
                            rendition(request, wanted),
                            wanted),
                    request,
                    response);
        } catch (Parameters.RefusedException refused) {
            Problem.of(400, "Parameter not accepted", String.valueOf(refused.getMessage()))
                    .answer(request, response);
        } catch (BudgetExceededException full) {
            Refusals.of(full).answer(request, response);
        }
    }

    /** Returns the fault of the handshake, or why nobody is let in now. */
    private Optional<Problem> fault(HttpServletRequest request, HttpServletResponse response) {
        if (!request.getProtocol().startsWith("HTTP/1.")) {
            return Optional.of(Problem.of(
                    HttpServletResponse.SC_NOT_IMPLEMENTED,
                    "No WebSocket over " + request.getProtocol(),
                    "A WebSocket begins on a connection of HTTP/1.1, which browsers open for it by themselves; over "
                            + request.getProtocol() + " (RFC 8441) there is none."));
        }
        if (!origins.mayRead(request)) { // RFC 6455 §10.2
            return Optional.of(
                    Problem.of(
                            HttpServletResponse.SC_FORBIDDEN,
                            "Not for this page",
                            "Pages of the same host and of the local network may connect, and those that server.cors in perch.yml names."));
        }
        Optional<String> wrong = Handshake.fault(request::getHeader);
        if (wrong.isPresent()) {
            response.setHeader("Upgrade", "websocket");
            response.setHeader("Sec-WebSocket-Version", Handshake.VERSION);
            return Optional.of(Problem.of(
                    UPGRADE_REQUIRED, "Not a WebSocket's handshake", wrong.get() + " See docs/websocket.md."));
        }
        Optional<String> shortage = cameras.watch().refusal();
        shortage.ifPresent(sentence -> audience.turnAway());
        return shortage.map(
                sentence -> Refusals.shortage(sentence, cameras.watch().status().free()));
    }

    private static PayloadFormat format(HttpServletRequest request) throws Parameters.RefusedException {
        String word = Objects.requireNonNullElse(request.getParameter("format"), PayloadFormat.MJPG.word());
        Optional<PayloadFormat> format = PayloadFormat.of(word);
        if (format.isEmpty()) {
            throw new Parameters.RefusedException(
                    "format=" + word + " is not accepted: format is one of " + PayloadFormat.words() + ".");
        }
        return format.get();
    }

    /** Returns a rendition that at least one of the cameras has; the main one if none is requested. */
    private static String rendition(HttpServletRequest request, List<Camera> cameras)
            throws Parameters.RefusedException {
        String name = Objects.requireNonNullElse(request.getParameter("rendition"), TrackId.MAIN);
        if (name.equals(TrackId.MAIN) || cameras.stream().anyMatch(camera -> has(camera, name))) {
            return name;
        }
        String accepted = Stream.concat(
                        Stream.of(TrackId.MAIN),
                        cameras.stream()
                                .flatMap(camera -> camera.config().renditions().stream())
                                .map(RenditionConfig::name))
                .distinct()
                .collect(Collectors.joining(", "));
        throw new Parameters.RefusedException(
                "rendition=" + name + " is not accepted: rendition is one of " + accepted + ".");
    }

    private static boolean has(Camera camera, String rendition) {
        return camera.config().renditions().stream()
                .anyMatch(other -> other.name().equals(rendition));
    }

    /** A client's choice of format, rate, rendition and cameras. */
    private record Subscription(
            PayloadFormat format, boolean audible, double mostFramesPerSecond, String rendition, List<Camera> cameras) {
        /** Returns the track of a camera's pictures: of the rendition if the camera has it. */
        TrackId track(Camera camera) {
            return new TrackId(has(camera, rendition) ? rendition : TrackId.MAIN, format.encoding());
        }

        /** Returns whether any camera may have sound. */
        boolean sounds() {
            return audible && format.carriesSound();
        }
    }

    private void begin(Subscription subscription, HttpServletRequest request, HttpServletResponse response)
            throws BudgetExceededException, IOException {
        for (Camera camera : subscription.cameras()) {
            Optional<Problem> never = never(subscription.track(camera), camera);
            if (never.isPresent()) {
                never.get().answer(request, response);
                return;
            }
        }
        boolean bySocket = handover.filter(way -> way.fits(request)).isPresent();
        long channelsBytes = (long) CHANNEL_BYTES * subscription.cameras().size() * (subscription.sounds() ? 2 : 1);
        Admission entrance = admission.ofViewer(request, subscription.cameras());
        Lease lease = bySocket
                ? entrance.bySocket(channelsBytes)
                : entrance.byContainer(channelsBytes + UpgradeLine.SLICE_BYTES);
        List<CameraChannel> channels = new ArrayList<>();
        boolean begun = false;
        try {
            ReentrantLock lock = new ReentrantLock();
            Head head = head(request);
            Optional<? extends MessageLine> line = line(lock, bySocket, head, request, response);
            if (line.isPresent()) {
                Tenure tenure = new Tenure(request);
                WebSocketViewer.Connection connection = new WebSocketViewer.Connection(lock, line.get(), head);
                begin(subscription, connection, lease.with(tenure::over), tenure, request, channels);
                begun = true;
            } else {
                noConnection().answer(request, response);
            }
        } finally {
            if (!begun) {
                channels.forEach(channel -> channel.watches().forEach(Watch::close));
                lease.close();
            }
        }
    }

    private static Problem noConnection() {
        return Problem.of(
                HttpServletResponse.SC_NOT_IMPLEMENTED,
                "No WebSocket here",
                "This server gives no connection to another protocol.");
    }

    /**
     * Begins the viewer.
     *
     * @param channels filled as the cameras are joined
     */
    private void begin(
            Subscription subscription,
            WebSocketViewer.Connection connection,
            Lease lease,
            Tenure tenure,
            HttpServletRequest request,
            List<CameraChannel> channels) {
        boolean begun = false;
        try {
            join(subscription, request, channels);
            Listening.heard(request, heard(channels));
            Messages messages = new Messages(subscription.format(), channels);
            WebSocketViewer viewer = new WebSocketViewer(audience, lease, connection, channels, messages);
            tenure.of(subscription.cameras().stream().map(Camera::id).toList(), viewer::dismiss);
            viewer.begin();
            begun = true;
        } finally {
            if (!begun) {
                connection.line().end(Departure.GONE);
            }
        }
    }

    /** Returns the refusal if a camera never gives the format; a temporary reason is told on the connection. */
    private static Optional<Problem> never(TrackId track, Camera camera) {
        try {
            camera.requireOffered(track);
        } catch (UnavailableException unavailable) {
            if (unavailable.kind() == UnavailableException.Kind.FORMAT) {
                return Optional.of(Refusals.of(unavailable, camera));
            }
        }
        return Optional.empty();
    }

    private void join(Subscription subscription, HttpServletRequest request, List<CameraChannel> channels) {
        MessageNumbers numbers = new MessageNumbers(cameras, request);
        for (Camera camera : subscription.cameras()) {
            MessageHeads heads = new MessageHeads(numbers.of(camera), subscription.format());
            camera.feed(subscription.track(camera)).attach(heads);
            boolean audible = subscription.sounds() && Listening.may(request, camera);
            Watch sound = audible ? listen(camera, heads.camera()) : null;
            Watch watch = camera.watchPatiently(subscription.track(camera), heads);
            channels.add(new CameraChannel(
                    heads, watch, sound, MessageFraming.of(subscription.format(), subscription.mostFramesPerSecond())));
        }
    }

    private static List<String> heard(List<CameraChannel> channels) {
        return channels.stream()
                .filter(channel -> channel.watches().size() > 1)
                .map(channel -> channel.camera().id())
                .toList();
    }

    private static @Nullable Watch listen(Camera camera, int number) {
        if (!camera.sound().possible()) {
            return null;
        }
        SoundHeads heads = new SoundHeads(number);
        camera.feed(Encoding.AAC).attach(heads);
        return camera.sound().listen(heads);
    }

    private static Head head(HttpServletRequest request) {
        return new Head(HttpServletResponse.SC_SWITCHING_PROTOCOLS)
                .set("Upgrade", "websocket")
                .set("Connection", "Upgrade")
                .set("Sec-WebSocket-Accept", Handshake.accept(String.valueOf(request.getHeader("Sec-WebSocket-Key"))));
    }

    private Optional<? extends MessageLine> line(
            ReentrantLock lock, boolean bySocket, Head head, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<SocketLine> socket = bySocket
                ? handover.flatMap(way -> way.take(request, response, HttpServletResponse.SC_SWITCHING_PROTOCOLS))
                : Optional.empty();
        if (socket.isPresent()) {
            socket.get().prepare(lock, audience.closer());
            return socket;
        }
        handover.ifPresent(way -> way.warnOfSendBuffers(request));
        try {
            head.applyTo(response);
            UpgradeLine line = request.upgrade(UpgradeLine.class);
            line.prepare(lock, audience.closer());
            return Optional.of(line);
        } catch (ServletException | UnsupportedOperationException refused) {
            LOG.log(
                    Level.WARNING,
                    "A WebSocket was refused: the server does not hand its connection over (" + refused + ").");
            response.reset();
            return Optional.empty();
        }
    }
}
