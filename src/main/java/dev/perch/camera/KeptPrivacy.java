package dev.perch.camera;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps what operators have made private over restarts and power cuts: a file for each such camera. What cannot be told counts as private.
 */
public final class KeptPrivacy {
    private final Path folder;

    /** @param folder made if it is missing, when there is something to keep */
    public KeptPrivacy(Path folder) {
        this.folder = folder;
    }

    private Path file(String camera) {
        return folder.resolve(camera + ".private");
    }

    /** Returns whether a camera was private when this was last told; also if its file cannot be looked for. */
    public boolean kept(String camera) {
        return !Files.notExists(file(camera));
    }

    /**
     * Keeps a camera's switch; on the disk when this returns.
     *
     * @throws IOException if it cannot be kept
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
            directory.force(true); // the entry itself
        }
    }
}
