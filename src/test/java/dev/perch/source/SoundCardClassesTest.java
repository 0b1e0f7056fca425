package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody configured costs nothing: a program without a sound card loads no class of one. */
@Timeout(60)
class SoundCardClassesTest {
    /** Returns where a class lies. */
    private static String place(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    @Test
    void withoutASoundCard_noClassOfOneIsLoaded() throws Exception {
        Process java = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:stdout",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        place(SilentMain.class) + ":" + place(Sources.class),
                        SilentMain.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                0,
                java.waitFor(),
                () -> said.lines()
                        .filter(line -> !line.startsWith("["))
                        .toList()
                        .toString());
        assertTrue(said.contains("dev.perch.source.V4l2Source source:"), "classes are told");
        List<String> loaded = said.lines()
                .filter(line -> line.contains("dev.perch.alsa.")
                        || line.contains("dev.perch.codec.")
                        || line.contains("dev.perch.source.WithSoundCard")
                        || line.contains("dev.perch.source.Card"))
                .toList();
        assertEquals(List.of(), loaded);
    }
}
