package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian packages: built, looked at by lintian, then installed, upgraded, rolled back, removed and purged by dpkg in a copy of this machine's file
 * system, with a picture seen of each. As root.
 */
@Tag("packages")
class DebianPackagesIT {
    @TempDir
    Path folder;

    @Test
    void packages_installUpgradeAndGo_withoutLoss() throws Exception {
        assumeTrue(
                new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0,
                "needs a root who may mount file systems");
        Path present = folder.resolve("new");
        Path older = folder.resolve("old");
        run("deploy/deb", "--version", "1.0.1", "--out", present.toString());
        run("deploy/deb", "--version", "1.0.0", "--out", older.toString());
        try (Stream<Path> made = Files.list(present)) {
            assertEquals(
                    List.of("perch-1.0.1.tar.gz", "perch-tomcat10_1.0.1_all.deb", "perch_1.0.1_all.deb"),
                    made.map(file -> file.getFileName().toString()).sorted().toList());
        }
        assertLinkedFilesAreThere(present);
        run(
                "lintian",
                "--allow-root",
                "--fail-on",
                "error",
                present.resolve("perch_1.0.1_all.deb").toString(),
                present.resolve("perch-tomcat10_1.0.1_all.deb").toString());
        String seen = run("src/test/rig/deb-session", present.toString(), older.toString());
        for (String step : List.of(
                "install",
                "picture of the service, with the file that was installed",
                "upgrade keeps settings and recordings",
                "roll back",
                "remove keeps settings and recordings",
                "purge keeps recordings alone",
                "perch-tomcat10")) {
            assertTrue(seen.contains("passed: " + step + "\n"), () -> step + " in " + seen);
        }
    }

    /** What the documents link to is where their links lead. */
    private void assertLinkedFilesAreThere(Path made) throws IOException, InterruptedException {
        List<String> wanted = new ArrayList<>(List.of("CHANGELOG.md", "deploy/ansible/README.md", "docs/access.md"));
        try (Stream<Path> samples = Files.list(Path.of("conf"))) {
            samples.forEach(sample -> wanted.add(sample.toString()));
        }
        String tarball = run("tar", "tzf", made.resolve("perch-1.0.1.tar.gz").toString());
        for (String file : wanted) {
            assertTrue(tarball.contains("perch-1.0.1/" + file + "\n"), () -> file + " in " + tarball);
        }
        assertTrue(tarball.contains("perch-1.0.1/CONTRIBUTING.md\n"), tarball);
        for (String name : List.of("perch", "perch-tomcat10")) {
            String folder = "./usr/share/doc/" + name + "/";
            String listed =
                    run("dpkg-deb", "-c", made.resolve(name + "_1.0.1_all.deb").toString());
            assertTrue(listed.contains(folder + "conf -> examples\n"), listed);
            for (String file : wanted) {
                String there = file.replaceFirst("^conf/", "examples/");
                assertTrue(listed.contains(folder + there + "\n"), () -> there + " in " + listed);
            }
        }
    }

    /** Returns what a program has said, by either of its ways; fails if it tells an error by its exit code. */
    private String run(String... command) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process program = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = program.waitFor(15, TimeUnit.MINUTES);
        if (!ended) {
            program.destroyForcibly().waitFor();
        }
        String words = Files.readString(said);
        assertTrue(
                ended && program.exitValue() == 0,
                () -> List.of(command) + (ended ? " failed: " : " does not end: ") + words);
        return words;
    }
}
