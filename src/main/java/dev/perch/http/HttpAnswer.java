package dev.perch.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an answer, and its body as it arrives.
 *
 * @param headers by name in lower case; the values of a repeated name are joined by commas
 * @param body gives bytes as soon as they arrive, and ends with the body, however that is delimited
 */
public record HttpAnswer(int status, Map<String, String> headers, HttpBody body) {
    /** Returns the value of a header; empty if it is absent. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Returns the media type without parameters, in lower case; empty if it is absent. */
    public String mediaType() {
        return header("content-type")
                .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    boolean redirects() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
