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
 * The WAR's content as files in a cache folder, shared by every process that runs the same WAR.
 *
 * <p>A cache folder holds one folder a version, named by {@link #key}: {@code web/} (what a browser may get), {@code classes/} and {@code lib/}.
 * Classes and libraries stand outside {@code web/} so that the embedded Tomcat does not take them for a web application's own. Two kinds of
 * file locks keep concurrent starts apart: {@code lock} is held while a process unpacks or cleans up, {@code KEY.lock} (shared) for as long
 * as a process runs from that version, so that only versions nobody runs are cleaned up.
 */
final class UnpackedWar {
    private static final String[][] PLACES = {
        {"WEB-INF/classes/", "classes/"}, {"WEB-INF/lib/", "lib/"}, {"WEB-INF/embedded/", "lib/"}, {"", "web/"},
    };

    private final Path folder;
    private final FileLock inUse; // held here, since an unreachable lock's file may be closed

    private UnpackedWar(Path folder, FileLock inUse) {
        this.folder = folder;
        this.inUse = inUse;
    }

    /** Finds or makes the unpacked copy of {@code war} in the first cache folder that will do. */
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

    /** Whether this version is kept from being cleaned up, as it is until the process ends. */
    boolean isHeld() {
        return inUse.isValid();
    }

    /** What a browser may get, and {@code WEB-INF/web.xml}. */
    Path webFolder() {
        return folder.resolve("web");
    }

    /** The program's classes, its libraries and the embedded Tomcat. */
    URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(folder.resolve("classes").toUri().toURL());
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder.resolve("lib"), "*.jar")) {
            for (Path jar : jars) {
                urls.add(jar.toUri().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }

    @SuppressWarnings({"try", "resource"}) // one lock is held for its effect alone, the other until the process ends
    private static UnpackedWar in(Path cache, Path war) throws IOException {
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

    /** The content's name: from the checksums that the WAR's own directory has, so that nothing need be read for it. */
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
        for (ZipEntry entry : entries(zip)) {
            Path file = place(entry, folder);
            if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
                return false;
            }
        }
        return true;
    }

    private static void unpack(ZipFile zip, Path folder) throws IOException {
        for (ZipEntry entry : entries(zip)) {
            Path file = place(entry, folder);
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (InputStream content = zip.getInputStream(entry)) {
                Files.copy(content, file);
            }
        }
    }

    private static Path place(ZipEntry entry, Path folder) throws IOException {
        for (String[] place : PLACES) {
            if (entry.getName().startsWith(place[0])) {
                Path file = folder.resolve(place[1] + entry.getName().substring(place[0].length()))
                        .normalize();
                if (file.startsWith(folder)) {
                    return file;
                }
            }
        }
        throw new IOException("a WAR with an entry that leads out of it: " + entry.getName());
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
