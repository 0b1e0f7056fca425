package dev.perch.rtmp;

import java.util.Optional;

/**
 * The stream that a client wants to publish or play: {@code rtmp://host/app/name?key=…}. The texts are the client's and hold keys, so they must not
 * be logged.
 *
 * @param app the connection's application
 * @param tcUrl the address without the stream's name, as the client has it
 * @param name the stream's name, with its query
 * @param client the client's name for itself
 */
public record StreamRequest(String app, String tcUrl, String name, String client) {
    /** Returns app and name without query, as a path without outer slashes: {@code live/camera1}. */
    public String path() {
        String joined = withoutQuery(app) + "/" + withoutQuery(name);
        int from = 0;
        int to = joined.length();
        while (from < to && joined.charAt(from) == '/') {
            from++;
        }
        while (to > from && joined.charAt(to - 1) == '/') {
            to--;
        }
        return joined.substring(from, to);
    }

    /** Returns a parameter of the name's query, else of the app's, undecoded. */
    public Optional<String> parameter(String key) {
        return parameter(name, key).or(() -> parameter(app, key));
    }

    private static String withoutQuery(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private static Optional<String> parameter(String text, String key) {
        int at = text.indexOf('?');
        while (at >= 0) {
            int next = text.indexOf('&', at + 1);
            String pair = text.substring(at + 1, next < 0 ? text.length() : next);
            if (pair.startsWith(key + "=")) {
                return Optional.of(pair.substring(key.length() + 1));
            }
            at = next;
        }
        return Optional.empty();
    }

    /** Leaves out everything that could be a key. */
    @Override
    public String toString() {
        return "a stream of " + client;
    }
}
