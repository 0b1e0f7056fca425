package dev.perch.config;

import java.nio.file.Path;
import java.util.List;

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

    /**
     * A program that writes video to stdout.
     *
     * @param words the program and its arguments, to be executed as they are
     * @param text as people write it; may hold secrets
     */
    record Command(List<String> words, String text) implements SourceConfig {
        public Command {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a command names a program: words=" + words);
            }
            words = List.copyOf(words);
        }

        /** One executed as it is. */
        public static Command of(List<String> words) {
            return new Command(words, String.join(" ", words));
        }

        /** One that a shell reads, with pipes, quotes and variables. */
        public static Command ofShell(String text) {
            return new Command(List.of("/bin/sh", "-c", text), text.strip());
        }

        /** The name of the (first) program, which may be shown to everybody. */
        public String program() {
            for (String word : text.split("\\s+", -1)) {
                if (!word.isEmpty() && !word.contains("=")) { // a variable set for the program alone
                    return word.substring(word.lastIndexOf('/') + 1);
                }
            }
            return "command";
        }

        @Override
        public String toString() {
            return text;
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
