package dev.perch.web.answer;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The query parameters of live answers. Unknown ones are ignored; a known one with an invalid value is refused. */
public final class Parameters {
    private static final List<String> FLAGS = List.of("1", "0", "true", "false", "yes", "no");

    private Parameters() {}

    /** Thrown for an invalid parameter; the message says what is accepted. */
    public static final class RefusedException extends Exception {
        public RefusedException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Returns a number within {@code range}; {@code absent} if the parameter is missing or empty.
     *
     * @throws RefusedException for any other value
     */
    public static double number(HttpServletRequest request, String name, Range range, double absent)
            throws RefusedException {
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

    /**
     * Returns one of the accepted words; empty if the parameter is missing or empty.
     *
     * @throws RefusedException for any other value
     */
    public static Optional<String> word(HttpServletRequest request, String name, List<String> accepted)
            throws RefusedException {
        @Nullable String text = request.getParameter(name);
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!accepted.contains(word)) {
            throw new RefusedException(name + "=" + shortened(text) + " is not accepted: " + name + " is one of "
                    + String.join(", ", accepted) + ".");
        }
        return Optional.of(word);
    }

    /**
     * Returns a boolean; empty if the parameter is missing or empty.
     *
     * @throws RefusedException for any other value
     */
    public static Optional<Boolean> flag(HttpServletRequest request, String name) throws RefusedException {
        return word(request, name, FLAGS).map(word -> word.equals("1") || word.equals("true") || word.equals("yes"));
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private static RefusedException refused(String name, String text, Range range) {
        return new RefusedException(String.format(
                Locale.ROOT,
                "%s=%s is not accepted: %s is a number of %s from %s to %s.",
                name,
                shortened(text),
                name,
                range.unit(),
                trimmed(range.least()),
                trimmed(range.most())));
    }

    private static String trimmed(double number) {
        return number == Math.rint(number) ? String.format(Locale.ROOT, "%.0f", number) : Double.toString(number);
    }

    /** The accepted numbers, and their unit for people. */
    public record Range(double least, double most, String unit) {}
}
