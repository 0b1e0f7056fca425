package dev.perch.web.pages;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes out of scripts and style sheets what only their readers need: the comments that have lines of their own, those behind code that hold no quote, and indentation. Lines keep their numbers, so that a browser's complaint
 * names the right one. For the files of Perch itself, in which no text runs over several lines.
 */
final class Slim {
    /** What begins within a text has its closing quote behind it. */
    private static final Pattern BEHIND_CODE = Pattern.compile("\\s+// [^'\"`]*$");

    private Slim() {}

    /** Returns {@code text}, which is of the file {@code name}, without comments; all of it where it is another kind of file. */
    static String of(String name, String text) {
        boolean script = name.endsWith(".js");
        if (!script && !name.endsWith(".css")) {
            return text;
        }
        boolean[] inside = {false}; // a comment of several lines
        List<String> lines = text.lines()
                .map(line -> {
                    String code = line.strip();
                    if (inside[0] || code.startsWith("/*")) {
                        inside[0] = !code.endsWith("*/");
                        return "";
                    }
                    if (!script) {
                        return code;
                    }
                    return code.startsWith("//")
                            ? ""
                            : BEHIND_CODE.matcher(code).replaceFirst("");
                })
                .toList();
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
}
