package dev.perch.web.answer;

import dev.perch.access.Action;
import java.io.IOException;

/**
 * One address of the program: its answer, and the action that a caller must be allowed.
 *
 * @param method {@code GET}, which answers HEAD too, or one whose requests have a body
 * @param path from the program's root, such as {@code /stats}; {@code /{camera}} at its beginning stands for a camera, {@code /{camera}/{rendition}}
 *     for a camera and each of its renditions, and {@code *} at its end for any rest
 * @param costly whether making an answer takes more processor time than sending it, so that few are made at once
 */
public record Route(String method, String path, Action action, Answerer answerer, boolean costly) {
    /** The beginning of the paths that each camera has. */
    public static final String CAMERA = "/{camera}";

    /** The beginning of the paths that each camera, and each of its renditions, has. */
    public static final String RENDITION = CAMERA + "/{rendition}";

    /** Stands in a path for mjpg-streamer's {@code /?action=command}; no address has this path. */
    public static final String COMMAND = "/?action=command";

    /** The path for publishers of cameras that do not exist yet; {@code *} is the name. */
    public static final String NEWCOMER = "/*/publish";

    /** Answers a request that was let in. Called on a request thread, and must not wait for the client. */
    @FunctionalInterface
    public interface Answerer {
        void answer(Exchange exchange) throws IOException;
    }

    /** Returns a route that reads. */
    public static Route get(String path, Action action, Answerer answerer) {
        return new Route("GET", path, action, answerer, /* costly= */ false);
    }

    /** Returns a route that changes something according to the request's body. */
    public static Route put(String path, Action action, Answerer answerer) {
        return new Route("PUT", path, action, answerer, /* costly= */ false);
    }

    /** Returns a route that takes in the request's body. */
    public static Route post(String path, Action action, Answerer answerer) {
        return new Route("POST", path, action, answerer, /* costly= */ false);
    }

    /** Returns this route, marked as costly. */
    public Route asCostly() {
        return new Route(method, path, action, answerer, /* costly= */ true);
    }

    /** Returns whether requests have a body that the answerer reads. */
    public boolean takesBody() {
        return !method.equals("GET");
    }
}
