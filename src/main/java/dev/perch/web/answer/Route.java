package dev.perch.web.answer;

import dev.perch.access.Action;
import java.io.IOException;

/**
 * One address of the program: what is answered there, and what a caller has to be allowed for it.
 *
 * @param method {@code GET}, which answers HEAD too, or one whose requests have a body
 * @param path from the program's root, such as {@code /stats}; {@code /{camera}} at its beginning stands for a camera, {@code /{camera}/{rendition}} for a camera and each of its renditions, and {@code *} at its
 *     end for any rest
 * @param costly whether an answer takes the processor for longer than it takes to send, so that few are made at once
 */
public record Route(String method, String path, Action action, Answerer answerer, boolean costly) {
    /** Begins the path of what each camera has. */
    public static final String CAMERA = "/{camera}";

    /** Begins the path of what each rendition of a camera has, and the camera itself. */
    public static final String RENDITION = CAMERA + "/{rendition}";

    /** What stands in a path for mjpg-streamer's {@code /?action=command}: no address leads there by itself. */
    public static final String COMMAND = "/?action=command";

    /** The path by which a camera that is not there yet is published to; {@code *} is its name. */
    public static final String NEWCOMER = "/*/publish";

    /** Answers a request that has been let in. On a request thread, which must not wait for the client. */
    @FunctionalInterface
    public interface Answerer {
        void answer(Exchange exchange) throws IOException;
    }

    /** Returns a route that reads. */
    public static Route get(String path, Action action, Answerer answerer) {
        return new Route("GET", path, action, answerer, /* costly= */ false);
    }

    /** Returns a route that changes something as the request's body says. */
    public static Route put(String path, Action action, Answerer answerer) {
        return new Route("PUT", path, action, answerer, /* costly= */ false);
    }

    /** Returns a route that takes what the request's body holds. */
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
