package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** bin/perch in a checkout on a machine that has the programs of this test's choice and no others. */
@Timeout(60)
class ScriptTest {
    private static final List<String> BARE = List.of(
            "sh",
            "sed",
            "readlink",
            "dirname",
            "head",
            "tail",
            "find",
            "id",
            "awk",
            "grep",
            "mkdir",
            "env",
            "touch",
            "cat",
            "mktemp");

    @TempDir
    Path machine;

    private Path programs;

    @BeforeEach
    void checkout() throws IOException {
        programs = Files.createDirectories(machine.resolve("programs"));
        for (String name : BARE) {
            real(name);
        }
        Path home = machine.resolve("home");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("webapp"));
        Files.copy(Path.of("pom.xml"), home.resolve("pom.xml"));
        Files.copy(Path.of("bin/perch"), home.resolve("bin/perch"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** One of the machine's own; a script, for to write to a link would be to write to the program. */
    private void real(String name) throws IOException {
        program(name, "exec /usr/bin/" + name + " \"$@\"");
    }

    /** A program that does what these lines of a shell say. */
    private void program(String name, String... lines) throws IOException {
        Path file = programs.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "#!/bin/sh\n" + String.join("\n", lines) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** A JDK that runs nothing. */
    private Path jdk(String version) throws IOException {
        Path home = programs.resolve("../jdk-" + version).normalize();
        program("../jdk-" + version + "/bin/java", "echo running java >&2");
        program("../jdk-" + version + "/bin/javac", "exit 1");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private record Ended(int code, String out, String err) {}

    private Ended perch(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(machine.resolve("home/bin/perch").toString()));
        command.addAll(List.of(words));
        File out = machine.resolve("out").toFile();
        File err = machine.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(50, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), text(out), text(err));
    }

    private static String text(File file) throws IOException {
        return new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
    }

    @Test
    void helpAndVersion_onABareMachine_areToldAtOnce() throws Exception {
        Ended help = perch(Map.of(), "--port", "1", "--help");
        assertEquals(0, help.code(), help.err());
        assertTrue(help.out().startsWith("Perch: one camera"), help.out());
        assertTrue(help.out().contains("bin/perch build "), help.out());
        assertFalse(help.out().contains("set -eu"), help.out());
        Ended version = perch(Map.of(), "--version");
        assertTrue(version.out().matches("perch \\d+\\.\\d+\\.\\d+\\S*\n"), version.out());
        assertEquals("", help.err() + version.err());
        assertEquals(2, perch(Map.of(), "--version", "now").code());
    }

    /** No program of this machine is run: none could build. */
    @Test
    void optionThatIsNone_isRefusedBeforeAnyBuild() throws Exception {
        for (List<String> words : List.of(
                List.of("--prot", "1"), List.of("--prot=1"), List.of("demo", "--prot", "1"), List.of("-p", "1"))) {
            Ended refused = perch(Map.of(), words.toArray(String[]::new));
            assertEquals(2, refused.code(), words::toString);
            String wrong = words.get(words.size() > 2 ? 1 : 0);
            assertEquals(
                    "perch: unknown option " + (wrong.contains("=") ? "--prot" : wrong)
                            + ", accepted: --config FILE, --port N, --address A, --version, --help\n",
                    refused.err());
        }
        Ended cut = perch(Map.of(), "--address", "--prot", "demo", "--port");
        assertEquals("2 perch: --port needs a value behind it\n", cut.code() + " " + cut.err());
        assertFalse(Files.exists(machine.resolve("home/target")));
    }

    @Test
    void build_onABareDebian13_installsItsJava_andSaysItInWords() throws Exception {
        program("id", "echo 0");
        program(
                "apt-cache",
                "case $2 in openjdk-2[15]-*) echo '  Candidate: 2x' | sed s/x/1/ ;; *) echo '  Candidate: (none)' ;; esac");
        Path home = jdk("21.0.13.1");
        program(
                "apt-get",
                "printf 'Reading \\033[1mpackage lists\\033[0m\\n%.0s' 1 2 3 4 5 6 7 8 9 10 11 12",
                "echo \"apt-get $*\"",
                "[ $1 != install ] || for name in java javac; do /bin/ln -s " + home + "/bin/$name " + programs
                        + "/$name; done",
                "[ $1 != install ] || printf '#!/bin/sh\\necho \"mvn with $JAVA_HOME\"; touch target/perch.war\\n' >"
                        + programs + "/mvn",
                "[ $1 != install ] || /bin/chmod 755 " + programs + "/mvn");
        Ended built = perch(Map.of(), "build");
        assertEquals(0, built.code(), built.err());
        assertEquals(4, built.err().lines().count(), built.err());
        assertTrue(built.err().contains("installing maven and openjdk-21-jdk-headless\n"), built.err());
        assertTrue(Files.exists(machine.resolve("home/target/perch.war")));
        String log = Files.readString(machine.resolve("home/target/perch-build.log"));
        assertTrue(log.contains("mvn with " + home), log);
    }

    @Test
    void build_whoseDownloadFails_isTriedOnceMore() throws Exception {
        program(
                "mvn",
                "if [ -f tried ]; then touch target/perch.war; exit; fi",
                "touch tried; echo '[ERROR] Could not transfer artifact x:y:1 from central: Read timed out'; exit 1");
        Ended built = perch(Map.of("JAVA_HOME", jdk("25").toString()), "build");
        assertEquals(0, built.code(), built.err());
        assertTrue(built.err().contains("a download failed; building once more"), built.err());
    }

    @Test
    void build_thatFails_showsTheEndOfTheLog_withoutColours() throws Exception {
        program(
                "mvn",
                "for i in 1 2 3 4; do seq 1 100; done; printf '\\033[1;31m[ERROR]\\033[m no such symbol\\n'; exit 1");
        real("seq");
        Ended failed = perch(Map.of("JAVA_HOME", jdk("17.0.15").toString()), "build");
        assertEquals(1, failed.code());
        assertTrue(failed.err().contains("the build failed; the last lines of "), failed.err());
        assertTrue(failed.err().endsWith("  [ERROR] no such symbol\n"), failed.err());
        assertTrue(failed.err().lines().count() < 30, failed.err());
        assertFalse(failed.err().contains("\033"), failed.err());
    }

    @Test
    void build_withoutWaysToInstall_saysWhatToInstall() throws Exception {
        Ended refused = perch(Map.of(), "build");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("please install Java 17 or newer (a JDK) and maven"), refused.err());
        program("apt-get", "exit 1");
        program("id", "echo 1000");
        Ended nobody = perch(Map.of(), "build");
        assertEquals(1, nobody.code());
        assertTrue(nobody.err().contains("run bin/perch as root once, or install sudo"), nobody.err());
    }

    @Test
    void java_ofJavaHome_thatIsTooOld_isRefused() throws Exception {
        Files.createDirectories(machine.resolve("home/target"));
        Files.createFile(machine.resolve("home/target/perch.war"));
        Ended refused = perch(Map.of("JAVA_HOME", jdk("11.0.2").toString()), "demo");
        assertEquals(1, refused.code());
        assertEquals("perch: JAVA_HOME is Java 11; Perch needs 17 or newer\n", refused.err());
        Ended runs = perch(Map.of("JAVA_HOME", jdk("25.0.5.1").toString()), "demo");
        assertEquals("running java\n", runs.err());
    }

    /** A thread that everybody needs dies of a full heap and never comes back: the process has to end, and the unit to start it again. */
    @Test
    void fullHeap_endsTheProgram_andTheUnitStartsItAgain() throws Exception {
        Path war = Files.createFile(machine.resolve("perch.war"));
        Path home = jdk("21.0.13.1");
        program("../jdk-21.0.13.1/bin/java", "echo \"java $*\"");
        Ended run = perch(Map.of("JAVA_HOME", home.toString(), "PERCH_WAR", war.toString()), "demo");
        assertEquals(0, run.code(), run.err());
        for (String flag : List.of(" -XX:+ExitOnOutOfMemoryError ", " -XX:MaxDirectMemorySize=", " -Xmx")) {
            assertTrue(run.out().contains(flag), run.out());
        }
        String tomcat = Files.readString(Path.of("conf/tomcat10-default"));
        assertTrue(tomcat.matches("(?s).*\nJAVA_OPTS=\"[^\n]* -XX:\\+ExitOnOutOfMemoryError .*"), tomcat);
        for (String unit : List.of("conf/perch.service", "conf/tomcat10-perch.conf")) {
            List<String> lines = Files.readAllLines(Path.of(unit));
            assertTrue(lines.contains("Restart=on-failure"), unit);
            assertTrue(lines.stream().noneMatch(line -> line.matches("SuccessExitStatus=(.* )?3( .*)?")), unit);
        }
    }
}
