package dev.perch.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes files that only their owner, and perhaps their group, may read. A file is written completely or not at all. */
final class PrivateFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateFile() {}

    /** Replaces {@code file}, keeping its owner, group and mode; a new file belongs to its owner alone. */
    static void write(Path file, byte[] content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path target = Files.exists(absolute) ? absolute.toRealPath() : absolute;
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        Path fresh = Files.createTempFile(folder, ".perch", "", OWNERS);
        try {
            Files.write(fresh, content);
            if (Files.exists(target)) {
                PosixFileAttributes before = Files.readAttributes(target, PosixFileAttributes.class);
                PosixFileAttributeView after = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
                PosixFileAttributes now = after.readAttributes();
                if (!now.owner().equals(before.owner())) {
                    after.setOwner(before.owner());
                }
                if (!now.group().equals(before.group())) {
                    after.setGroup(before.group());
                }
                after.setPermissions(before.permissions());
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
