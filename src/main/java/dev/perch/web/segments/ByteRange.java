package dev.perch.web.segments;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes as a request names it (RFC 9110 §14.1.2).
 *
 * @param from the first byte
 * @param to behind the last
 */
record ByteRange(int from, int to) {
    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** Returns whether there is such a range in so many bytes. */
    boolean satisfiable() {
        return from < to;
    }

    /**
     * Returns the range that {@code header} asks of {@code size} bytes; empty for all of them, also where it names several or is malformed, which a
     * server may ignore.
     */
    static Optional<ByteRange> of(@Nullable String header, int size) {
        Matcher matcher = FORM.matcher(header == null ? "" : header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean suffix = matcher.group(1).isEmpty();
        if (suffix && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        long second = matcher.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(matcher.group(2));
        long from = suffix ? Math.max(0, size - second) : Long.parseLong(matcher.group(1));
        long to = suffix ? size : Math.min(size, second + 1);
        return !suffix && second < from
                ? Optional.empty()
                : Optional.of(new ByteRange((int) Math.min(size, from), (int) to));
    }
}
