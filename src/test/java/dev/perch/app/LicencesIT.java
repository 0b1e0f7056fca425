package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What the WAR carries of others stands in docs/licences.md with its version, and its texts lie where that says. */
class LicencesIT {
    private static final Pattern JAR =
            Pattern.compile("WEB-INF/(?:lib|embedded)/([a-z0-9-]+?)(?:-(\\d[\\d.]*\\d))?(?:\\.RELEASE)?\\.jar");
    private static final Pattern SCRIPT = Pattern.compile("static/players/([a-z]+)\\..*\\.js");
    private static final Pattern FILE = Pattern.compile("`([-A-Za-z/.0-9]+)`");

    /** One line of the table. */
    private record Part(String names, String version, String licence, String text) {
        boolean called(String artifact) {
            return letters(names).contains(letters(artifact));
        }
    }

    @Test
    void eachPart_isListedWithItsVersion_andCarriesItsLicence() throws IOException {
        List<Part> parts = parts();
        Set<String> listed = new TreeSet<>();
        try (ZipFile war = new ZipFile("target/perch.war")) {
            for (ZipEntry entry : war.stream().toList()) {
                Matcher jar = JAR.matcher(entry.getName());
                Matcher script = SCRIPT.matcher(entry.getName());
                if (jar.matches()) {
                    Part part = part(parts, jar.group(1));
                    listed.add(part.names());
                    String version = Objects.requireNonNullElse(jar.group(2), "10.1");
                    assertTrue(part.version().contains(version), () -> entry + ": " + part);
                    assertCarries(names(war, entry), part);
                } else if (script.matches()) {
                    Part part = part(parts, script.group(1) + ".js");
                    listed.add(part.names());
                    String text = file(part);
                    assertEquals("static/players/" + script.group(1) + ".LICENSE.txt", text);
                    assertTrue(bytes(war, text).length > 1000, text);
                } else {
                    assertTrue(
                            !entry.getName().matches(".*(\\.jar|\\.so|\\.min\\.js|\\.woff2?)"), entry + " is nobody's");
                }
            }
            assertEquals(parts.size(), listed.size(), () -> "listed, and not there: " + parts);
            assertArrayEquals(Files.readAllBytes(Path.of("LICENSE")), bytes(war, "META-INF/LICENSE"));
            assertArrayEquals(Files.readAllBytes(Path.of("docs/licences.md")), bytes(war, "META-INF/licences.md"));
        }
    }

    /** One whose jar has no text is under the licence of which the WAR has a copy. */
    private static void assertCarries(Set<String> jar, Part part) {
        Matcher files = FILE.matcher(part.text());
        int count = 0;
        while (files.find()) {
            String file = files.group(1);
            if (!file.equals("pom.xml")) {
                count++;
                assertTrue(jar.contains(file.contains("/") ? file : "META-INF/" + file), () -> file + " in " + part);
            }
        }
        assertTrue(count > 0 || part.licence().startsWith("Apache-2.0"), part::toString);
    }

    private static Part part(List<Part> parts, String artifact) {
        return parts.stream()
                .filter(each -> each.called(artifact))
                .findFirst()
                .orElseThrow(() -> new AssertionError(artifact + " does not stand in docs/licences.md"));
    }

    private static String file(Part part) {
        Matcher files = FILE.matcher(part.text());
        assertTrue(files.find(), part::toString);
        return files.group(1);
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static List<Part> parts() throws IOException {
        List<Part> parts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs/licences.md"))) {
            Matcher row = Pattern.compile("\\| (.*) \\| (\\d.*) \\| (.*) \\| (.*) \\|")
                    .matcher(line);
            if (row.matches()) {
                parts.add(new Part(row.group(1), row.group(2), row.group(3), row.group(4)));
            }
        }
        return parts;
    }

    private static byte[] bytes(ZipFile war, String name) throws IOException {
        ZipEntry entry = war.getEntry(name);
        assertTrue(entry != null, name);
        try (InputStream in = war.getInputStream(Objects.requireNonNull(entry))) {
            return in.readAllBytes();
        }
    }

    private static Set<String> names(ZipFile war, ZipEntry jar) throws IOException {
        Set<String> names = new TreeSet<>();
        try (ZipInputStream in = new ZipInputStream(war.getInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
