package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.Address;
import dev.perch.config.CameraConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.SourceConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final String ACCEPTED_OPTIONS =
            ", accepted: --config FILE, --port N, --address A, --version, --help";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void parse_nothing_serves() {
        assertEquals(new CommandLine.Serve(null, OptionalInt.empty(), null, null), CommandLine.parse());
    }

    @Test
    void parse_allOptions_serves() {
        CommandLine.Serve expected = new CommandLine.Serve(
                Path.of("c.yml"), OptionalInt.of(0), "127.0.0.1", new SourceConfig.Device(Path.of("/dev/video2")));
        assertEquals(
                expected,
                CommandLine.parse("--config", "c.yml", "--port", "0", "--address", "127.0.0.1", "/dev/video2"));
        assertEquals(expected, CommandLine.parse("/dev/video2", "--address=127.0.0.1", "--port=0", "--config=c.yml"));
    }

    @Test
    void parse_sources_areToldApart(@TempDir Path directory) throws IOException {
        Path clip = Files.createFile(directory.resolve("clip.mp4"));
        Path link = Files.createSymbolicLink(directory.resolve("camera"), Path.of("/dev/null"));
        assertEquals(new SourceConfig.Device(Path.of("/dev/video9")), source("/dev/video9"));
        assertEquals(new SourceConfig.Device(link), source(link.toString()));
        assertEquals(SourceConfig.Url.of(clip.toString()), source(clip.toString()));
        Path relative = Path.of("").toAbsolutePath().relativize(clip);
        assertEquals(SourceConfig.Url.of(clip.toString()), source(relative.toString()));
        assertEquals(SourceConfig.Url.of("rtsp://u:p@cam/live"), source("rtsp://u:p@cam/live"));
        assertEquals(SourceConfig.Url.of("file:///srv/a b.mkv"), source("file:///srv/a b.mkv"));
    }

    private static @Nullable Object source(String word) {
        return assertInstanceOf(CommandLine.Serve.class, CommandLine.parse(word))
                .source();
    }

    @Test
    void parse_commands_areThemselves() {
        assertEquals(new CommandLine.Check(Path.of("a.yml")), CommandLine.parse("check", "a.yml"));
        assertEquals(new CommandLine.Devices(), CommandLine.parse("list"));
        assertEquals(new CommandLine.Rehearse(), CommandLine.parse("rehearse"));
        assertEquals(new CommandLine.Version(), CommandLine.parse("--version"));
        assertEquals(new CommandLine.Help(), CommandLine.parse("--port", "x", "--help"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prot 1 | unknown option --prot" + ACCEPTED_OPTIONS,
                "-p 1 | unknown option -p" + ACCEPTED_OPTIONS,
                "--port | --port needs a value behind it",
                "--port 70000 | --port: found \"70000\", accepted: a whole number from 0 to 65535 (0: any free port)",
                "--port=a | --port: found \"a\", accepted: a whole number from 0 to 65535 (0: any free port)",
                "--port 1 --port 2 | --port is given twice",
                "--config= | a file's name is empty",
                "--address 1.2.3:80 | --address: found \"1.2.3:80\", accepted: an IP address or a host name, without port,"
                        + " such as 0.0.0.0 or 127.0.0.1",
                "video0 | \"video0\" is neither a source (a device such as /dev/video0, a file that is there, an address"
                        + " such as rtsp://camera/live, or demo) nor a command (check, list, set, register, recordings, user, tls)",
                "--config a.yml user list | \"user\" is a command, and stands first: user [OPTION…]; --help tells what it takes",
                "user list --config a.yml | unknown option --config, accepted: --users FILE, --role ROLE",
                "gopher://a | \"gopher://a\" is no address that is read, accepted: " + Address.ACCEPTED,
                "demo /dev/video0 | one source only, found demo and /dev/video0; several cameras are named in a configuration file",
                "check | check takes one file, such as: check conf/perch.yml",
                "check a b | check takes one file, such as: check conf/perch.yml",
                "list all | list takes no more words, found: all",
                "--version extra | --version stands alone, found: --version extra"
            })
    void parse_wrongWords_giveASentence(String words, String sentence) {
        assertEquals(new CommandLine.Wrong(sentence), CommandLine.parse(words.split(" ", -1)));
    }

    @Test
    void configuration_options_takeTheFilesPlace(@TempDir Path directory) throws IOException, ConfigException {
        Path file = Files.writeString(
                directory.resolve("p.yml"),
                "server: { address: '::1', port: 1, operator-key: k }\ncameras: { a: { device: /dev/video0 } }\n");
        CommandLine.Serve some = assertInstanceOf(
                CommandLine.Serve.class, CommandLine.parse("--config", file.toString(), "--port", "2"));
        assertEquals(
                new ServerConfig("::1", 2, "k"), some.configuration(Map.of()).server());
        assertEquals("a", some.configuration(Map.of()).cameras().get(0).id());
        CommandLine.Serve all =
                assertInstanceOf(CommandLine.Serve.class, CommandLine.parse("--address", "127.0.0.1", "demo"));
        PerchConfig config = all.configuration(Map.of("PERCH_CONFIG", file.toString()));
        assertEquals(new ServerConfig("127.0.0.1", 1, "k"), config.server());
        assertEquals(List.of(CameraConfig.only(new SourceConfig.Demo())), config.cameras());
    }

    @Test
    void answer_wrongWords_isTwo() {
        assertEquals(2, answer("--nonsense"));
        assertEquals("", text(out));
        assertEquals(
                "perch: unknown option --nonsense" + ACCEPTED_OPTIONS
                        + "\nbin/perch --help tells the words that it takes\n",
                text(err));
    }

    @Test
    void answer_versionAndHelp_areToldOnOut() {
        assertEquals(0, answer("--version"));
        assertTrue(text(out).matches("perch [0-9]+\\.[0-9]+\\.[0-9]+.*\n"), text(out));
        assertEquals(0, answer("--help"));
        assertTrue(text(out).contains("bin/perch [--config FILE] [--port N] [--address A] [SOURCE]"), text(out));
        assertEquals("", text(err));
    }

    @Test
    void answer_checkOfValidFile_isALineForEachCamera(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("p.yml"), """
                cameras:
                  front: { device: /dev/video0, format: MJPG, run: always, fps: 29.97 }
                  back: { demo: true }
                """);
        assertEquals(0, answer("check", file.toString()));
        assertEquals(
                "front: /dev/video0 MJPG nearest 1280x720 at 2997/100 fps, always\nback: demo, on-demand\n", text(out));
        assertEquals("", text(err));
    }

    @Test
    void answer_checkOfFileWithoutCameras_saysWhatWillBe(@TempDir Path directory) throws IOException {
        assertEquals(
                0, answer("check", Files.createFile(directory.resolve("p.yml")).toString()));
        assertEquals("no camera named: the first device that captures, or else the demo\n", text(out));
    }

    @Test
    void answer_checkOfWrongFile_isEachErrorAndOne(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("p.yml"), "memory: 1\nserver: 2\n");
        assertEquals(1, answer("check", file.toString()));
        assertEquals(
                file + ":1:9: memory: found \"1\", accepted: the keys budget, indented on the next lines\n" + file
                        + ":2:9: server: found \"2\", accepted: the keys address, port, operator-key, trusted-proxies, cors, hosts, max-viewers, max-viewers-per-address, tls, indented on the"
                        + " next lines\n",
                text(err));
        assertEquals("", text(out));
    }

    private int answer(String... words) {
        return CommandAnswers.answer(CommandLine.parse(words), print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
