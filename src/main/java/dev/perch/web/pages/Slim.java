package dev.perch.web.pages;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Removes from scripts and style sheets what only people need: comments on their own lines, comments behind code that contain no quote, and
 * indentation. Line numbers stay the same, so that a browser's error names the right one. For Perch's own files, in which no string runs over several
 * lines.
 */
final class Slim {
    /** Within a string, such text would have the closing quote behind it. */
    private static final Pattern BEHIND_CODE = Pattern.compile("\\s+// [^'\"`]*$");

    private Slim() {}

    /** Returns {@code text} without comments if the file {@code name} is a script or a style sheet. */
    static String of(String name, String text) {
        boolean script = name.endsWith(".js");
        if (!script && !name.endsWith(".css")) {
            return text;
        }
        boolean[] inside = {false}; // within a comment of several lines
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
