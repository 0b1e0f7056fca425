package dev.perch.launch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The WAR's content as archives in a cache folder, shared by every process that runs the same WAR.
 *
 * <p>A cache folder holds one folder per version, named by {@link #key}: {@code web.war} (what a browser may get), {@code classes.jar} and the
 * libraries. A process opens each once, at its start: whoever cleans the cache, or uses up the descriptors, takes nothing from it later. Two kinds of
 * file locks keep concurrent starts apart: {@code lock} is held while a process unpacks or cleans up, {@code KEY.lock} (shared) for as long as a
 * process runs from that version, so that only versions nobody runs are cleaned up.
 */
final class UnpackedWar {
    private final Path folder;
    private final FileLock inUse; // held here, because an unreachable lock's file may be closed

    private UnpackedWar(Path folder, FileLock inUse) {
        this.folder = folder;
        this.inUse = inUse;
    }

    /** Finds or makes the unpacked copy of {@code war} in the first usable cache folder. */
    static UnpackedWar of(Path war) throws IOException {
        IOException failure = new IOException("no folder to unpack " + war + " in; set XDG_CACHE_HOME to one");
        for (Path cache : CacheFolders.candidates()) {
            try {
                CacheFolders.claim(cache);
                return in(cache, war);
            } catch (IOException e) {
                failure = new IOException(failure.getMessage() + "; " + cache + ": " + e, failure);
            }
        }
        throw failure;
    }

    /** Returns whether this version is protected from cleaning up until the process ends. */
    boolean isHeld() {
        return inUse.isValid();
    }

    /** Returns the archive of what a browser may get, with {@code WEB-INF/web.xml}: a WAR without code. */
    Path web() {
        return folder.resolve(Archive.WEB);
    }

    /** Returns the program's classes, its libraries and the embedded Tomcat. */
    URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(folder.resolve(Archive.CLASSES).toUri().toURL());
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                if (!jar.endsWith(Archive.CLASSES)) {
                    urls.add(jar.toUri().toURL());
                }
            }
        }
        return urls.toArray(URL[]::new);
    }

    @SuppressWarnings({"try", "resource"}) // one lock is held for its effect alone, the other until the process ends
    static UnpackedWar in(Path cache, Path war) throws IOException {
        try (ZipFile zip = new ZipFile(war.toFile());
                FileChannel door = open(cache.resolve("lock"));
                FileLock alone = door.lock()) {
            String key = key(zip);
            Path folder = cache.resolve(key);
            FileLock inUse = open(cache.resolve(key + ".lock")).lock(0, Long.MAX_VALUE, /* shared= */ true);
            if (!isComplete(zip, folder)) {
                Path part = cache.resolve(key + ".part");
                delete(part);
                unpack(zip, part);
                delete(folder);
                Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            cleanUp(cache, key);
            return new UnpackedWar(folder, inUse);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Returns the content's name, made from the checksums in the WAR's own directory, so that no content is read for it. */
    private static String key(ZipFile zip) {
        CRC32 names = new CRC32();
        long contents = 1;
        for (ZipEntry entry : entries(zip)) {
            names.update(entry.getName().getBytes(StandardCharsets.UTF_8));
            contents = contents * 1_000_003 + entry.getCrc();
        }
        return String.format("%08x%016x", names.getValue(), contents);
    }

    private static List<ZipEntry> entries(ZipFile zip) {
        List<ZipEntry> files = new ArrayList<>();
        zip.stream()
                .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("dev/perch/launch/"))
                .forEach(files::add);
        return files;
    }

    private static boolean isComplete(ZipFile zip, Path folder) throws IOException {
        for (Archive archive : Archive.all(entries(zip))) {
            if (!archive.isComplete(folder)) {
                return false;
            }
        }
        for (ZipEntry library : libraries(zip)) {
            Path file = folder.resolve(name(library));
            if (!Files.isRegularFile(file) || Files.size(file) != library.getSize()) {
                return false;
            }
        }
        return true;
    }

    /** Unpacks the WAR. An incomplete folder is removed. */
    private static void unpack(ZipFile zip, Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            for (Archive archive : Archive.all(entries(zip))) {
                archive.make(zip, folder);
            }
            for (ZipEntry library : libraries(zip)) {
                try (InputStream content = zip.getInputStream(library)) {
                    Files.copy(content, folder.resolve(name(library)));
                }
            }
        } catch (IOException | RuntimeException | Error failure) {
            delete(folder);
            throw failure;
        }
    }

    private static List<ZipEntry> libraries(ZipFile zip) {
        return entries(zip).stream()
                .filter(entry -> entry.getName().startsWith("WEB-INF/lib/")
                        || entry.getName().startsWith("WEB-INF/embedded/"))
                .toList();
    }

    private static String name(ZipEntry library) {
        return library.getName().substring(library.getName().lastIndexOf('/') + 1);
    }

    private static void cleanUp(Path cache, String ownKey) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(cache, "*?.lock")) {
            for (Path lock : locks) {
                String name = lock.getFileName().toString();
                String key = name.substring(0, name.length() - ".lock".length());
                if (!key.equals(ownKey)) {
                    cleanUpVersion(cache, key);
                }
            }
        }
    }

    private static void cleanUpVersion(Path cache, String key) throws IOException {
        Path lockFile = cache.resolve(key + ".lock");
        try (FileChannel channel = open(lockFile);
                FileLock unused = channel.tryLock()) {
            if (unused != null) {
                delete(cache.resolve(key));
                delete(cache.resolve(key + ".part"));
                Files.delete(lockFile);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
