package dev.perch.web.segments;

import dev.perch.access.Action;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.UnavailableException;
import dev.perch.dash.Manifest;
import dev.perch.hls.MediaPlaylist;
import dev.perch.hls.MultivariantPlaylist;
import dev.perch.hls.Reload;
import dev.perch.hls.Variant;
import dev.perch.media.Clock;
import dev.perch.memory.BudgetExceededException;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import dev.perch.window.CameraWindow;
import dev.perch.window.SegmentName;
import dev.perch.window.WindowView;
import dev.perch.window.Windows;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers the addresses under {@code hls/} and {@code dash/}. */
public final class SegmentAnswers {
    static final String HLS = "hls/";
    static final String DASH = "dash/";
    static final String INDEX = "index.m3u8";

    /** A blocking answer is the same for everybody for six target durations (RFC 8216bis §B.1). */
    private static final int CACHED_TARGETS = 6;

    private final Cameras cameras;
    private final RequestAdmission admission;
    private final Windows windows;
    private final Map<CameraWindow, Manifest> soundManifests = Collections.synchronizedMap(new WeakHashMap<>());
    private final Map<CameraWindow, Manifest> pictureManifests =
            Collections.synchronizedMap(new WeakHashMap<>()); // those that lack sound which others have
    private @Nullable RenditionManifests renditions; // guarded by this
    private final SegmentResources whole = new SegmentResources(/* growing= */ false);
    private final SegmentResources growing = new SegmentResources(/* growing= */ true);

    public SegmentAnswers(Cameras cameras, Windows windows, RequestAdmission admission) {
        this.cameras = cameras;
        this.windows = windows;
        this.admission = admission;
    }

    /** Returns the routes of HLS and DASH. */
    public List<Route> routes() {
        return List.of(route(HLS), route(DASH));
    }

    private Route route(String folder) {
        return Route.get(
                Route.RENDITION + "/" + folder + "*",
                Action.WATCH,
                exchange -> answer(
                        windows.of(exchange.camera(), exchange.rendition()),
                        folder + exchange.rest(),
                        exchange.request(),
                        exchange.response()));
    }

    /** Answers for the main rendition. */
    void answer(Camera camera, String name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        answer(windows.of(camera), name, request, response);
    }

    /**
     * Answers for a window.
     *
     * @param name the address behind the camera's or the rendition's, under one of the two folders
     */
    private void answer(CameraWindow window, String name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Camera camera = window.camera();
        SegmentExchange exchange = new SegmentExchange(window, admission, request, response);
        try {
            if (exchange.head() && !exchange.window().running()) {
                camera.requireOffered(window.track());
                Caching.seconds(response, 0);
                response.setContentType(contentType(name));
                return;
            }
            if (!exchange.head()) {
                admission.fetches(request, camera);
                AsyncRequests.require(request);
            }
            if (name.startsWith(HLS)) {
                hls(name.substring(HLS.length()), exchange);
            } else {
                dash(name.substring(DASH.length()), exchange);
            }
        } catch (UnavailableException unavailable) {
            Refusals.of(unavailable, camera).answer(request, response);
        } catch (BudgetExceededException full) {
            Refusals.of(full).answer(request, response);
        } catch (CameraWindow.ShortageException shortage) {
            Refusals.shortage(
                            String.valueOf(shortage.getMessage()),
                            cameras.watch().status().free())
                    .answer(request, response);
        } catch (Parameters.RefusedException refused) {
            Problem.of(400, "Parameter not accepted", String.valueOf(refused.getMessage()))
                    .answer(request, response);
        } catch (Reload.RefusedException refused) {
            Problem.of(400, "Directive not accepted", String.valueOf(refused.getMessage()))
                    .answer(request, response);
        }
    }

    private static String contentType(String name) {
        if (name.endsWith(".m3u8")) {
            return MediaPlaylist.CONTENT_TYPE;
        }
        return name.endsWith(".mpd") ? Manifest.CONTENT_TYPE : SegmentResources.CONTENT_TYPE;
    }

    private void hls(String file, SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Reload.RefusedException, Parameters.RefusedException, IOException {
        Optional<SegmentName> resource = SegmentName.parse(file);
        if (resource.isPresent()) {
            whole.answer(resource.get(), of(resource.get(), exchange));
            return;
        }
        boolean heard = file.equals(MediaPlaylist.SOUND_PATH) || file.equals(MediaPlaylist.MUXED_PATH);
        if (heard && !exchange.listens()) {
            exchange.unheard();
            return;
        }
        switch (file) {
            case INDEX -> index(exchange);
            case MediaPlaylist.PATH -> pictures(exchange);
            case MediaPlaylist.SOUND_PATH -> sound(exchange);
            case MediaPlaylist.MUXED_PATH -> muxed(both(exchange));
            default -> exchange.gone("There is nothing at this address; " + HLS + INDEX + " is where to begin.");
        }
    }

    /** Returns the request about the presentation in {@code name}. */
    private SegmentExchange of(SegmentName name, SegmentExchange exchange) {
        return exchange.window().named(name.presentation()).isPresent() ? exchange : both(exchange);
    }

    /** Returns the request about pictures and sound in shared segments. */
    private SegmentExchange both(SegmentExchange exchange) {
        return new SegmentExchange(
                windows.muxed(exchange.window()), admission, exchange.request(), exchange.response());
    }

    private void dash(String file, SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Parameters.RefusedException, IOException {
        Optional<SegmentName> resource = SegmentName.parse(file);
        if (resource.isPresent()) {
            growing.answer(resource.get(), exchange);
        } else if (file.equals(Manifest.PATH)) {
            manifest(exchange);
        } else if (file.equals(Manifest.TIME_PATH)) {
            time(exchange);
        } else {
            exchange.gone("There is nothing at this address; " + DASH + Manifest.PATH + " is where to begin.");
        }
    }

    /** Returns the window, begun if necessary; empty if the request must wait for the first segment. */
    private static Optional<WindowView> begin(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException, IOException {
        exchange.window().ask();
        return playable(exchange, view -> true);
    }

    /** Returns the window once it has a segment to begin with; empty if the request must wait. */
    private static Optional<WindowView> beginnable(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException, IOException {
        exchange.window().ask();
        return playable(exchange, WindowView::beginnable);
    }

    /**
     * Returns the window, begun if necessary with the sound beside it; empty if the request must wait.
     *
     * @param heard whether the sound has come as far as needed
     */
    private static Optional<WindowView> begin(SegmentExchange exchange, BooleanSupplier heard)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException, IOException {
        exchange.window().ask();
        exchange.window().askSound();
        return playable(exchange, view -> view.beginnable() && heard.getAsBoolean());
    }

    private static Optional<WindowView> playable(SegmentExchange exchange, Predicate<WindowView> enough)
            throws BudgetExceededException, IOException {
        Optional<WindowView> view = exchange.playable().filter(enough);
        if (view.isEmpty()) {
            exchange.block(exchange.window().firstHeldNanos(), present -> present.playable() && enough.test(present));
        }
        return view;
    }

    private static boolean withSound(SegmentExchange exchange) throws Parameters.RefusedException {
        return Parameters.flag(exchange.request(), "audio").orElse(true) && exchange.listens();
    }

    /** Answers with the multivariant playlist. It begins the camera's sound, too: players ask for it next, even if muted. */
    private static void index(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Parameters.RefusedException, IOException {
        boolean sound = withSound(exchange);
        Optional<WindowView> view = sound ? begin(exchange, () -> !exchange.soundDue()) : beginnable(exchange);
        if (view.isPresent()) {
            long seconds = (long) CACHED_TARGETS * SegmentExchange.target(view.get());
            Optional<WindowView> heard = sound ? exchange.sound() : Optional.empty();
            List<Variant> others = Variants.of(exchange.window(), view.get());
            exchange.text(MediaPlaylist.CONTENT_TYPE, MultivariantPlaylist.text(view.get(), heard, others), seconds);
        }
    }

    private static void pictures(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Reload.RefusedException, IOException {
        media(exchange, MediaPlaylist.SOUND_PATH, exchange.aboutSound());
    }

    private static void sound(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Reload.RefusedException, IOException {
        exchange.window().ask();
        exchange.window().askSound();
        if (exchange.soundComes()) {
            media(exchange.aboutSound(), MediaPlaylist.PATH, exchange);
        } else {
            exchange.gone("Camera " + exchange.window().camera().id() + " gives no sound.");
        }
    }

    /**
     * Answers with a media playlist.
     *
     * @param other the track to report on, whose playlist is at {@code path}
     */
    private static void media(SegmentExchange exchange, String path, SegmentExchange other)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Reload.RefusedException, IOException {
        Reload reload = Reload.of(
                exchange.request().getParameter("_HLS_msn"),
                exchange.request().getParameter("_HLS_part"),
                exchange.request().getParameter("_HLS_skip"));
        Optional<WindowView> begun = begin(exchange);
        if (begun.isEmpty()) {
            return;
        }
        WindowView view = begun.get();
        Optional<String> refusal = reload.tooFarAhead(view);
        if (refusal.isPresent()) {
            exchange.tooFarAhead(refusal.get());
        } else if (reload.satisfiedBy(view)) {
            int target = SegmentExchange.target(view);
            long seconds = reload.number() >= 0 ? (long) CACHED_TARGETS * target : Math.max(1, target / 2);
            List<MediaPlaylist.Other> others = other.view().stream()
                    .map(present -> new MediaPlaylist.Other(path, present))
                    .toList();
            String text = MediaPlaylist.text(view, reload.delta(), others);
            exchange.text(MediaPlaylist.CONTENT_TYPE, text, seconds);
        } else {
            exchange.block(SegmentExchange.blockNanos(view), now -> now.playable() && reload.satisfiedBy(now));
        }
    }

    private static void muxed(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException, IOException {
        Optional<WindowView> view = begin(exchange);
        if (view.isPresent()) {
            long seconds = Math.max(1, SegmentExchange.target(view.get()) / 2);
            exchange.text(MediaPlaylist.CONTENT_TYPE, MediaPlaylist.classic(view.get()), seconds);
        }
    }

    private void manifest(SegmentExchange exchange)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException,
                    Parameters.RefusedException, IOException {
        boolean sound = withSound(exchange);
        if (RenditionManifests.asked(exchange)) {
            renditions().answer(exchange, sound);
            return;
        }
        Optional<WindowView> view = sound ? begin(exchange, () -> heard(exchange)) : beginnable(exchange);
        if (view.isPresent()) {
            exchange.response().addHeader("Vary", "Host");
            String clock = exchange.beside(Manifest.TIME_PATH);
            Map<CameraWindow, Manifest> manifests = sound ? soundManifests : pictureManifests;
            Manifest manifest = manifests.computeIfAbsent(exchange.window(), window -> new Manifest());
            Optional<WindowView> heard = sound ? exchange.sound() : Optional.empty();
            exchange.text(Manifest.CONTENT_TYPE, manifest.text(view.get(), heard, clock), 1);
        }
    }

    /** Returns the manifests of several renditions, which most programs never load. */
    private synchronized RenditionManifests renditions() {
        RenditionManifests present = renditions == null ? new RenditionManifests(windows) : renditions;
        renditions = present;
        return present;
    }

    /** Returns whether the sound of each period can be described now. */
    private static boolean heard(SegmentExchange exchange) {
        boolean behind = exchange.sound().isPresent()
                && exchange.view()
                        .filter(pictures -> !pictures.listed().isEmpty())
                        .map(WindowView::withoutGaps)
                        .filter(pictures -> !Manifest.reaches(exchange.sound().orElseThrow(), pictures))
                        .isPresent();
        return !exchange.soundDue() && !behind;
    }

    /** Answers with the clock of the manifest's times, which does not follow steps of the system's clock. */
    private static void time(SegmentExchange exchange) throws IOException {
        Clock clock = exchange.clock();
        long micros =
                exchange.view().map(view -> view.wallMicrosAt(clock.nanoTime())).orElseGet(clock::wallClockMicros);
        exchange.text("text/plain;charset=utf-8", Manifest.dateTime(micros), 0);
        exchange.response().setHeader("Cache-Control", "no-store");
    }
}
