package dev.perch.config;

/** Prepares a typed text for a message: one line, no control characters, not too long. */
final class Text {
    private static final int MAX_SHOWN = 60;

    private Text() {}

    /** Returns the text in quotation marks, shortened and without secrets, which are removed before anything is cut off. */
    static String quoted(String text) {
        String line = Redaction.general().redact(oneLine(text));
        return line.codePointCount(0, line.length()) <= MAX_SHOWN
                ? '"' + line + '"'
                : '"' + line.substring(0, line.offsetByCodePoints(0, MAX_SHOWN)) + "…\"";
    }

    /** Returns the text with each control character, and each that changes the direction of writing, as its number. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (isPlain(character)) {
                line.appendCodePoint(character);
            } else {
                line.append('<').append(hex(character)).append('>');
            }
        });
        return line.toString();
    }

    /** Returns whether a terminal prints the character as it is. */
    static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Returns Unicode's name of a character, such as U+0009. */
    static String hex(int character) {
        return String.format("U+%04X", character);
    }
}
