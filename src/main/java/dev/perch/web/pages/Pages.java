package dev.perch.web.pages;

import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Encoding;
import dev.perch.source.Source;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.CrossOrigin;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.LinkPath;
import dev.perch.web.answer.Route;
import dev.perch.web.status.CameraFacts;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pages: the wall, the system page, and for each camera its own page and the comparison of techniques. */
public final class Pages implements Route.Answerer {
    /** Without a script a browser opens six connections to a host: four pictures leave one for the figures and one for a click. */
    private static final int MOVING_PICTURES = 4;

    /** The wall gives an overview; a small machine's network carries several cameras at this rate. */
    private static final String WALL_RATE = "fps=5";

    /** The style sheet makes so many tiles fit into the window; with more of them one scrolls. */
    private static final int MOST_PLACED = 64;

    private final Cameras cameras;
    private final String version;
    private final ServletContext context;
    private final CrossOrigin origins;
    private final Assets assets;
    private @Nullable PageTemplates templates; // guarded by this

    public Pages(Cameras cameras, String version, ServletContext context, CrossOrigin origins, Assets assets) {
        this.cameras = cameras;
        this.version = version;
        this.context = context;
        this.origins = origins;
        this.assets = assets;
    }

    /** Returns the routes of pages. */
    public List<Route> routes() {
        return List.of(
                Route.get("/", Action.WATCH, this).asCostly(),
                Route.get(Route.CAMERA, Action.WATCH, Pages::toPage),
                Route.get(Route.CAMERA + "/", Action.WATCH, this).asCostly(),
                Route.get(Route.CAMERA + "/compare", Action.WATCH, this::compare)
                        .asCostly(),
                Route.get("/system", Action.WATCH, this::system).asCostly());
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Optional<Camera> meant = exchange.target().or(cameras::first);
        if (exchange.request().getHeader(Source.RELAY_HEADER) != null && meant.isPresent()) {
            toStream(meant.get(), exchange);
        } else if (exchange.target().isPresent()) {
            camera(exchange.camera(), exchange.request(), exchange.response());
        } else {
            wall(exchange.request(), exchange.response());
        }
    }

    /** Redirects to the camera's page, which is a folder, so that its relative links work. The query, such as {@code action=snapshot}, is kept. */
    private static void toPage(Exchange exchange) throws IOException {
        String query = exchange.request().getQueryString();
        exchange.response().sendRedirect(exchange.camera().id() + "/" + (query == null ? "" : "?" + query));
    }

    /** Redirects another Perch to the stream that needs no encoding. */
    private static void toStream(Camera camera, Exchange exchange) throws IOException {
        boolean pictures = camera.natively(Encoding.JPEG) && !camera.natively(Encoding.H264);
        exchange.response().sendRedirect(pictures ? "stream.mjpg" : "stream.mp4");
    }

    /**
     * Answers with all cameras, each in its own format: the first few with moving pictures until the script begins, the others with a still.
     */
    private void wall(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<CameraView> views = new ArrayList<>();
        int moving = 0;
        List<Camera> shown = discretion(request).shown(shown(request));
        for (Camera camera : shown) {
            CameraView view = ofWall(
                    camera,
                    shown.size() > 1 ? WALL_RATE : "",
                    /* moves= */ moving < MOVING_PICTURES && !webKit(request),
                    discretion(request));
            moving += view.moves() ? 1 : 0;
            views.add(view);
        }
        answer("wall", page("Perch", "", look(request, views.size()), request, views, List.of()), request, response);
    }

    /** Returns the cameras in {@code cameras=a,b}, in that order; all cameras if none of the names exists. */
    private List<Camera> shown(HttpServletRequest request) {
        String wanted = request.getParameter("cameras");
        if (wanted == null) {
            return cameras.all();
        }
        List<Camera> shown = Arrays.stream(wanted.split(",", -1))
                .distinct()
                .flatMap(id -> cameras.named(id).stream())
                .toList();
        return discretion(request).shown(shown).isEmpty() ? cameras.all() : shown;
    }

    /** Returns the classes of a wall: how many tiles it has, by which the style sheet places them, and whether it stands inside another page, without bars of its own. */
    private static String look(HttpServletRequest request, int tiles) {
        return "n" + Math.min(tiles, MOST_PLACED) + ("1".equals(request.getParameter("bare")) ? " bare" : "");
    }

    private static Discretion discretion(HttpServletRequest request) {
        return new Discretion(Callers.permit(request));
    }

    private static CameraView ofWall(Camera camera, String query, boolean moves, Discretion discretion) {
        return CameraView.of(
                CameraFacts.of(camera),
                new CameraView.Presentation(
                        camera.id() + "/",
                        query,
                        moves,
                        /* wall= */ true,
                        recorded(camera, discretion),
                        !camera.config().pushes().isEmpty()),
                discretion);
    }

    /** Returns whether there are recordings that the reader may see. */
    private static boolean recorded(Camera camera, Discretion discretion) {
        return camera.config().record().isPresent() && discretion.lets(Action.REPLAY, camera.id());
    }

    /** Answers with the program's state: cameras, memory, viewers. It starts no picture. */
    private void system(Exchange exchange) throws IOException {
        HttpServletRequest request = exchange.request();
        List<CameraView> views = discretion(request).shown(cameras.all()).stream()
                .map(camera -> ofWall(camera, "", /* moves= */ false, discretion(request)))
                .toList();
        answer("system", page("System · Perch", "", "", request, views, List.of()), request, exchange.response());
    }

    /** Answers with one camera in all techniques side by side, which the script starts. */
    private void compare(Exchange exchange) throws IOException {
        HttpServletRequest request = exchange.request();
        CameraView view = ofPage(CameraFacts.of(exchange.camera()), exchange.camera(), request);
        answer(
                "compare",
                page(view.title() + ", compared · Perch", "../", "", request, List.of(view), List.of()),
                request,
                exchange.response());
    }

    /** Answers with the page of a camera's recordings. */
    public void recordings(Exchange exchange) throws IOException {
        HttpServletRequest request = exchange.request();
        CameraView view = ofPage(CameraFacts.of(exchange.camera()), exchange.camera(), request);
        answer(
                "recordings",
                page(view.title() + " · Recordings · Perch", "../../", "", request, List.of(view), List.of()),
                request,
                exchange.response());
    }

    /** Returns whether it is a browser of WebKit's that asks: Safari plays no endless video, and WebKitGTK hangs when it leaves one. The script shows the pictures. */
    private static boolean webKit(HttpServletRequest request) {
        String agent = request.getHeader("User-Agent");
        return agent != null && agent.contains("AppleWebKit/") && !agent.contains("Chrom");
    }

    private static CameraView ofPage(CameraFacts facts, Camera camera, HttpServletRequest request) {
        Discretion discretion = discretion(request);
        return CameraView.of(
                facts,
                new CameraView.Presentation(
                        "./",
                        "",
                        /* moves= */ !webKit(request),
                        /* wall= */ false,
                        recorded(camera, discretion),
                        !camera.config().pushes().isEmpty()),
                discretion);
    }

    /** Answers with one camera and the lines that embed it elsewhere. */
    private void camera(Camera camera, HttpServletRequest request, HttpServletResponse response) throws IOException {
        CameraFacts facts = CameraFacts.of(camera);
        CameraView view = ofPage(facts, camera, request);
        answer(
                "camera",
                page(
                        view.title() + " · Perch",
                        "../",
                        "",
                        request,
                        List.of(view),
                        Snippets.of(facts, address(request))),
                request,
                response);
    }

    private PageView page(
            String title,
            String root,
            String look,
            HttpServletRequest request,
            List<CameraView> views,
            List<PageView.Snippet> snippets)
            throws IOException {
        MemoryView memory = MemoryView.of(
                cameras.pool().budget(),
                cameras.watch().status(),
                discretion(request).showsAll(cameras.all()));
        boolean linked = !LinkPath.token(request.getServletPath()).isEmpty();
        return new PageView(
                title,
                root,
                root + assets.folder(),
                address(request),
                version,
                linked,
                !linked && Callers.loggedIn(request),
                discretion(request).plain(),
                !root.isEmpty() && views.stream().anyMatch(CameraView::recorded),
                memory,
                look,
                views,
                snippets);
    }

    /** Returns the page's address as the client wrote it, for the lines to copy; the script corrects it behind a proxy. */
    private static String address(HttpServletRequest request) {
        return request.getRequestURL().toString();
    }

    private void answer(String template, PageView page, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        answer(templates().render(template, page, List.of()), request, response);
    }

    /** Answers with a page about no camera, below {@code /system}. */
    void answer(String template, String title, List<? extends Record> rows, Exchange exchange) throws IOException {
        PageView page = page(title + " · Perch", "../", "", exchange.request(), List.of(), List.of());
        answer(templates().render(template, page, rows), exchange.request(), exchange.response());
    }

    private void answer(byte[] html, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(html.length);
        response.setHeader("Cache-Control", "no-store");
        origins.page(request, response);
        response.getOutputStream().write(html);
    }

    private synchronized PageTemplates templates() {
        PageTemplates present = templates;
        if (present == null) {
            present = new PageTemplates(context);
            templates = present;
        }
        return present;
    }
}
