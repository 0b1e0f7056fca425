package dev.perch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents point to is there. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`([^`\n]+)`");
    private static final Pattern CLASS = Pattern.compile("(?:[a-z0-9]+\\.)?([A-Z][a-z0-9]\\w*)(?:\\.(\\w+))?");
    private static final Pattern USAGE = Pattern.compile("(?m)^#   bin/perch (.*?)(?: {2}.*)?$");
    private static final Pattern WORD = Pattern.compile("(?:--)?[a-z]+(?:-[a-z]+)*");
    private static final Path SOURCES = Path.of("src");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            List<Path> all = new ArrayList<>(
                    docs.filter(file -> file.toString().endsWith(".md")).toList());
            all.addAll(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("deploy/ansible/README.md")));
            return all.stream();
        }
    }

    /** Files are there, and so are the headings that are pointed to in them. */
    @ParameterizedTest
    @MethodSource("documents")
    void links_resolve(Path document) throws IOException {
        List<String> broken = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(document));
        while (link.find()) {
            String target = link.group(2);
            if (!target.matches("[a-z]+:.*") && !resolves(document, target)) {
                broken.add(target);
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean resolves(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        Path file = hash == 0 ? document : document.resolveSibling(hash < 0 ? target : target.substring(0, hash));
        return Files.exists(file)
                && (hash < 0 || headings(Files.readString(file)).contains(target.substring(hash + 1)));
    }

    /** As GitHub makes names of headings. */
    private static Set<String> headings(String text) {
        Set<String> names = new HashSet<>();
        text.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ *", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .forEach(names::add);
        return names;
    }

    /** A link whose text is code leads to that class, which has that member. */
    @Test
    void architecture_linksLeadToWhatTheyName() throws IOException {
        Path document = Path.of("docs/architecture.md");
        List<String> broken = new ArrayList<>();
        int checked = 0;
        Matcher link = LINK.matcher(Files.readString(document));
        while (link.find()) {
            Matcher name = CLASS.matcher(link.group(1).replace("`", ""));
            if (link.group(1).startsWith("`") && name.matches()) {
                checked++;
                Path file = document.resolveSibling(link.group(2)).normalize();
                if (!file.endsWith(name.group(1) + ".java") || !declares(file, name.group(2))) {
                    broken.add(link.group());
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(checked > 40, "links to code: " + checked);
    }

    /** What is written as a class is one of the program's or of its tests'. */
    @ParameterizedTest
    @ValueSource(strings = {"architecture.md", "glossary.md"})
    void classes_areThere(String name) throws IOException {
        Path document = Path.of("docs", name);
        List<String> unknown = new ArrayList<>();
        Matcher code = CODE.matcher(Files.readString(document));
        while (code.find()) {
            Matcher named = CLASS.matcher(code.group(1) == null ? "" : code.group(1));
            if (named.matches() && !known(named.group(1), named.group(2))) {
                unknown.add(code.group(1));
            }
        }
        assertEquals(List.of(), unknown);
    }

    /** Bash completes each word and option of the program's help, but for what only a checkout can do. */
    @Test
    void completion_knowsTheWordsOfHelp() throws IOException {
        String help = Files.readString(Path.of("bin/perch"))
                .lines()
                .takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));
        Set<String> completed = new HashSet<>(Set.of("build"));
        Matcher word = WORD.matcher(Files.readString(Path.of("deploy/debian/completion")));
        while (word.find()) {
            completed.add(word.group());
        }
        Set<String> missing = new TreeSet<>();
        int told = 0;
        Matcher usage = USAGE.matcher(help);
        while (usage.find()) {
            Matcher each = WORD.matcher(usage.group(1).replaceAll("[A-Z]+|\\w+=", " "));
            while (each.find()) {
                told++;
                if (!completed.contains(each.group())) {
                    missing.add(each.group());
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(told > 20, "words of bin/perch --help: " + told);
    }

    private static boolean known(String type, @Nullable String member) throws IOException {
        try (Stream<Path> files = Files.find(SOURCES, 20, (file, is) -> file.endsWith(type + ".java"))) {
            for (Path file : files.toList()) {
                if (declares(file, member)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether the class declares a method or a constant of that name. */
    private static boolean declares(Path file, @Nullable String member) throws IOException {
        return member == null
                || Pattern.compile("(?m)^\\s+(?!return |throw |new |\\.)[\\w@<>?\\[\\], .]+ " + member + "( =|\\()")
                        .matcher(Files.readString(file))
                        .find();
    }
}
