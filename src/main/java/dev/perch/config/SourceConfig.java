package dev.perch.config;

import java.nio.file.Path;

/** Where a camera's frames come from. */
public sealed interface SourceConfig {
    /**
     * A V4L2 device.
     *
     * @param path absolute, such as {@code /dev/video0} or a link to it
     */
    record Device(Path path) implements SourceConfig {
        public Device {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("a device's path is absolute: path=" + path);
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** The bundled loop, which has a size and a rate of its own. */
    record Demo() implements SourceConfig {
        @Override
        public String toString() {
            return "demo";
        }
    }
}
