package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.UserFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code perch user}. */
class UserCommandTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit sets the folder
    UserCommandTest() {}

    private String run(int status, String input, Map<String, String> environment, String... words) {
        CommandLine line = CommandLine.parse(words);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(out, /* autoFlush= */ true, StandardCharsets.UTF_8)) {
            CommandLine.User user = assertInstanceOf(CommandLine.User.class, line, line::toString);
            ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
            int found = UserCommand.run(user, environment, in, print, print);
            String said = out.toString(StandardCharsets.UTF_8);
            assertEquals(status, found, said);
            return said;
        }
    }

    private String user(int status, String input, String... words) {
        List<String> all = new ArrayList<>(List.of("user", words[0], "--users", file().toString()));
        all.addAll(List.of(words).subList(1, words.length));
        return run(status, input, Map.of(), all.toArray(String[]::new));
    }

    private Path file() {
        return folder.resolve("users");
    }

    @Test
    void users_areAddedListedChangedAndRemoved() throws IOException {
        user(0, "correct horse\n", "add", "ann");
        user(0, "battery staple\n", "add", "--role", "viewer,operator@garden", "bob");
        assertEquals("ann\tviewer\nbob\tviewer,operator@garden\n", user(0, "", "list"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        UserFile before = UserFile.read(file());
        user(0, "another horse\n", "password", "ann");
        UserFile.User ann = UserFile.read(file()).users().get("ann");
        assertNotEquals(before.users().get("ann"), ann);
        user(0, "", "sign-out", "bob");
        assertEquals(
                2,
                Objects.requireNonNull(UserFile.read(file()).users().get("bob")).number());
        user(0, "", "remove", "ann");
        assertEquals("bob\tviewer,operator@garden\n", user(0, "", "list"));
        assertEquals(before.secret(), UserFile.read(file()).secret());
        assertFalse(Files.readString(file()).contains("staple"));
    }

    @Test
    void whatCannotBe_isSaid() {
        user(0, "correct horse\n", "add", "ann");
        assertTrue(user(1, "correct horse\n", "add", "ann").contains("there is a user ann already"));
        assertTrue(user(1, "short\n", "add", "bob").contains("a password has 8 to 256 characters"));
        assertTrue(user(1, "", "remove", "eve").contains("there is no user eve"));
        assertTrue(user(1, "", "password", "eve").contains("there is no user eve"));
        assertEquals("ann\tviewer\n", user(0, "", "list"));
    }

    @Test
    void configurationNamesTheFile() throws IOException {
        Path config = folder.resolve("perch.yml");
        Files.writeString(config, "access: {users: " + file() + "}\ncameras: {front: {demo: true}}\n");
        run(0, "correct horse\n", Map.of("PERCH_CONFIG", config.toString()), "user", "add", "ann");
        assertEquals("ann\tviewer\n", user(0, "", "list"));
        Files.writeString(config, "cameras: {front: {demo: true}}\n");
        assertTrue(run(1, "", Map.of("PERCH_CONFIG", config.toString()), "user", "list")
                .contains("no file of users is configured"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "user show",
                "user add",
                "user list ann",
                "user add ann bob",
                "user add ../ann",
                "user add --role boss ann",
                "user remove --role viewer ann",
                "user add --port 1 ann",
            })
    void wordsThatMakeNoSense_areRefused(String words) {
        CommandLine.Wrong wrong =
                assertInstanceOf(CommandLine.Wrong.class, CommandLine.parse(words.split(" ", -1)), words);
        assertTrue(
                wrong.sentence().contains("accepted: ") || wrong.sentence().contains("only user add"), wrong::sentence);
    }
}
