package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of users: who may read it, and what stands in it. */
class UserFileTest {
    @TempDir
    private Path folder;

    private Path file;

    @SuppressWarnings("NullAway.Init") // made before each test
    UserFileTest() {}

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("users");
        UserFile.empty()
                .with(UsersTest.user("ann", 1, "viewer", "correct horse"))
                .with(UsersTest.user("bob", 1, "viewer,operator@front", "battery staple"))
                .with(UsersTest.user("cam", 1, "publisher", "tr0ub4dor&3"))
                .write(file);
    }

    @Test
    void writtenFile_isItsOwnersAlone_andKeepsItsMode() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        UserFile.read(file).without("bob").write(file);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(Set.of("ann", "cam"), UserFile.read(file).users().keySet());
        assertFalse(Files.readString(file).contains("correct horse"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----", "rw-----w-"})
    void fileThatOthersMayReadOrWrite_isRefused(String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        UserFile.RefusedException refused = assertThrows(UserFile.RefusedException.class, () -> UserFile.read(file));
        assertTrue(String.valueOf(refused.getMessage()).contains("accepted: mode 0600 or 0640"), refused::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "ann 1 viewer",
                "ann one viewer KEPT",
                "ann 1 stranger KEPT",
                "ann 1 viewer@ KEPT",
                "ann 1 viewer plain",
                "ann 1 viewer KEPT more",
                "../ann 1 viewer KEPT",
                "ann 1 viewer KEPT\nann 1 viewer KEPT",
            })
    void wrongLine_isNamed(String lines) {
        List<String> all = lines.replace("KEPT", Passwords.keep("correct horse", UsersTest.ROUNDS))
                .lines()
                .toList();
        UserFile.RefusedException refused =
                assertThrows(UserFile.RefusedException.class, () -> UserFile.parse("users", all));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("users:" + all.size() + ": "), refused::getMessage);
    }
}
