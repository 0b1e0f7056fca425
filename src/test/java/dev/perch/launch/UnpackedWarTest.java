package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedWarTest {
    @TempDir
    Path folder;

    private Path war(String... names) throws IOException {
        Path war = folder.resolve("perch.war");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(war))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(("content of " + name).repeat(50).getBytes(StandardCharsets.UTF_8));
            }
        }
        return war;
    }

    private Path cache() throws IOException {
        return Files.createDirectory(folder.resolve("cache"));
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void codeAndPages_areOneArchiveEach() throws Exception {
        UnpackedWar unpacked = UnpackedWar.in(
                cache(),
                war("WEB-INF/classes/a/B.class", "WEB-INF/lib/c.jar", "WEB-INF/embedded/d.jar", "static/e.css"));
        assertTrue(unpacked.isHeld());
        assertEquals(
                List.of("c.jar", "classes.jar", "d.jar", "web.war"),
                names(unpacked.web().resolveSibling("")));
        assertEquals(3, unpacked.classPath().length);
        try (URLClassLoader code = new URLClassLoader(new URL[] {unpacked.classPath()[0]}, null)) {
            assertTrue(code.findResource("a/B.class") != null);
            assertTrue(code.findResource("static/e.css") == null);
        }
        try (ZipFile web = new ZipFile(unpacked.web().toFile())) {
            assertEquals(ZipEntry.STORED, web.getEntry("static/e.css").getMethod());
            assertEquals(1, web.size());
        }
    }

    @Test
    void unpackingThatFails_leavesNothingHalfMade() throws Exception {
        Path cache = cache();
        Path twice =
                war("WEB-INF/classes/a/B.class", "WEB-INF/lib/c.jar", "WEB-INF/embedded/c.jar"); // one name for two
        assertThrows(IOException.class, () -> UnpackedWar.in(cache, twice));
        assertFalse(names(cache).stream().anyMatch(name -> name.endsWith(".part")), () -> "left behind");
        assertEquals(
                List.of("lock"),
                names(cache).stream().filter(name -> !name.endsWith(".lock")).toList());
    }

    @Test
    void claim_refusesWhatOthersCouldWrite_andWhatIsNoFolder() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(IOException.class, () -> CacheFolders.claim(open));
        assertThrows(IOException.class, () -> CacheFolders.claim(Files.createFile(folder.resolve("file"))));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        assertThrows(IOException.class, () -> CacheFolders.claim(dangling));
        assertFalse(Files.exists(folder.resolve("nowhere")));
    }

    @Test
    void claim_refusesAFolder_andALink_ofSomebodyElse() throws Exception {
        Path theirs = Path.of("/proc/1"); // root's, or, for root, one that takes no files
        assertThrows(IOException.class, () -> CacheFolders.claim(theirs));
    }

    @Test
    void claim_makesAFolderForItsOwnerOnly() throws Exception {
        Path made = folder.resolve("a/b");
        CacheFolders.claim(made);
        CacheFolders.claim(made);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertEquals(List.of(), names(made));
    }
}
