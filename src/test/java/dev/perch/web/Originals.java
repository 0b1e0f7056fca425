package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What other programs answered, as recorded in {@code originals}, and how Perch's answers are held against it. */
final class Originals {
    private Originals() {}

    static String header(List<String> lines, String name) {
        return lines.subList(0, lines.indexOf("")).stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    /** Fails unless {@code ours} has all that {@code original} has, objects within included. */
    static void assertMembers(JsonObject original, JsonObject ours, String where) {
        Set<String> missing = new TreeSet<>(original.keySet());
        missing.removeAll(ours.keySet());
        assertEquals(Set.of(), missing, () -> where + ": " + ours);
        original.forEach((name, value) -> {
            Object own = Objects.requireNonNull(ours.get(name), name);
            assertEquals(kind(value), kind(own), () -> where + " " + name);
            if (value instanceof JsonObject inner) {
                assertMembers(inner, (JsonObject) own, where + " " + name);
            }
        });
    }

    private static String kind(Object value) {
        return value instanceof Number ? "number" : value.getClass().getSimpleName();
    }

    static JsonObject json(String original) throws Exception {
        String text = String.join("\n", lines(original));
        return JsonParser.object().from(text.substring(text.indexOf("\n{") + 1));
    }

    static List<String> lines(String original) throws IOException {
        try (InputStream file = Objects.requireNonNull(
                Originals.class.getResourceAsStream("/originals/" + original + ".txt"), original)) {
            return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }
}
