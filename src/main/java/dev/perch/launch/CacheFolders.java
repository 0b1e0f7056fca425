package dev.perch.launch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folders in which a user's programs may store what they can make again. */
final class CacheFolders {
    private static final Set<PosixFilePermission> ONLY_THE_OWNER = PosixFilePermissions.fromString("rwx------");

    /** A folder of the user that the process runs as. */
    private static final Path SELF = Path.of("/proc/self");

    private CacheFolders() {}

    /**
     * Returns the candidates, best first: systemd's {@code CacheDirectory=}, the cache of the XDG Base Directory Specification, and a folder under
     * the system's temporary one for a user without a home.
     */
    static List<Path> candidates() {
        List<Path> folders = new ArrayList<>();
        addNamed(folders, System.getenv("CACHE_DIRECTORY"), "");
        addNamed(folders, System.getenv("XDG_CACHE_HOME"), "perch");
        addNamed(folders, System.getenv("HOME"), ".cache/perch");
        addNamed(folders, System.getProperty("user.home"), ".cache/perch");
        addNamed(folders, System.getProperty("java.io.tmpdir"), "perch-" + System.getProperty("user.name"));
        return folders;
    }

    private static void addNamed(List<Path> folders, @Nullable String parent, String child) {
        if (parent != null && parent.startsWith("/")) {
            folders.add(Path.of(parent).resolve(child));
        }
    }

    /**
     * Creates the folder if it is missing, for its owner only.
     *
     * @throws IOException if it cannot be created or written, or if somebody else could plant classes in it
     */
    static void claim(Path folder) throws IOException {
        make(folder);
        UserPrincipal self = Files.getOwner(SELF);
        if (!Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self)
                || !Files.getOwner(folder).equals(self)) {
            throw new IOException(folder + " belongs to somebody else");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(folder + " can be written by others");
        }
        Files.delete(Files.createTempFile(folder, "probe", null));
    }

    /**
     * Creates the folder if it is missing. In a folder that many may write to, somebody else may have been faster: it is checked afterwards.
     */
    private static void make(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(ONLY_THE_OWNER));
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(ONLY_THE_OWNER));
        } catch (FileAlreadyExistsException present) {
            if (!Files.isDirectory(folder)) {
                throw new IOException(folder + " is no folder", present);
            }
        }
    }
}
