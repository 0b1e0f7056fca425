package dev.perch.web.recordings;

import dev.perch.web.answer.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A span of time from a request's {@code from} and {@code to}.
 *
 * @param fromMillis in milliseconds since 1970
 * @param toMillis the end, exclusive
 */
record Span(long fromMillis, long toMillis) {
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");
    private static final String ACCEPTED =
            " is a time such as 2026-11-27T20:00:00Z (without Z or an offset it is the server's local time), a time ago such as -10s, -5m, -2h or -7d, or now.";

    /**
     * Parses both parameters.
     *
     * @param fromAbsent the beginning if the request has none
     */
    static Span of(HttpServletRequest request, long nowMillis, long fromAbsent) throws Parameters.RefusedException {
        long from = moment("from", request.getParameter("from"), nowMillis, fromAbsent);
        long to = moment("to", request.getParameter("to"), nowMillis, nowMillis);
        if (from >= to) {
            throw new Parameters.RefusedException("from is not before to: from=" + Instant.ofEpochMilli(from) + " to="
                    + Instant.ofEpochMilli(to) + ".");
        }
        return new Span(from, to);
    }

    private static long moment(String name, @Nullable String text, long nowMillis, long absent)
            throws Parameters.RefusedException {
        if (text == null || text.isBlank()) {
            return absent;
        }
        String word = text.strip().replace(' ', '+'); // forms send the sign of an offset as a blank
        Matcher ago = AGO.matcher(word);
        if (word.equals("now")) {
            return nowMillis;
        }
        if (ago.matches()) {
            return nowMillis - Math.round(Double.parseDouble(ago.group(1)) * unitMillis(ago.group(2)));
        }
        try {
            boolean zoned = word.endsWith("Z") || word.matches(".*T.*[+-][0-9:]{2,}");
            return (zoned
                            ? OffsetDateTime.parse(word).toInstant()
                            : LocalDateTime.parse(word)
                                    .atZone(ZoneId.systemDefault())
                                    .toInstant())
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException unreadable) {
            String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
            throw new Parameters.RefusedException(name + "=" + shown + " is not accepted: " + name + ACCEPTED);
        }
    }

    private static long unitMillis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    double seconds() {
        return (toMillis - fromMillis) / 1e3;
    }
}
