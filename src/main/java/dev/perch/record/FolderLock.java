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
 * Keeps two programs from recording one camera into one folder: a file in it that one of them holds locked. No other handle of that file is ever opened, so that the lock lasts as long as the
 * program (POSIX takes all locks of a file from a process that closes any of its handles). Safe from any thread; a thread may wait for the disk.
 */
final class FolderLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderLock.class.getName());

    private final String camera;
    private final Path file;
    private @Nullable FileChannel channel; // guarded by this, as the next
    private @Nullable Object inode;

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
     * Takes the lock, if it is not held yet, and makes the folder, if it is not there.
     *
     * @throws InUseException if another program holds it
     */
    synchronized void take() throws IOException {
        if (channel != null && present()) {
            return;
        }
        close();
        Files.createDirectories(Disk.folder(file));
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            held = locked(opened);
        } finally {
            if (!held) {
                opened.close();
            }
        }
        if (!held) {
            throw new InUseException("another Perch records " + CameraConfig.called(camera) + " into "
                    + Disk.folder(file) + ", and two would delete each other's files");
        }
        channel = opened;
        inode = inode();
    }

    /** Returns whether the file that is locked is still the folder's: the folder may have been taken away and made anew. */
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

    private boolean locked(FileChannel opened) throws IOException {
        try {
            return opened.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            return false; // another WAR in this program
        } catch (IOException none) {
            LOG.log(Level.DEBUG, "no locks on the file system of " + file, none);
            return true;
        }
    }

    /** Gives the lock back. */
    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
