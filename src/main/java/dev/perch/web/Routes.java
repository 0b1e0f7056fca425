package dev.perch.web;

import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.RenditionConfig;
import dev.perch.media.TrackId;
import dev.perch.web.answer.LinkPath;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.answer.Route;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds the meaning of an address. An address that begins with a camera's name belongs to that camera. Any other belongs to the program, or to the
 * first camera, which needs no name. Immutable.
 */
final class Routes {
    /** The methods that read, answered at every address (RFC 9110 §9.3.1, §9.3.2, §9.3.7). */
    static final String READING = "GET, HEAD, OPTIONS";

    private static final char ANY = '*';

    private final Cameras cameras;
    private final Map<String, List<Route>> ofProgram = new HashMap<>(); // by path, like the next
    private final Map<String, List<Route>> ofCamera = new HashMap<>(); // by path without its beginning, like the next
    private final Map<String, List<Route>> ofRendition = new HashMap<>();
    private final List<Route> ofNewcomer = new ArrayList<>();
    private final List<Route> all;

    Routes(Cameras cameras, List<Route> all) {
        this.cameras = cameras;
        this.all = List.copyOf(all);
        for (Route route : all) {
            if (route.path().equals(Route.NEWCOMER)) {
                ofNewcomer.add(route);
            } else if (route.path().startsWith(Route.RENDITION)) {
                String path = route.path().substring(Route.RENDITION.length());
                add(ofCamera, path, route);
                add(ofRendition, path, route);
            } else if (route.path().startsWith(Route.CAMERA)) {
                add(ofCamera, route.path().substring(Route.CAMERA.length()), route);
            } else {
                add(ofProgram, route.path(), route);
            }
        }
    }

    private static void add(Map<String, List<Route>> among, String path, Route route) {
        List<Route> others = among.get(path);
        List<Route> there = others == null ? new ArrayList<>(2) : others;
        there.add(route);
        among.put(path, there);
    }

    /**
     * The meaning of an address.
     *
     * @param camera the camera that it belongs to; empty for the program's own address and for a missing camera
     * @param rendition of the camera's picture
     * @param name the address behind the camera's, or behind the program's root
     * @param rest what {@code *} stands for; if nothing answers, the name of a camera with which the address seems to begin
     * @param routes those that answer there, one per method; empty if nothing is there
     * @param asked the address as the client wrote it
     */
    record Target(
            Optional<Camera> camera, String rendition, String name, String rest, List<Route> routes, String asked) {
        /** Returns the target of an address where nothing is. */
        static Target none(String asked, String camera) {
            return new Target(Optional.empty(), TrackId.MAIN, asked, camera, List.of(), asked);
        }

        /** Returns the same target of another rendition. */
        Target of(String other) {
            return new Target(camera, other, name, rest, routes, asked);
        }

        /** Returns the same target, as the client named it. */
        Target as(String named) {
            return camera.isEmpty() && routes.isEmpty()
                    ? none(named, rest)
                    : new Target(camera, rendition, name, rest, routes, named);
        }

        /** Returns the target that the address would have if the camera did not exist. */
        Target hidden() {
            return none(asked, rest);
        }

        /** Returns the name of the camera in the address, existing or not; empty for the program's own address. */
        Optional<String> cameraName() {
            return camera.isPresent()
                    ? camera.map(Camera::id)
                    : Optional.of(rest).filter(name -> routes.isEmpty() || newcomer());
        }

        /** Returns whether this is the address of publishers whose camera comes with them. */
        boolean newcomer() {
            return !routes.isEmpty() && routes.get(0).path().equals(Route.NEWCOMER);
        }

        /** Returns the action of {@code method}; if no route has the method, the one that suits the address. */
        Action action(String method) {
            boolean sends = method.equals("PUT") || method.equals("POST");
            return route(method)
                    .map(Route::action)
                    .orElse(sends && asked.endsWith("/publish") ? Action.PUBLISH : Action.WATCH);
        }

        /** Returns the route that answers {@code method}. */
        Optional<Route> route(String method) {
            String served = method.equals("HEAD") ? "GET" : method;
            for (Route route : routes) {
                if (route.method().equals(served)) {
                    return Optional.of(route);
                }
            }
            return Optional.empty();
        }

        /** Returns the methods that are answered, for {@code Allow}. */
        String methods() {
            StringBuilder methods = new StringBuilder(READING);
            for (Route route : routes) {
                if (!route.method().equals("GET")) {
                    methods.append(", ").append(route.method());
                }
            }
            return methods.toString();
        }
    }

    /** Returns every route. */
    List<Route> all() {
        return all;
    }

    /** Returns the meaning of the address of {@code request}. */
    Target target(HttpServletRequest request) {
        String path = LinkPath.rest(request.getServletPath());
        return target(path, request);
    }

    /** Returns whether a camera of this name exists for {@code action}, or may come. */
    boolean there(Target target, Action action) {
        return target.camera().isPresent()
                ? action != Action.PUBLISH
                        || target.camera().get().source().awaited().isPresent()
                : target.newcomer() && cameras.wildcards().of(target.rest()).isPresent();
    }

    /**
     * Returns the camera whose name begins the path of {@code request} if the query leads to another camera, as {@code /back/?action=stream_0} does.
     */
    Optional<String> passed(Target target, HttpServletRequest request) {
        String path = LinkPath.rest(request.getServletPath());
        int slash = path.indexOf('/', 1);
        return target.newcomer()
                ? Optional.empty()
                : cameras.named(path.substring(1, slash < 0 ? path.length() : slash))
                        .filter(camera -> target.camera().filter(camera::equals).isEmpty())
                        .map(Camera::id);
    }

    private Target target(String path, HttpServletRequest request) {
        String asked = path.substring(1);
        int slash = path.indexOf('/', 1);
        String first = path.substring(1, slash < 0 ? path.length() : slash);
        Optional<Camera> named = cameras.named(first);
        Optional<Camera> meant = named.or(cameras::first);
        String behind = named.isPresent() ? path.substring(1 + first.length()) : path;
        Optional<Target> action =
                behind.equals("/") && meant.isPresent() ? ofAction(meant.get(), request) : Optional.empty();
        if (action.isPresent()) {
            return named.isPresent() ? action.get().as(asked) : action.get();
        }
        if (named.isEmpty() && first.startsWith("input_")) {
            Optional<Camera> input = ofInput(first);
            if (input.isPresent()) {
                return find(ofCamera, input, "/input_0.json").as(asked);
            }
        }
        if (named.isEmpty() && first.equals("api")) {
            Optional<Target> api = ofApi(behind, request);
            if (api.isPresent()) {
                return api.get();
            }
        }
        if (named.isEmpty()) {
            Target own = find(ofProgram, Optional.empty(), behind);
            Target any = own.routes().isEmpty() && meant.isPresent() ? ofCamera(meant.get(), behind) : own;
            return newcomer(first, path).orElse(any.routes().isEmpty() ? Target.none(asked, first) : any.as(asked));
        }
        return ofCamera(named.get(), behind).as(asked);
    }

    /** Returns the target of a publisher whose camera does not exist yet. */
    private Optional<Target> newcomer(String name, String path) {
        boolean asked = !ofNewcomer.isEmpty() && path.equals(Route.NEWCOMER.replace("*", name));
        return asked && cameras.named(name).isEmpty()
                ? Optional.of(new Target(
                        Optional.empty(), TrackId.MAIN, path.substring(1), name, ofNewcomer, path.substring(1)))
                : Optional.empty();
    }

    private Target ofCamera(Camera camera, String behind) {
        Optional<String> rendition = rendition(camera, behind);
        return rendition.isPresent()
                ? find(
                                ofRendition,
                                Optional.of(camera),
                                behind.substring(1 + rendition.get().length()))
                        .of(rendition.get())
                : find(ofCamera, Optional.of(camera), behind);
    }

    /** Returns the rendition of {@code camera} with which {@code path} begins. */
    private static Optional<String> rendition(Camera camera, String path) {
        int slash = path.indexOf('/', 1);
        if (slash < 0 || camera.config().pictures().isEmpty()) {
            return Optional.empty();
        }
        String first = path.substring(1, slash);
        return camera.config().pictures().get().rendition(first).map(RenditionConfig::name);
    }

    private static Target find(Map<String, List<Route>> among, Optional<Camera> camera, String path) {
        List<Route> exact = among.get(path);
        if (exact != null) {
            return target(camera, path, "", exact);
        }
        int slash = path.indexOf('/', 1);
        List<Route> folder = slash < 0 ? null : among.get(path.substring(0, slash + 1) + ANY);
        return folder == null
                ? target(camera, path, "", List.of())
                : target(camera, path, path.substring(slash + 1), folder);
    }

    private static Target target(Optional<Camera> camera, String path, String rest, List<Route> routes) {
        String name = path.isEmpty() ? "" : path.substring(1);
        return new Target(camera, TrackId.MAIN, name, rest, routes, name);
    }

    /** Returns the camera of mjpg-streamer's {@code /input_1.json}, which is the second one. */
    private Optional<Camera> ofInput(String name) {
        return name.matches("input_\\d{1,3}\\.json")
                ? cameras.all().stream()
                        .skip(Integer.parseInt(name.substring(6, name.length() - 5)))
                        .findFirst()
                : Optional.empty();
    }

    /** Returns the target of addresses like go2rtc's {@code /api/stream.mp4?src=front}; empty for others. */
    private Optional<Target> ofApi(String path, HttpServletRequest request) {
        String name = path.substring(path.indexOf('/', 1) + 1);
        Optional<String> meant = name.equals("stream.m3u8")
                ? Optional.of("stream.m3u8")
                : LiveAddress.ofApi(name).map(LiveAddress::path);
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        String source = request.getParameter("src");
        Optional<Camera> camera = source == null ? cameras.first() : cameras.named(source);
        String asked = name + "?src=" + source;
        return Optional.of(
                camera.isPresent()
                        ? find(ofCamera, camera, "/" + meant.get()).as(asked)
                        : Target.none(asked, String.valueOf(source)));
    }

    /** Returns the target of mjpg-streamer's {@code /?action=command&plugin=1}, which sets a control of the second camera. */
    private Target ofCommand(Camera unnumbered, HttpServletRequest request) {
        String plugin = request.getParameter("plugin");
        int number = plugin != null && plugin.matches("\\d{1,3}") ? Integer.parseInt(plugin) : 0;
        Optional<Camera> camera = number == 0
                ? Optional.of(unnumbered)
                : cameras.all().stream().skip(number).findFirst();
        return camera.isPresent()
                ? find(ofCamera, camera, Route.COMMAND).as("action=command")
                : Target.none("action=command", "");
    }

    /**
     * Returns the target of mjpg-streamer's {@code /?action=stream}. It numbers its inputs, so {@code action=stream_1} is the second camera.
     */
    private Optional<Target> ofAction(Camera unnumbered, HttpServletRequest request) {
        String action = request.getParameter("action");
        if (action != null && action.equals("command")) {
            return Optional.of(ofCommand(unnumbered, request));
        }
        Optional<LiveAddress.OfInput> wanted = action == null ? Optional.empty() : LiveAddress.ofAction(action);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt input = wanted.get().input();
        Optional<Camera> camera = input.isEmpty()
                ? Optional.of(unnumbered)
                : cameras.all().stream().skip(input.getAsInt()).findFirst();
        String asked = "action=" + action;
        return Optional.of(
                camera.isPresent()
                        ? find(ofCamera, camera, "/" + wanted.get().address().path())
                                .as(asked)
                        : Target.none(asked, ""));
    }
}
