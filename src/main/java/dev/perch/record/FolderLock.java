package dev.perch.record;

import dev.perch.config.CameraConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two programs from recording one camera into one folder, by a locked file in it. POSIX drops all of a process's locks on a file when it closes
 * any of its handles; so within one process, where several WARs may run, the folder is first claimed in the system properties, which all class
 * loaders share. Safe from any thread; a thread may wait for the disk.
 */
final class FolderLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderLock.class.getName());
    private static final String PROPERTY = "dev.perch.recording.";

    private final String camera;
    private final Path file;
    private @Nullable FileChannel channel; // guarded by this, like the next
    private @Nullable Object inode;
    private @Nullable String claim; // the property that this instance has set

    FolderLock(String camera, Path folder) {
        this.camera = camera;
        this.file = file(camera, folder);
    }

    private static Path file(String camera, Path folder) {
        return folder.resolve(".perch-" + camera + ".lock");
    }

    /** Returns whether a camera was ever recorded into a folder. */
    static boolean knows(String camera, Path folder) {
        return Files.exists(file(camera, folder));
    }

    /** Thrown when another program records the camera into the folder. */
    static final class InUseException extends IOException {
        InUseException(String message) {
            super(message);
        }
    }

    /**
     * Takes the lock if it is not held yet, and creates the folder if it does not exist.
     *
     * @throws InUseException if another program holds the lock
     */
    synchronized void take() throws IOException {
        if (channel != null && present()) {
            return;
        }
        close();
        Files.createDirectories(Disk.folder(file));
        claim();
        try {
            channel = locked();
            inode = inode();
        } finally {
            if (inode == null) {
                close();
            }
        }
    }

    /** Claims the folder within this process, by the directory's own key, as two paths may lead to it. */
    private void claim() throws IOException {
        Object folder = Files.readAttributes(Disk.folder(file), BasicFileAttributes.class)
                .fileKey();
        String property = PROPERTY + camera + "." + (folder == null ? file : folder);
        if (System.getProperties().putIfAbsent(property, "claimed") != null) {
            throw inUse(" (a WAR of the same server)");
        }
        claim = property;
    }

    /**
     * Returns the refusal.
     *
     * @param where the other program's place, in brackets; empty if unknown
     */
    private InUseException inUse(String where) {
        return new InUseException("another Perch records " + CameraConfig.called(camera) + " into " + Disk.folder(file)
                + where + ", and two would delete each other's files");
    }

    /** Returns whether the locked file is still in the folder: the folder may have been removed and created anew. */
    private boolean present() throws IOException {
        try {
            return Objects.equals(inode, inode());
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private @Nullable Object inode() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Opens the file and locks it, if the file system knows locks. */
    private FileChannel locked() throws IOException {
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = true;
        try {
            held = opened.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            held = false; // a Perch of another version in this process
        } catch (IOException none) {
            LOG.log(Level.DEBUG, "no locks on the file system of " + file, none);
        }
        if (!held) {
            opened.close();
            throw inUse("");
        }
        return opened;
    }

    /** Releases the lock. */
    @Override
    public synchronized void close() throws IOException {
        FileChannel open = channel;
        String claimed = claim;
        channel = null;
        inode = null;
        claim = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            if (claimed != null) {
                System.getProperties().remove(claimed);
            }
        }
    }
}
