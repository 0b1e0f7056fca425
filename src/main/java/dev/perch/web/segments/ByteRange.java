package dev.perch.web.segments;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes in a request (RFC 9110 §14.1.2).
 *
 * @param from the first byte
 * @param to the end, exclusive
 */
record ByteRange(int from, int to) {
    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** Returns whether the range is not empty. */
    boolean satisfiable() {
        return from < to;
    }

    /**
     * Returns the range in {@code header} of {@code size} bytes; empty for all bytes, also if the header lists several ranges or is malformed, which
     * a server may ignore.
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
