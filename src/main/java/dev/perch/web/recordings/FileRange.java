package dev.perch.web.recordings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of a file's bytes in a request (RFC 9110 §14.1.2).
 *
 * @param from the first byte
 * @param to the end, exclusive
 */
record FileRange(long from, long to) {
    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    boolean satisfiable() {
        return from < to;
    }

    /**
     * Returns the range in {@code header} of {@code size} bytes; empty for the whole file, also if the header lists several ranges or is malformed.
     */
    static Optional<FileRange> of(@Nullable String header, long size) {
        Matcher matcher = FORM.matcher(header == null ? "" : header.strip());
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        boolean suffix = matcher.group(1).isEmpty();
        long second = matcher.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(matcher.group(2));
        long from = suffix ? Math.max(0, size - second) : Long.parseLong(matcher.group(1));
        long to = suffix ? size : Math.min(size, second + 1);
        return !suffix && second < from ? Optional.empty() : Optional.of(new FileRange(Math.min(size, from), to));
    }
}
