package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key for programs on the same machine, and the command that uses it. */
class KeyFileTest {
    @TempDir
    Path folder;

    @Test
    void write_isForItsOwnerOnly_andNewEachTime() throws Exception {
        KeyFile file = KeyFile.of(Map.of("XDG_RUNTIME_DIR", folder.toString()), 8080);
        assertTrue(file.read().isEmpty());
        file.write();
        String first = file.read().orElseThrow();
        Path written = folder.resolve("perch/8080.key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(written)));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("perch"))));
        file.write();
        assertFalse(file.read().orElseThrow().equals(first));
        file.delete();
        assertFalse(Files.exists(written));
    }

    @Test
    void read_ofALinkOrAFileThatOthersMayRead_isNothing() throws Exception {
        KeyFile file = KeyFile.of(Map.of("RUNTIME_DIRECTORY", folder.toString()), 1);
        Path other = Files.writeString(folder.resolve("other"), "known");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(folder.resolve("1.key"), other);
        assertTrue(file.read().isEmpty());
        file.write(); // takes the link away, and does not follow it
        assertEquals("known", Files.readString(other));
        Files.setPosixFilePermissions(folder.resolve("1.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(file.read().isEmpty());
    }

    @Test
    void set_words() {
        assertEquals(
                new CommandLine.Set(9090, "front", Map.of("brightness", "140", "auto_exposure", "Manual Mode")),
                CommandLine.parse("set", "--port", "9090", "front", "brightness=140", "auto_exposure=Manual Mode"));
        for (String[] wrong : new String[][] {
            {"set"},
            {"set", "front"},
            {"set", "front", "brightness"},
            {"set", "a=b"},
            {"set", "front", "--address=1", "a=b"}
        }) {
            assertTrue(CommandLine.parse(wrong) instanceof CommandLine.Wrong, String.join(" ", wrong));
        }
    }

    /** The demo has no controls: 404 tells that the key was right, 403 that it was not. */
    @Test
    void set_takesTheKeyFile_whereAKeyIsConfigured() throws Exception {
        PerchConfig config = PerchServer.config(TestCameras.demo("demo"))
                .withServer(new PerchConfig.ServerConfig("127.0.0.1", 0, "s3cret"));
        try (PerchServer server = PerchServer.start(config, folder.resolve("work"))) {
            String refused = set(server.port(), Map.of("XDG_RUNTIME_DIR", folder.toString()));
            assertTrue(refused.startsWith("perch: 403 ") && refused.contains("no key file"), refused);
        }
        ByteArrayOutputStream nobody = new ByteArrayOutputStream();
        int status = SetCommand.run(
                new CommandLine.Set(1, "demo", Map.of("a", "1")),
                Map.of("XDG_RUNTIME_DIR", folder.toString()),
                new PrintStream(nobody, true, StandardCharsets.UTF_8));
        assertEquals(1, status);
        assertTrue(nobody.toString(StandardCharsets.UTF_8).contains("no Perch listens at port 1"));
    }

    private static String set(int port, Map<String, String> environment) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        SetCommand.run(
                new CommandLine.Set(port, "demo", Map.of("brightness", "1")),
                environment,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return err.toString(StandardCharsets.UTF_8);
    }
}
