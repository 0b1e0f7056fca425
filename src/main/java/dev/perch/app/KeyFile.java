package dev.perch.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The key of a running Perch for programs on the same machine: a file that only Perch's own user, and root, can read. It exists while a standalone
 * Perch with an operator's key runs; {@code bin/perch set} uses it.
 */
final class KeyFile {
    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());
    private static final int KEY_BYTES = 24;

    private final Optional<Path> file;

    private KeyFile(Optional<Path> file) {
        this.file = file;
    }

    /** Returns the key file of the Perch that listens at {@code port}, in the caller's folder for run-time files. */
    static KeyFile of(Map<String, String> environment, int port) {
        return new KeyFile(folder(environment).map(folder -> folder.resolve(port + ".key")));
    }

    /** Returns the contents of the file of {@link #of}; for root also those of the service's file. */
    static Optional<String> find(Map<String, String> environment, int port) {
        return of(environment, port)
                .read()
                .or(() -> new KeyFile(Optional.of(Path.of("/run/perch", port + ".key"))).read());
    }

    /** Returns systemd's folder for a service (systemd.exec(5)), a session's (XDG Base Directory Specification), or the system's. */
    private static Optional<Path> folder(Map<String, String> environment) {
        String service = environment.getOrDefault("RUNTIME_DIRECTORY", "");
        String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!service.isEmpty()) {
            return Optional.of(Path.of(service.split(":", 2)[0]));
        }
        if (!session.isEmpty()) {
            return Optional.of(Path.of(session, "perch"));
        }
        return "root".equals(System.getProperty("user.name")) ? Optional.of(Path.of("/run/perch")) : Optional.empty();
    }

    /** Writes a new key. If that fails, it is logged, and the configured key is the only one. */
    void write() {
        if (file.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "no key file for \"bin/perch set\": neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR is set");
            return;
        }
        try {
            write(file.get());
        } catch (IOException | UnsupportedOperationException refused) {
            LOG.log(Level.WARNING, "no key file for \"bin/perch set\": " + refused);
        }
    }

    private static void write(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(path);
        // CREATE_NEW follows no link, and nobody can have opened the file before
        try (var channel = Files.newByteChannel(
                path,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(random) + "\n"));
        }
    }

    /** Returns the key; empty if there is no such file, or others than its owner can read or write it. */
    Optional<String> read() {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(file.get(), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean own = attributes.isRegularFile()
                    && attributes.permissions().stream()
                            .allMatch(permission -> permission == PosixFilePermission.OWNER_READ
                                    || permission == PosixFilePermission.OWNER_WRITE);
            return own ? Optional.of(Files.readString(file.get()).strip()) : Optional.empty();
        } catch (IOException | UnsupportedOperationException none) {
            return Optional.empty();
        }
    }

    void delete() {
        try {
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (IOException left) {
            LOG.log(Level.DEBUG, "a key file was left", left);
        }
    }
}
