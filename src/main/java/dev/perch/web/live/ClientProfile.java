package dev.perch.web.live;

import dev.perch.progressive.Mp4Start;
import dev.perch.web.answer.Callers;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Set;

/**
 * The program that sent a request, and its purpose, as far as the request tells. Browsers state the purpose in {@code Sec-Fetch-Dest}, but only to
 * https and to their own machine; elsewhere {@code Accept} and {@code Range} distinguish an element from a script.
 */
final class ClientProfile {
    /** An element of a page, or the window itself; a script's fetch says {@code empty}. */
    private static final Set<String> PICTURE_PLACES = Set.of("image", "document", "iframe", "embed", "object", "frame");

    private static final Set<String> VIDEO_PLACES = Set.of("video", "document", "iframe", "embed", "object", "frame");

    private final String agent;
    private final String accept;
    private final String place;
    private final boolean ranged;
    private final boolean near;

    private ClientProfile(HttpServletRequest request, Callers callers) {
        agent = header(request, "User-Agent");
        accept = header(request, "Accept");
        place = header(request, "Sec-Fetch-Dest");
        ranged = request.getHeader("Range") != null;
        near = callers.of(request).near();
    }

    static ClientProfile of(HttpServletRequest request, Callers callers) {
        return new ClientProfile(request, callers);
    }

    private static String header(HttpServletRequest request, String name) {
        return Objects.requireNonNullElse(request.getHeader(name), "");
    }

    /** Returns whether it is a browser that paints each part as a picture, and not one whose script reads the parts. */
    boolean paintsParts() {
        boolean shows = place.isEmpty()
                ? accept.contains("image/") || accept.contains("text/html")
                : PICTURE_PLACES.contains(place);
        return browser() && shows;
    }

    /** Returns whether it is a browser, which plays what it gets; other programs measure the first frames' times, or store them. */
    boolean browser() {
        return agent.startsWith("Mozilla/");
    }

    /** Returns the beginning of a file that its {@code <video>} prefers; a script that feeds a MediaSource needs the plain start. */
    Mp4Start start() {
        boolean plays = place.isEmpty()
                ? ranged || accept.contains("video/") || accept.contains("text/html")
                : VIDEO_PLACES.contains(place);
        if (!plays) {
            return Mp4Start.PLAIN;
        }
        // "Edge/" was the name of another engine, which also called itself Chrome
        if (agent.contains("Chrome/") && !agent.contains("Edge/")) {
            return Mp4Start.HYBRID;
        }
        return agent.contains("Gecko/") && agent.contains("Firefox/") ? Mp4Start.TWICE : Mp4Start.PLAIN;
    }

    /**
     * Returns whether it is in the same house, as far as its address tells; behind a trusted proxy, the address that the proxy forwards for.
     */
    boolean near() {
        return near;
    }
}
