package dev.perch.camera;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Stores which cameras operators have made private, across restarts and power cuts: a file for each. A camera whose file cannot be checked counts as
 * private.
 */
public final class KeptPrivacy {
    private final Path folder;

    /**
     * Creates a store.
     *
     * @param folder created when there is something to store
     */
    public KeptPrivacy(Path folder) {
        this.folder = folder;
    }

    private Path file(String camera) {
        return folder.resolve(camera + ".private");
    }

    /** Returns whether a camera was private when last stored; also true if its file cannot be checked. */
    public boolean kept(String camera) {
        return !Files.notExists(file(camera));
    }

    /**
     * Stores a camera's switch. It is on the disk when this returns.
     *
     * @throws IOException if it cannot be stored
     */
    public synchronized void keep(String camera, boolean on) throws IOException {
        Path file = file(camera);
        if (on) {
            Files.createDirectories(folder);
            try (FileChannel made = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                made.force(true);
            }
        } else if (!Files.deleteIfExists(file)) {
            return;
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true); // the directory's entry itself
        }
    }
}
