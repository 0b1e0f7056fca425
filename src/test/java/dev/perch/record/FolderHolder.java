package dev.perch.record;

import java.io.IOException;
import java.nio.file.Path;

/** A program that claims a folder for a camera's recordings and holds it until its input ends. */
final class FolderHolder {
    private FolderHolder() {}

    /**
     * Prints {@code held}, or the reason of the refusal.
     *
     * @param words the camera and the folder
     */
    public static void main(String... words) throws IOException {
        try (FolderLock lock = new FolderLock(words[0], Path.of(words[1]))) {
            lock.take();
            System.out.println("held");
            System.in.transferTo(System.err);
        } catch (FolderLock.InUseException other) {
            System.out.println(other.getMessage());
        }
    }
}
