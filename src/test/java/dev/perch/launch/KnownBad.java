package dev.perch.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The versions of other projects' files that must not be in the WAR, as a text file lists them. */
final class KnownBad {
    static final Path LIST = Path.of("src/test/resources/dependencies/known-bad.txt");

    /** One line of the list: every version of {@code name} below {@code good} is bad. */
    private record Line(String name, String good, String why) {}

    private final List<Line> lines;

    private KnownBad(List<Line> lines) {
        this.lines = lines;
    }

    static KnownBad list() throws IOException {
        return of(Files.readAllLines(LIST));
    }

    static KnownBad of(List<String> text) {
        return new KnownBad(text.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(KnownBad::line)
                .toList());
    }

    private static Line line(String text) {
        String[] words = text.split("\\s+", 3);
        if (words.length < 3 || !words[1].matches("[0-9]+(\\.[0-9]+)*")) {
            throw new IllegalArgumentException("not \"name version why\": line=" + text);
        }
        return new Line(words[0], words[1], words[2]);
    }

    /** Returns the names of the files that it has lines for. */
    List<String> names() {
        return lines.stream().map(Line::name).distinct().toList();
    }

    /** Returns a sentence for each line that {@code version} of {@code name} offends. */
    Stream<String> complaints(String name, String version) {
        return lines.stream()
                .filter(line -> line.name.equals(name) && isBelow(version, line.good))
                .map(line -> name + " " + version + " has " + line.why + "; " + line.good + " is good");
    }

    /** Compares number by number; what follows the numbers ({@code .RELEASE}, {@code (b0)}) counts for nothing. */
    static boolean isBelow(String version, String good) {
        String[] have = numbers(version);
        String[] want = numbers(good);
        for (int i = 0; i < Math.max(have.length, want.length); i++) {
            int order = Integer.compare(number(have, i), number(want, i));
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    private static String[] numbers(String version) {
        return version.replaceFirst("[^0-9.].*", "").split("\\.");
    }

    private static int number(String[] numbers, int place) {
        return place < numbers.length && !numbers[place].isEmpty() ? Integer.parseInt(numbers[place]) : 0;
    }
}
