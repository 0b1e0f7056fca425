package dev.perch.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The query parameters of live answers. Unknown ones are ignored; a known one with a value that makes no sense is refused. */
final class Parameters {
    private Parameters() {}

    /** A parameter that is refused; the message says what is accepted. */
    static final class RefusedException extends Exception {
        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /** A number from {@code least} to {@code most}; {@code absent} where the request has no such parameter, or an empty one. */
    static double number(HttpServletRequest request, String name, Range range, double absent) throws RefusedException {
        @Nullable String text = request.getParameter(name);
        if (text == null || text.isBlank()) {
            return absent;
        }
        try {
            double value = Double.parseDouble(text.strip());
            if (value >= range.least() && value <= range.most()) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(name, text, range);
        }
        throw refused(name, text, range);
    }

    private static RefusedException refused(String name, String text, Range range) {
        return new RefusedException(String.format(
                Locale.ROOT,
                "%s=%s is not accepted: %s is a number of %s from %s to %s.",
                name,
                text.length() > 40 ? text.substring(0, 40) + "…" : text,
                name,
                range.unit(),
                trimmed(range.least()),
                trimmed(range.most())));
    }

    private static String trimmed(double number) {
        return number == Math.rint(number) ? String.format(Locale.ROOT, "%.0f", number) : Double.toString(number);
    }

    /** What is accepted. */
    record Range(double least, double most, String unit) {}
}
