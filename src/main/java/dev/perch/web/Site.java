package dev.perch.web;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Users;
import dev.perch.audience.AddressShares;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.audience.Closer;
import dev.perch.audience.DerivedShedder;
import dev.perch.audience.NewestShedder;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.WildcardCameras;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import dev.perch.ingest.RtmpPort;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.Shedder;
import dev.perch.memory.SystemMemory;
import dev.perch.push.Pushes;
import dev.perch.record.Recordings;
import dev.perch.source.PublishedSource;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import dev.perch.web.controls.ControlsAnswers;
import dev.perch.web.controls.PrivacyAnswers;
import dev.perch.web.controls.PushAnswers;
import dev.perch.web.ingest.PublishAnswers;
import dev.perch.web.line.Handover;
import dev.perch.web.line.IdleConnections;
import dev.perch.web.live.LiveAnswers;
import dev.perch.web.live.WebSockets;
import dev.perch.web.login.LinkAnswers;
import dev.perch.web.login.LoginAnswers;
import dev.perch.web.pages.Assets;
import dev.perch.web.pages.ConfigurationPage;
import dev.perch.web.pages.Pages;
import dev.perch.web.pages.StaticFiles;
import dev.perch.web.recordings.RecordingAnswers;
import dev.perch.web.recordings.WindowClips;
import dev.perch.web.segments.PlaylistRedirects;
import dev.perch.web.segments.SegmentAnswers;
import dev.perch.web.status.Events;
import dev.perch.web.status.Monitors;
import dev.perch.web.status.Numbers;
import dev.perch.window.Windows;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The HTTP edge of the program, from start to end: the servlet, its routes and the services behind them. */
public final class Site implements AutoCloseable {
    /** The name of a context attribute: a {@link Runnable} that the embedded server calls before it accepts a connection. */
    public static final String MAKE_ROOM = "dev.perch.makeRoom";

    private final Cameras cameras;
    private final Optional<Recordings> recordings;
    private final Optional<Pushes> pushes;
    private final Access access;
    private final RequestAdmission admission;
    private final Audience audience;
    private final Windows windows;
    private final Events events;
    private final Routes routes;
    private final Optional<IdleConnections> connections;

    private Site(
            Served served,
            Access access,
            RequestAdmission admission,
            Audience audience,
            Windows windows,
            Events events,
            Routes routes,
            Optional<IdleConnections> connections) {
        this.cameras = served.cameras();
        this.recordings = served.recordings();
        this.pushes = served.pushes();
        this.access = access;
        this.admission = admission;
        this.audience = audience;
        this.windows = windows;
        this.events = events;
        this.routes = routes;
        this.connections = connections;
    }

    /**
     * The program to serve.
     *
     * @param recordings closed by the site; empty if nothing is recorded
     * @param pushes closed by the site; empty if nothing is pushed
     * @param version for people
     */
    public record Served(Cameras cameras, Optional<Recordings> recordings, Optional<Pushes> pushes, String version) {}

    /** Opens the edge of a program that records nothing. */
    public static Site open(
            Cameras cameras,
            String version,
            ServerConfig server,
            IntFunction<Optional<String>> localKeys,
            ServletContext context) {
        PerchConfig config = PerchConfig.defaults().withServer(server);
        return open(new Served(cameras, Optional.empty(), Optional.empty(), version), config, localKeys, context);
    }

    /**
     * Registers the servlet with {@code context}, which is being initialized.
     *
     * @param config who may do what, and how many may watch
     * @param localKeys returns the contents of the key file of the Perch that listens at a port; empty if there is none
     */
    public static Site open(
            Served served, PerchConfig config, IntFunction<Optional<String>> localKeys, ServletContext context) {
        ServerConfig server = config.server();
        Cameras cameras = served.cameras();
        String version = served.version();
        Audience audience = new Audience(cameras.clock());
        Optional<Handover> handover = Handover.find(context);
        AccessConfig rules = config.access().orElse(AccessConfig.NONE);
        Edge edge = Edge.of(server, rules.containerUsers(), handover);
        ViewerBounds bounds = bounds(cameras, server);
        RequestAdmission admission = new RequestAdmission(admission(cameras, server), edge.callers(), bounds);
        Windows windows = new Windows(cameras);
        List<Route> all = new ArrayList<>();
        all.addAll(new LiveAnswers(cameras, audience, admission, handover, edge.callers()).routes());
        all.addAll(new WebSockets(cameras, audience, admission, handover, edge.origins()).routes());
        all.addAll(new SegmentAnswers(cameras, windows, admission).routes());
        Assets assets = new Assets(context);
        Pages pages = new Pages(cameras, version, context, edge.origins(), assets);
        all.addAll(pages.routes());
        all.add(new ConfigurationPage(config, pages, cameras.clock()).route());
        all.add(new StaticFiles(context, assets).route());
        all.addAll(new Monitors(
                        cameras,
                        served.recordings(),
                        served.pushes(),
                        new Numbers(cameras, audience, admission, served.recordings(), served.pushes(), version))
                .routes());
        Events events = new Events(cameras);
        all.add(events.route());
        all.addAll(PlaylistRedirects.routes());
        all.addAll(ControlsAnswers.routes(edge.origins()::mayChange, edge.callers()));
        all.addAll(new PrivacyAnswers(cameras).routes());
        boolean wild = !cameras.wildcards().wildcards().isEmpty();
        if (wild
                || cameras.all().stream()
                        .anyMatch(camera -> camera.source().awaited().isPresent())) {
            all.addAll(new PublishAnswers(cameras, audience, admission).routes());
        }
        if (wild) {
            cameras.attend(new Newcomers(cameras, audience, bounds));
        }
        served.pushes().ifPresent(pushes -> all.addAll(new PushAnswers(pushes).routes()));
        if (served.recordings().isPresent()) {
            WindowClips unrecorded = new WindowClips(windows, cameras.clock());
            all.addAll(new RecordingAnswers(served.recordings().get(), unrecorded, pages::recordings, cameras.clock())
                    .routes());
        } else {
            all.add(Route.get(
                            Route.CAMERA + "/clip.mp4",
                            Action.EXPORT,
                            exchange -> new WindowClips(windows, cameras.clock()).answer(exchange))
                    .asCostly());
        }
        Access access = new Access(
                server.operatorKey(), localKeys, camera -> publishKey(cameras, camera), listNames(cameras), rules);
        Users users = access.users();
        if (users != null) {
            all.addAll(new LoginAnswers(users, access::mayLogIn, edge.callers()).routes());
        }
        all.addAll(new LinkAnswers(access).routes());
        Routes routes = new Routes(cameras, all);
        ServletRegistration.Dynamic front =
                context.addServlet("perch", new FrontServlet(cameras, routes, access, edge, admission));
        front.setAsyncSupported(true);
        front.addMapping("/");
        Optional<IdleConnections> connections = connections(context, audience);
        connections.ifPresent(idle -> context.setAttribute(MAKE_ROOM, (Runnable) idle::makeRoom));
        return new Site(served, access, admission, audience, windows, events, routes, connections);
    }

    /** Returns the key of a camera that is published to, or may come; empty if none is configured. */
    private static String publishKey(Cameras cameras, String id) {
        Optional<Camera> camera = cameras.named(id);
        if (camera.isPresent()) {
            boolean awaited = camera.get().source().awaited().isPresent(); // else a class would be loaded
            return awaited && camera.get().source() instanceof PublishedSource published ? published.key() : "";
        }
        if (cameras.wildcards().wildcards().isEmpty()) {
            return "";
        }
        return cameras.wildcards()
                .of(id)
                .map(CameraConfig::source)
                .map(source -> source instanceof SourceConfig.Wildcard known
                        ? known.each().key()
                        : "")
                .orElse("");
    }

    /** Returns the map from a camera to the name of its lists. Called before any camera comes by a wildcard. */
    private static UnaryOperator<String> listNames(Cameras cameras) {
        WildcardCameras wildcards = cameras.wildcards();
        if (wildcards.wildcards().isEmpty()) {
            return UnaryOperator.identity();
        }
        Set<String> configured = cameras.all().stream().map(Camera::id).collect(Collectors.toUnmodifiableSet());
        return id -> configured.contains(id)
                ? id
                : wildcards.of(id).map(CameraConfig::id).orElse(id);
    }

    private static Optional<IdleConnections> connections(ServletContext context, Audience audience) {
        try {
            return IdleConnections.find(context, SystemMemory.connections(), audience::size);
        } catch (LinkageError otherContainer) { // another container lacks Tomcat's classes, or has others
            return Optional.empty();
        }
    }

    /** Reserves the part of the budget that each camera needs to show anything, before viewers get any. */
    private static Admission admission(Cameras cameras, ServerConfig server) {
        MemoryBudget media = cameras.pool().budget();
        MemoryBudget heap = SystemMemory.heap();
        int count = Newcomers.most(cameras);
        long shareBytes = Admission.keptForEach(media, count);
        cameras.all().forEach(camera -> media.keep(camera.id(), shareBytes));
        int most = Admission.mostPerAddress(server.maxViewersPerAddress(), media, count * shareBytes, heap);
        return new Admission(media, heap).boundedBy(new AddressShares(most));
    }

    private static @Nullable ViewerBounds bounds(Cameras cameras, ServerConfig server) {
        Map<String, Integer> ofCamera = new HashMap<>();
        for (Camera camera : cameras.all()) {
            camera.config().maxViewers().ifPresent(most -> ofCamera.put(camera.id(), most));
        }
        cameras.wildcards()
                .wildcards()
                .forEach(wildcard -> wildcard.maxViewers().ifPresent(most -> ofCamera.put(wildcard.id(), most)));
        OptionalInt ofAll = server.maxViewers();
        return ofAll.isEmpty() && ofCamera.isEmpty()
                ? null
                : new ViewerBounds(
                        ofAll.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ofAll.getAsInt()),
                        ofCamera,
                        cameras.clock());
    }

    /** Returns all routes. */
    Routes routes() {
        return routes;
    }

    /** Returns the services for RTMP. */
    public RtmpPort.Served served(MemoryBudget heap) {
        return new RtmpPort.Served(
                cameras,
                access,
                audience,
                (address, camera) -> admission.ofPlayer(address, camera).bySocket(0),
                heap);
    }

    /** Returns the list of events, for whoever reports one. */
    public Events events() {
        return events;
    }

    /** Returns the decision who may do what. */
    public Access access() {
        return access;
    }

    /** Returns the parts that give memory back when the system's runs short. */
    public List<Shedder> shedders() {
        return List.of(windows, cameras.rings(), new DerivedShedder(cameras, audience), new NewestShedder(audience));
    }

    /** Does the periodic work. Called about once a second; does not wait. */
    public void tend() {
        windows.tend();
        access.tend(cameras.clock().nanoTime());
        long nowNanos = cameras.clock().nanoTime();
        cameras.all().forEach(camera -> camera.source().awaited().ifPresent(publisher -> publisher.tend(nowNanos)));
        cameras.wildcards().tend(nowNanos);
        if (recordings.isPresent()) { // a method reference would load the class
            recordings.get().tend();
        }
        if (pushes.isPresent()) {
            pushes.get().tend();
        }
        connections.ifPresent(present -> cameras.pool().budget().faults().lasting(present.unserving()));
    }

    /**
     * Makes room for connections. Called some times a second, and more often while it returns true.
     *
     * @return whether connections are crowded
     */
    public boolean tendConnections() {
        return connections.isPresent() && connections.get().tend();
    }

    /** Ends all answers. */
    @Override
    public void close() {
        Closer.quietly("the windows", windows::close);
        audience.close();
        if (recordings.isPresent()) {
            recordings.get().close();
        }
        if (pushes.isPresent()) {
            pushes.get().close();
        }
    }
}
