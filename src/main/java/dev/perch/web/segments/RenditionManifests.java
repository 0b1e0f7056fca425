package dev.perch.web.segments;

import dev.perch.camera.UnavailableException;
import dev.perch.config.RenditionConfig;
import dev.perch.dash.Manifest;
import dev.perch.dash.Rendered;
import dev.perch.dash.RenditionsManifest;
import dev.perch.media.TrackId;
import dev.perch.memory.BudgetExceededException;
import dev.perch.web.answer.Parameters;
import dev.perch.window.CameraWindow;
import dev.perch.window.SegmentWindow;
import dev.perch.window.WindowView;
import dev.perch.window.Windows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.BooleanSupplier;

/**
 * Answers with the manifests of cameras that have several renditions. A manifest lists the segments of each, so all are made while somebody asks for
 * it. A rendition that cannot be made now, or is not there in time, is left out.
 */
final class RenditionManifests {
    private final Windows windows;
    private final Map<CameraWindow, RenditionsManifest> withSound = Collections.synchronizedMap(new WeakHashMap<>());
    private final Map<CameraWindow, RenditionsManifest> silent = Collections.synchronizedMap(new WeakHashMap<>());

    RenditionManifests(Windows windows) {
        this.windows = windows;
    }

    /** Returns whether a manifest of all renditions is requested. */
    static boolean asked(SegmentExchange exchange) throws Parameters.RefusedException {
        CameraWindow window = exchange.window();
        boolean several = Parameters.flag(exchange.request(), "renditions").orElse(true);
        return several
                && window.track().rendition().equals(TrackId.MAIN)
                && !window.camera().config().renditions().isEmpty();
    }

    void answer(SegmentExchange exchange, boolean sound)
            throws UnavailableException, BudgetExceededException, CameraWindow.ShortageException, IOException {
        CameraWindow main = exchange.window();
        main.ask();
        if (sound) {
            main.askSound();
        }
        List<CameraWindow> others = begun(main);
        Optional<WindowView> view = exchange.view().filter(RenditionsManifest::tellable);
        BooleanSupplier whole = () -> !awaited(others) && !(sound && soundDue(exchange));
        if (view.isEmpty() || !(whole.getAsBoolean() || Blocked.expired(exchange.request()))) {
            exchange.block(
                    main.firstHeldNanos(), present -> RenditionsManifest.tellable(present) && whole.getAsBoolean());
            return;
        }
        List<Rendered> pictures = new ArrayList<>(List.of(new Rendered("main", "", view.get())));
        for (CameraWindow other : others) {
            String name = other.track().rendition();
            tellable(other)
                    .ifPresent(present ->
                            pictures.add(new Rendered(name, "../" + name + "/" + SegmentAnswers.DASH, present)));
        }
        exchange.response().addHeader("Vary", "Host");
        RenditionsManifest manifest =
                (sound ? withSound : silent).computeIfAbsent(main, window -> new RenditionsManifest());
        Optional<WindowView> heard = sound ? exchange.sound().filter(RenditionsManifest::tellable) : Optional.empty();
        exchange.text(Manifest.CONTENT_TYPE, manifest.text(pictures, heard, exchange.beside(Manifest.TIME_PATH)), 1);
    }

    /** Begins the windows of the other renditions that can be made now, and returns them. */
    private List<CameraWindow> begun(CameraWindow main) {
        List<CameraWindow> begun = new ArrayList<>();
        for (RenditionConfig rendition : main.camera().config().renditions()) {
            CameraWindow other = windows.of(main.camera(), rendition.name());
            try {
                other.ask();
                begun.add(other);
            } catch (UnavailableException | CameraWindow.ShortageException without) {
                // the manifest does without it
            }
        }
        return begun;
    }

    private static Optional<WindowView> tellable(CameraWindow window) {
        return window.window().map(SegmentWindow::view).filter(RenditionsManifest::tellable);
    }

    private static boolean soundDue(SegmentExchange exchange) {
        return exchange.soundDue()
                || exchange.sound()
                        .filter(view -> !RenditionsManifest.tellable(view))
                        .isPresent();
    }

    private static boolean awaited(List<CameraWindow> windows) {
        return windows.stream()
                .anyMatch(window -> window.trouble().isEmpty()
                        && window.running()
                        && tellable(window).isEmpty());
    }
}
