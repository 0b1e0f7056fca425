package dev.perch.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file system as recordings use it; tests have their own. Safe from any thread. */
interface Disk {
    /** The machine's file system. */
    Disk SYSTEM = new Disk() {};

    /**
     * Creates a new file for reading and writing, and the folders above it.
     *
     * @throws IOException also if the file exists
     */
    default FileChannel create(Path file) throws IOException {
        Path folder = folder(file);
        Path there = present(folder);
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        for (Path made = folder; made != null && made.startsWith(there); made = made.getParent()) {
            sync(made); // a new folder is an entry of the one above
        }
        return channel;
    }

    /** Renames a file within its folder. */
    default void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        sync(folder(to));
    }

    /** Opens an existing file for reading and writing. */
    default FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Forces the entries of a folder onto the disk. */
    default void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    default void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Returns the size of the disk that holds {@code folder}, and how much of it is free. */
    default Space space(Path folder) throws IOException {
        FileStore store = fileStore(folder);
        return new Space(store.getTotalSpace(), store.getUsableSpace());
    }

    /** Returns the disk that holds {@code folder}: equal for two folders on the same disk. */
    default Object store(Path folder) throws IOException {
        return fileStore(folder);
    }

    private static FileStore fileStore(Path folder) throws IOException {
        return Files.getFileStore(present(folder));
    }

    /** Returns this folder if it exists, else the nearest existing one above it. */
    private static Path present(Path folder) {
        Path there = folder;
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    /** Returns the folder of a file, which must have one. */
    static Path folder(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("no absolute path of a file: file=" + file);
        }
        return folder;
    }

    /** The size of a disk. */
    record Space(long totalBytes, long freeBytes) {}
}
