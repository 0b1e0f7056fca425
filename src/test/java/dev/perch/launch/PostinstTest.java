package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packages' scripts, on a machine whose administrator has changed things and where the programs of dpkg do nothing. */
@Timeout(60)
class PostinstTest {
    private static final List<String> QUIET =
            List.of("adduser", "deb-systemd-helper", "deb-systemd-invoke", "getent", "systemctl");

    @TempDir
    Path machine;

    /** Returns the exit code of {@code script}, which finds all paths in this machine. */
    private int configure(String script) throws IOException, InterruptedException {
        Path programs = Files.createDirectories(machine.resolve("programs"));
        for (String name : QUIET) {
            program(programs.resolve(name), "exit 0");
        }
        program(programs.resolve("dpkg-statoverride"), "exit 1"); // there is none
        program(programs.resolve("chown"), "[ -e \"$2\" ] && echo \"$@\" >>" + machine.resolve("owners"));
        program(programs.resolve("install"), "for last; do :; done\nmkdir \"$last\"");
        String text = Files.readString(Path.of("deploy/debian").resolve(script))
                .replaceAll("(?<= )/(etc|var|usr|run)/", machine + "/$1/");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", text, "postinst", "configure", "1.0.0");
        shell.environment().merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        Process running = shell.redirectErrorStream(true)
                .redirectOutput(machine.resolve("said").toFile())
                .start();
        assertTrue(running.waitFor(50, TimeUnit.SECONDS));
        return running.exitValue();
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    @ParameterizedTest
    @CsvSource({"perch.postinst, etc/perch", "perch-tomcat10.postinst, etc/tomcat10"})
    void fileThatWasDeleted_isNoFailure_oneThatIsThereIsKeptFromOthers(String script, String folder) throws Exception {
        Files.createDirectories(machine.resolve("var/lib"));
        assertEquals(0, configure(script), this::said);
        assertFalse(Files.exists(machine.resolve("owners")));
        Path file = Files.createDirectories(machine.resolve(folder)).resolve("perch.yml");
        Files.writeString(file, "cameras: {}\n");
        assertEquals(0, configure(script), this::said);
        assertTrue(Files.readString(machine.resolve("owners")).endsWith(" " + file + "\n"));
    }

    @Test
    void folderOnADiskThatIsAway_isNoFailure() throws Exception {
        Path folder = Files.createDirectories(machine.resolve("var/lib")).resolve("perch");
        Files.createSymbolicLink(folder, machine.resolve("mnt/away"));
        assertEquals(0, configure("perch.postinst"), this::said);
        assertTrue(Files.isSymbolicLink(folder));
    }

    private String said() {
        try {
            return Files.readString(machine.resolve("said"));
        } catch (IOException unread) {
            return unread.toString();
        }
    }
}
