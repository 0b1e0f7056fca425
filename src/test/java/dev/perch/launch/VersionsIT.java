package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What the WAR carries of other projects, and in which versions; bin/check prints them. */
class VersionsIT {
    /** For bin/check: one line, each file with its version. */
    private static final Path PRINTED = Path.of("target/versions.txt");

    private static final Pattern JAR = Pattern.compile("WEB-INF/(?:lib|embedded)/(.+?)(?:-[0-9][^/]*)?\\.jar");

    /** The players of HLS and DASH say their version within. */
    private static final Map<String, Pattern> SCRIPTS = Map.of(
            "static/players/hls.min.js", Pattern.compile("\"(\\d+\\.\\d+\\.\\d+)\""),
            "static/players/dash.mediaplayer.min.js", Pattern.compile("\"(\\d+\\.\\d+\\.\\d+)\""));

    @Test
    void war_carriesNoVersionThatIsKnownToBeBad() throws IOException {
        Map<String, String> versions = versions();
        Files.writeString(
                PRINTED,
                String.join(
                                ", ",
                                versions.entrySet().stream()
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .toList())
                        + "\n");
        assertTrue(versions.containsKey("tomcat-embed-core") && versions.containsKey("thymeleaf"), versions::toString);
        KnownBad bad = KnownBad.list();
        List<String> complaints = versions.entrySet().stream()
                .flatMap(entry -> bad.complaints(entry.getKey(), entry.getValue()))
                .toList();
        assertEquals(List.of(), complaints);
    }

    /** A name that nothing in the WAR has protects from nothing. */
    @Test
    void listOfBadVersions_namesFilesOfTheWar() throws IOException {
        Map<String, String> versions = versions();
        assertEquals(
                List.of(),
                KnownBad.list().names().stream()
                        .filter(name -> !versions.containsKey(name))
                        .toList(),
                versions::toString);
    }

    private static Map<String, String> versions() throws IOException {
        Map<String, String> versions = new TreeMap<>();
        try (ZipFile war = new ZipFile(RunningPerch.war().toFile())) {
            for (ZipEntry entry : war.stream().toList()) {
                Matcher jar = JAR.matcher(entry.getName());
                Pattern script = SCRIPTS.get(entry.getName());
                if (jar.matches()) {
                    versions.put(jar.group(1), ofJar(war, entry));
                } else if (script != null) {
                    String name = entry.getName().replaceFirst(".*/", "").replaceFirst("\\..*", ".js");
                    versions.put(name, ofScript(war, entry, script));
                }
            }
        }
        return versions;
    }

    /** The manifest is not always the first entry, which {@code JarInputStream} would have it be. */
    private static String ofJar(ZipFile war, ZipEntry entry) throws IOException {
        try (ZipInputStream jar = new ZipInputStream(war.getInputStream(entry))) {
            for (ZipEntry inner = jar.getNextEntry(); inner != null; inner = jar.getNextEntry()) {
                if (inner.getName().equals(JarFile.MANIFEST_NAME)) {
                    Attributes main = new Manifest(jar).getMainAttributes();
                    return Optional.ofNullable(main.getValue("Bundle-Version"))
                            .or(() -> Optional.ofNullable(main.getValue("Implementation-Version")))
                            .orElseThrow(() -> new AssertionError(entry + " does not tell its version"));
                }
            }
        }
        throw new AssertionError(entry + " has no manifest");
    }

    private static String ofScript(ZipFile war, ZipEntry entry, Pattern version) throws IOException {
        try (InputStream in = war.getInputStream(entry)) {
            Matcher found = version.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(found.find(), () -> entry + " does not tell its version");
            return found.group(1);
        }
    }
}
