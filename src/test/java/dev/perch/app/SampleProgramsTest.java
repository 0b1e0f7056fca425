package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample programs of conf for on-event and on-closed, with what Perch tells them; the programs that they run note their words, a line each. */
@Timeout(60)
class SampleProgramsTest {
    private static final Map<String, String> LOST = Map.of(
            "PERCH_EVENT", "camera-lost",
            "PERCH_CAMERA", "front",
            "PERCH_REASON", "@/etc/passwd is gone; $(id)",
            "PERCH_TIME", "2026-11-28T18:00:00Z");
    private static final Map<String, String> CLOSED = Map.of(
            "PERCH_CAMERA", "front",
            "PERCH_FILE", "/var/lib/perch/front/2026-11-28 18.mp4",
            "PERCH_START", "2026-11-28T17:00:00Z",
            "PERCH_END", "2026-11-28T18:00:00Z",
            "PERCH_DURATION_MILLIS", "3600000");

    @TempDir
    Path folder;

    @BeforeEach
    void programs() throws IOException {
        for (String name : List.of("curl", "mail", "rclone")) {
            Path file = folder.resolve(name);
            String stdin = name.equals("mail") ? "\ncat" : "";
            Files.writeString(file, "#!/bin/sh\nprintf '%s\\n' " + name + " \"$@\"" + stdin + "\n");
            assertTrue(file.toFile().setExecutable(true));
        }
    }

    private List<String> run(int code, String sample, Map<String, String> told, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of("conf", sample).toString()));
        command.addAll(List.of(words));
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PERCH_"));
        builder.environment().putAll(told);
        builder.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        Process running = builder.start();
        assertTrue(running.waitFor(50, TimeUnit.SECONDS));
        List<String> lines = Files.readAllLines(said);
        assertEquals(code, running.exitValue(), lines::toString);
        return lines;
    }

    /** What a camera said is text: no file's name to curl, no word to a shell. */
    @Test
    void tell_byNtfy() throws Exception {
        assertEquals(
                List.of(
                        "curl",
                        "-fsS",
                        "-m",
                        "20",
                        "-H",
                        "Title: Perch: front: camera-lost",
                        "-H",
                        "Tags: camera",
                        "--data-raw",
                        "@/etc/passwd is gone; $(id) (2026-11-28T18:00:00Z)",
                        "https://ntfy.sh/topic"),
                run(0, "tell", LOST, "https://ntfy.sh/topic"));
    }

    @Test
    void tell_byMail_alsoOfAPushThatIsBack() throws Exception {
        Map<String, String> back = Map.of(
                "PERCH_EVENT", "push-back",
                "PERCH_CAMERA", "front",
                "PERCH_PUSH", "server.local",
                "PERCH_REASON", "",
                "PERCH_TIME", "2026-11-28T18:00:00Z");
        assertEquals(
                List.of(
                        "mail",
                        "-s",
                        "Perch: front: push-back (server.local)",
                        "me@example.org",
                        "All is well again. (2026-11-28T18:00:00Z)"),
                run(0, "tell", back, "me@example.org"));
    }

    @Test
    void tell_nobody_isRefusedInWords() throws Exception {
        assertEquals(
                List.of("tell: neither an address of ntfy nor of mail: somebody"), run(2, "tell", LOST, "somebody"));
    }

    @Test
    void carryOff_copiesIntoAFolderForEachDay() throws Exception {
        assertEquals(
                List.of(
                        "rclone",
                        "copyto",
                        "/var/lib/perch/front/2026-11-28 18.mp4",
                        "remote:recordings/front/2026-11-28/2026-11-28 18.mp4"),
                run(0, "carry-off", CLOSED, "remote:recordings"));
    }
}
