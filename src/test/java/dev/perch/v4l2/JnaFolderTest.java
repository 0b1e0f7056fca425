package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests a temporary folder from which JNA cannot load its library, such as a read-only one. /proc accepts no files, not even from root. */
class JnaFolderTest {
    private static List<String> open(String folder, String... paths) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djna.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path") + ":" + classes(JnaFolderTest.class) + ":" + classes(Device.class)
                        + ":" + classes(com.sun.jna.Native.class) + ":"
                        + classes(org.jspecify.annotations.NullMarked.class),
                JnaFolderMain.class.getName());
        builder.command().addAll(List.of(paths));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().filter(line -> line.contains("/dev/")).toList(); // JNA prints lines of its own
    }

    private static String classes(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    @Test
    void folderThatTakesNoFiles_isTheReason_eachTime_andTheFlagIsNamed() throws Exception {
        List<String> told = open("/proc/none", "/dev/video7", "/dev/video8");
        assertEquals(2, told.size(), told::toString);
        for (int i = 0; i < 2; i++) {
            assertTrue(told.get(i).startsWith("UNSUPPORTED: /dev/video" + (7 + i) + " needs JNA"), told::toString);
            assertTrue(told.get(i).contains("-Djna.tmpdir=FOLDER"), told::toString);
        }
    }

    @Test
    void folderThatServes_asksTheDevice() throws Exception {
        List<String> told = open(System.getProperty("java.io.tmpdir"), "/dev/no-such-camera");
        assertTrue(told.get(0).startsWith("ABSENT: "), told::toString);
    }
}
