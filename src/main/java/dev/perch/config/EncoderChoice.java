package dev.perch.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The encoder of a format that a camera's source lacks.
 *
 * @param device the configured memory-to-memory device; empty for the first that fits
 */
public record EncoderChoice(Kind kind, Optional<Path> device) {
    public enum Kind {
        /** The best encoder of this machine. */
        AUTO,
        /** A V4L2 memory-to-memory device. */
        M2M,
        /** The library libturbojpeg, for JPEG. */
        TURBOJPEG,
        /** Java's own encoder, for JPEG. */
        IMAGEIO,
        /** The program ffmpeg. */
        FFMPEG,
        /** None: the camera does not give that format. */
        OFF;

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The best encoder of this machine. */
    public static final EncoderChoice AUTO = of(Kind.AUTO);

    /** Returns an encoder without a device. */
    public static EncoderChoice of(Kind kind) {
        return new EncoderChoice(kind, Optional.empty());
    }

    /** Returns the memory-to-memory device at {@code path}. */
    public static EncoderChoice of(Path path) {
        return new EncoderChoice(Kind.M2M, Optional.of(path));
    }

    /** Returns the form in the file. */
    @Override
    public String toString() {
        return device.map(Path::toString).orElseGet(kind::toString);
    }
}
