package dev.perch.v4l2;

import java.util.Locale;

/** The value of a control: the driver's, or a wanted one. */
public sealed interface ControlValue {
    /** The value of an integer, a bitmask, a boolean (0, 1) or a menu (the entry's number). */
    record Whole(long value) implements ControlValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** The value of a string; a wanted value may also be {@code true}, {@code false} or the name of a menu's entry. */
    record Text(String value) implements ControlValue {
        @Override
        public String toString() {
            return '"' + (value.length() > 60 ? value.substring(0, 60) + "…" : value) + '"';
        }
    }

    /** Reads a plain word of a file or a command line: a number if it is one, decimal or with 0x, otherwise a text. */
    static ControlValue of(String word) {
        String digits = word.toLowerCase(Locale.ROOT);
        try {
            boolean hexadecimal = digits.matches("0x[0-9a-f]{1,16}");
            return hexadecimal || digits.matches("[-+]?[0-9]{1,19}")
                    ? new Whole(hexadecimal ? Long.parseUnsignedLong(digits.substring(2), 16) : Long.parseLong(digits))
                    : new Text(word);
        } catch (NumberFormatException tooLarge) { // 19 digits may pass 2^63
            return new Text(word);
        }
    }
}
