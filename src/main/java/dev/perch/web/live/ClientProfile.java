package dev.perch.web.live;

import dev.perch.progressive.Mp4Start;
import dev.perch.web.answer.Callers;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Set;

/**
 * The program that sent a request, and what it wants the answer for, as far as the request tells. Browsers say what an address is for in {@code Sec-Fetch-Dest}, but only to https and to
 * the machine they run on; elsewhere {@code Accept} and {@code Range} tell an element from a script.
 */
final class ClientProfile {
    /** An element of a page, or the window itself; a script's fetch is {@code empty}. */
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

    /** Returns whether it is a browser that shows each part as a picture: not one whose script reads the parts. */
    boolean paintsParts() {
        boolean shows = place.isEmpty()
                ? accept.contains("image/") || accept.contains("text/html")
                : PICTURE_PLACES.contains(place);
        return browser() && shows;
    }

    /** Returns whether it is a browser, which plays what it gets; others look at the first frames' times, or keep them. */
    boolean browser() {
        return agent.startsWith("Mozilla/");
    }

    /** Returns how its {@code <video>} wants a file to begin; a script that feeds a MediaSource knows the plain start only. */
    Mp4Start start() {
        boolean plays = place.isEmpty()
                ? ranged || accept.contains("video/") || accept.contains("text/html")
                : VIDEO_PLACES.contains(place);
        if (!plays) {
            return Mp4Start.PLAIN;
        }
        // "Edge/" was the name of another engine, which called itself Chrome too
        if (agent.contains("Chrome/") && !agent.contains("Edge/")) {
            return Mp4Start.HYBRID;
        }
        return agent.contains("Gecko/") && agent.contains("Firefox/") ? Mp4Start.TWICE : Mp4Start.PLAIN;
    }

    /** Returns whether it is in the same house, as far as its address tells; of a trusted proxy, the address that it forwards for. */
    boolean near() {
        return near;
    }
}
