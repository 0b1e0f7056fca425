package dev.perch.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an answer, and its body as it comes.
 *
 * @param headers by their names in lower case; of a name that came several times, the values joined by commas
 * @param body gives what has come as soon as it has; ends with the body, however that is delimited
 */
public record HttpAnswer(int status, Map<String, String> headers, HttpBody body) {
    /** Returns the value of a header. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Returns the media type without its parameters, in lower case; empty if none is told. */
    public String mediaType() {
        return header("content-type")
                .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    boolean redirects() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
