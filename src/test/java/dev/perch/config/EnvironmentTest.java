package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir
    Path folder;

    private ConfigSearch search(Map<String, String> variables) {
        return new ConfigSearch(null, variables, null, null, folder.resolve("perch.yml"));
    }

    @Test
    void load_noVariables_isTheDefaults() throws ConfigException {
        assertEquals(
                PerchConfig.defaults(),
                search(Map.of("PATH", "/bin", "PERCH_QUALITY", "")).load());
    }

    @Test
    void load_everyVariable_isMapped() throws ConfigException {
        PerchConfig config = search(Map.of(
                        "PERCH_SOURCE", "/dev/video7",
                        "PERCH_QUALITY", "0.5",
                        "PERCH_CRF", "20",
                        "PERCH_SIZE", "640x480",
                        "PERCH_FPS", "25",
                        "PERCH_AUDIO_BITRATE", "64k",
                        "PERCH_PORT", "9090",
                        "PERCH_ADDRESS", "127.0.0.1",
                        "PERCH_MAX_VIEWERS", "12"))
                .load();
        assertEquals(9090, config.server().port());
        assertEquals("127.0.0.1", config.server().address());
        assertEquals(OptionalInt.of(12), config.server().maxViewers());
        CameraConfig camera = config.cameras().get(0);
        assertEquals(new SourceConfig.Device(Path.of("/dev/video7")), camera.source());
        assertEquals(
                new PictureSize(640, 480, /* exact= */ true), camera.capture().size());
        assertEquals(new FrameRate(25, 1), camera.capture().fps());
        assertEquals(OptionalDouble.of(20), camera.quality().crf());
        assertEquals(OptionalInt.of(64_000), camera.quality().audioBitrate());
    }

    @Test
    void load_wrongValues_areRefusedByNameWithWhatIsAccepted() {
        Map<String, String> variables = new HashMap<>();
        variables.put("PERCH_SOURCE", "video0");
        variables.put("PERCH_QUALITY", "high");
        variables.put("PERCH_CRF", "it's\nmore");
        variables.put("PERCH_PORT", "70000");
        ConfigException refused =
                assertThrows(ConfigException.class, () -> search(variables).load());
        assertEquals("""
                PERCH_PORT: found "70000", accepted: a whole number from 0 to 65535 (0: any free port)
                PERCH_SOURCE: found "video0", accepted: %s
                PERCH_QUALITY: found "high", accepted: a number from 0 (smallest) to 1 (best), such as 0.75
                PERCH_CRF: found "it's<U+000A>more", accepted: a number from 0 (best) to 51, such as 23""".formatted(SourceWord.accepted("video0")), refused.getMessage());
    }

    @Test
    void load_growing_isOfAFileOnly() throws ConfigException, IOException {
        Path film = Files.writeString(folder.resolve("film.ts"), "");
        CameraConfig camera = search(Map.of("PERCH_SOURCE", film.toString(), "PERCH_GROWING", "true"))
                .load()
                .cameras()
                .get(0);
        assertTrue(camera.source() instanceof SourceConfig.Url url && url.growing(), camera::toString);
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> search(Map.of("PERCH_SOURCE", "demo", "PERCH_GROWING", "true"))
                        .load());
        assertEquals(
                "PERCH_GROWING: only a file has it, accepted: beside the PERCH_SOURCE of a file", refused.getMessage());
    }

    @Test
    void load_noSource_countsForTheCameraThatIsFound() throws ConfigException {
        PerchConfig config = search(Map.of("PERCH_QUALITY", "0.25")).load();
        assertEquals(List.of(), config.cameras());
        CameraConfig found = config.environment().camera(new SourceConfig.Device(Path.of("/dev/video0")));
        assertEquals(new PictureSize(564, 316), found.capture().size());
    }

    @Test
    void load_file_wins_andWhatIsNotUsedIsTold() throws ConfigException, IOException {
        Files.writeString(folder.resolve("perch.yml"), "cameras: { front: { demo: true } }\n");
        try (LogLines log = LogLines.of(Environment.class)) {
            PerchConfig config = search(Map.of("PERCH_QUALITY", "nonsense", "PERCH_PORT", "9090"))
                    .load();
            assertEquals(8080, config.server().port());
            assertEquals("front", config.cameras().get(0).id());
            assertTrue(
                    log.lines()
                            .get(0)
                            .contains(
                                    "PERCH_PORT, PERCH_QUALITY are not used, because there is a configuration file: "),
                    log.lines()::toString);
        }
    }

    @Test
    void load_sourceOfTheCommandLineBesideAFile_hasTheVariablesOfACamera() throws ConfigException, IOException {
        Files.writeString(folder.resolve("perch.yml"), "cameras: { front: { demo: true } }\n");
        PerchConfig config = search(Map.of("PERCH_CRF", "30")).load(new SourceConfig.Demo());
        assertEquals(OptionalDouble.of(30), config.cameras().get(0).quality().crf());
    }
}
