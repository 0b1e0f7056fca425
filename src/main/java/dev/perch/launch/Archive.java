package dev.perch.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A file of a cache folder that holds many of the WAR's files uncompressed, so that reading one costs no more than a file of its own.
 *
 * @param file its name
 * @param prefix of the names of its entries in the WAR
 * @param entries of the WAR that belong in it
 */
record Archive(String file, String prefix, List<ZipEntry> entries) {
    static final String CLASSES = "classes.jar";
    static final String WEB = "web.war";

    private static final String CODE = "WEB-INF/classes/";

    /** Returns the archives for a WAR with these entries. */
    static List<Archive> all(List<ZipEntry> war) {
        return List.of(
                new Archive(
                        CLASSES,
                        CODE,
                        war.stream()
                                .filter(entry -> entry.getName().startsWith(CODE))
                                .toList()),
                new Archive(WEB, "", war.stream().filter(Archive::isForTheWeb).toList()));
    }

    private static boolean isForTheWeb(ZipEntry entry) {
        return !entry.getName().startsWith(CODE)
                && !entry.getName().startsWith("WEB-INF/lib/")
                && !entry.getName().startsWith("WEB-INF/embedded/");
    }

    /** Writes the archive to {@code folder}. */
    void make(ZipFile war, Path folder) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve(file)))) {
            out.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : entries) {
                ZipEntry stored = new ZipEntry(entry.getName().substring(prefix.length()));
                stored.setTime(entry.getTime());
                stored.setSize(entry.getSize());
                stored.setCrc(entry.getCrc());
                out.putNextEntry(stored);
                try (InputStream content = war.getInputStream(entry)) {
                    content.transferTo(out);
                }
            }
        }
    }

    /** Returns whether the archive in {@code folder} has all its entries. */
    boolean isComplete(Path folder) throws IOException {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (ZipFile made = new ZipFile(path.toFile())) {
            for (ZipEntry entry : entries) {
                ZipEntry stored = made.getEntry(entry.getName().substring(prefix.length()));
                if (stored == null || stored.getSize() != entry.getSize() || stored.getCrc() != entry.getCrc()) {
                    return false;
                }
            }
            return true;
        } catch (ZipException damaged) {
            return false;
        }
    }
}
