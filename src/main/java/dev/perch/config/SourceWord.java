package dev.perch.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A source as one word of the command line or of the environment: {@code demo}, a path or an address. */
public final class SourceWord {
    private static final String ACCEPTED =
            "a device such as /dev/video0, a file that is there, an address such as rtsp://camera/live, or demo";

    private SourceWord() {}

    /** Returns the source for {@code word}; empty if it is none. */
    public static Optional<SourceConfig> read(String word) {
        if (word.equals("demo")) {
            return Optional.of(new SourceConfig.Demo());
        }
        return word.contains("://") ? address(word) : named(word);
    }

    /** Returns what is accepted instead of {@code word}, which {@link #read} refused. */
    public static String accepted(String word) {
        return word.contains("://") ? Address.ACCEPTED : ACCEPTED;
    }

    private static Optional<SourceConfig> address(String word) {
        return Address.kind(word).isPresent() ? Optional.of(SourceConfig.Url.of(word)) : Optional.empty();
    }

    /** Returns a device, which need not exist yet, or an existing file. */
    private static Optional<SourceConfig> named(String word) {
        try {
            Path path = Path.of(word);
            if (word.startsWith("/dev/") || (path.isAbsolute() && leadsToDevice(path))) {
                return Optional.of(new SourceConfig.Device(path));
            }
            return Files.exists(path) && !word.isEmpty()
                    ? Optional.of(SourceConfig.Url.of(
                            path.toAbsolutePath().normalize().toString()))
                    : Optional.empty();
        } catch (InvalidPathException e) { // a NUL, or a character that the file system's character set lacks
            return Optional.empty();
        }
    }

    private static boolean leadsToDevice(Path path) {
        try {
            return path.toRealPath().startsWith("/dev");
        } catch (IOException absent) {
            return false;
        }
    }
}
