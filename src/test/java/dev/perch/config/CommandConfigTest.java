package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The key {@code command}. */
class CommandConfigTest {
    @Test
    void text_isReadByAShell() throws ConfigException {
        SourceConfig.Command command = command("rpicam-vid -t 0 -o - | tee '/tmp/a b'");
        assertEquals(List.of("/bin/sh", "-c", "rpicam-vid -t 0 -o - | tee '/tmp/a b'"), command.words());
        assertEquals("rpicam-vid -t 0 -o - | tee '/tmp/a b'", command.toString());
    }

    @Test
    void foldedText_isOneLine() throws ConfigException {
        assertEquals(
                List.of("/bin/sh", "-c", "ffmpeg -i x -f h264 -\n"),
                command(">\n      ffmpeg -i x\n      -f h264 -\n").words());
    }

    @Test
    void list_isExecutedAsItIs() throws ConfigException {
        SourceConfig.Command command = command("[rpicam-vid, -t, 0, -o, \"-\", \"\", 'a | b']");
        assertEquals(List.of("rpicam-vid", "-t", "0", "-o", "-", "", "a | b"), command.words());
        assertEquals("rpicam-vid", command.program());
    }

    @Test
    void rawPictures_needSizeAndRate() throws ConfigException {
        PerchConfig config = ConfigReader.read(
                "p.yml", "cameras: { a: { command: cat raw, format: YUYV, size: 640x480, fps: 15 } }");
        assertEquals(CameraConfig.Format.YUYV, config.cameras().get(0).capture().format());
    }

    @Test
    void startTimeout_isTheCommandsOwn() throws ConfigException {
        assertEquals(Duration.ofSeconds(10), command("cat x").startTimeout());
        assertEquals(
                Duration.ofSeconds(90), command("cat x\n    start-timeout: 90s").startTimeout());
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> ConfigReader.read(
                        "p.yml",
                        "cameras: { a: { demo: , start-timeout: 5s }, b: { command: x, start-timeout: 0s } }"));
        assertEquals(
                List.of(
                        "p.yml:1:40: start-timeout: only a program has one, accepted: beside command, url or ffmpeg",
                        "p.yml:1:78: start-timeout: found \"0s\", accepted: a whole number from 1s to 10m with its unit (s, m), such as 10s"),
                String.valueOf(refused.getMessage()).lines().toList());
    }

    @ParameterizedTest
    @CsvSource({
        "rpicam-vid -o -, rpicam-vid",
        "/usr/bin/ffmpeg -i x, ffmpeg",
        "LANG=C A=b cat, cat",
        "'  cat', cat",
        "A=b, command",
        "exec /bin/cat x, cat",
        "for i in 1; do cat; done, command",
        "(cat), command",
        "'\"my program\" x', command",
        "A='secret word' cat, command",
        "dir/, command"
    })
    void program_isTheFirstWordWithoutItsPath(String text, String program) {
        assertEquals(program, SourceConfig.Command.ofShell(text).program());
    }

    private static SourceConfig.Command command(String value) throws ConfigException {
        PerchConfig config = ConfigReader.read("p.yml", "cameras:\n  a:\n    command: " + value + "\n");
        return (SourceConfig.Command) config.cameras().get(0).source();
    }
}
