package dev.perch.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The source of a camera's frames. */
public sealed interface SourceConfig {
    /** Returns whether such a source may give sound besides pictures. */
    default boolean maySound() {
        return false;
    }

    /** Returns whether this is a device, which is asked for one of the sizes that it offers. */
    default boolean offersSizes() {
        return false;
    }

    /** Returns whether {@code size} and {@code fps} apply to the source itself, and not to what is encoded from it. */
    default boolean takesSize() {
        return offersSizes();
    }

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
        public boolean offersSizes() {
            return true;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A V4L2 device, wherever it is plugged in.
     *
     * @param name of the card, as {@code bin/perch list} shows it
     */
    record Card(String name) implements SourceConfig {
        @Override
        public boolean offersSizes() {
            return true;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A program that writes video to stdout.
     *
     * @param words the program and its arguments, executed without a shell
     * @param text as people write it; may hold secrets
     * @param startTimeout the longest time to the first frame
     */
    record Command(List<String> words, String text, Duration startTimeout) implements SourceConfig {
        /** As long as a device may be silent. */
        static final Duration START_TIMEOUT = Duration.ofSeconds(10);

        /** The reserved words of a shell (POSIX.1-2017, Shell Command Language §2.4), and others that often stand first. */
        private static final Set<String> SHELL_WORDS =
                Set.of("if", "for", "while", "until", "case", "cd", "set", "export", "trap", "ulimit", "umask");

        public Command {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a command names a program: words=" + words);
            }
            words = List.copyOf(words);
        }

        /** Returns a command that is executed without a shell. */
        public static Command of(List<String> words) {
            return new Command(words, String.join(" ", words), START_TIMEOUT);
        }

        /** Returns a command that a shell reads, with pipes, quotes and variables. */
        public static Command ofShell(String text) {
            return new Command(List.of("/bin/sh", "-c", text), text.strip(), START_TIMEOUT);
        }

        /** Returns this command with another start time-out. */
        Command within(Duration timeout) {
            return new Command(words, text, timeout);
        }

        /** Returns the name of the first program, which everybody may see; {@code command} if the text begins otherwise. */
        public String program() {
            String program = text.strip()
                    .replaceFirst("^(exec\\s+|[A-Za-z_][A-Za-z0-9_]*=[^\\s'\"]*\\s+)*", "")
                    .replaceFirst("(?s)\\s.*", "");
            boolean name = program.matches("[A-Za-z0-9_.+/-]*[A-Za-z0-9_.+-]") && !SHELL_WORDS.contains(program);
            return name ? program.substring(program.lastIndexOf('/') + 1) : "command";
        }

        @Override
        public boolean takesSize() {
            return true;
        }

        /** Returns the text for logs, without secrets. */
        @Override
        public String toString() {
            return Redaction.ofCommand(words).redact(text);
        }
    }

    /**
     * A file, a device or a stream that ffmpeg reads.
     *
     * @param text an absolute path or an address; may hold secrets
     * @param loop whether a file starts over at its end
     * @param growing whether another program is still writing the file, so that its end is waited at
     * @param startTimeout the longest time to the first frame
     */
    record Url(String text, boolean loop, boolean growing, Duration startTimeout) implements SourceConfig {
        public Url {
            if (Address.kind(text).isEmpty()) {
                throw new IllegalArgumentException("neither a path nor an address: url=" + Address.shown(text));
            }
        }

        /** Returns a file that is looped, or a stream. */
        public static Url of(String text) {
            return new Url(text, /* loop= */ true, /* growing= */ false, Command.START_TIMEOUT);
        }

        @Override
        public boolean maySound() {
            return true;
        }

        /** Returns this file, growing or not. */
        Url growing(boolean other) {
            return new Url(text, loop, other, startTimeout);
        }

        /** Returns whether it is on another machine, as far as the address tells. */
        public boolean distant() {
            return kind() != Address.Kind.FILE && kind() != Address.Kind.DEVICE;
        }

        public Address.Kind kind() {
            return Address.kind(text).orElseThrow();
        }

        /** Returns the name that everybody may see: the last part of a path, or an address without parameters and secrets. */
        public String shown() {
            return Address.shown(text);
        }

        /** Returns the text for logs, without secrets. */
        @Override
        public String toString() {
            return Redaction.ofCommand(List.of(text)).redact(text);
        }
    }

    /**
     * An input of ffmpeg, in ffmpeg's own words.
     *
     * @param words the options, and {@code -i} with its argument; may hold secrets
     * @param startTimeout the longest time to the first frame
     */
    record Ffmpeg(List<String> words, Duration startTimeout) implements SourceConfig {
        public Ffmpeg {
            if (!words.contains("-i")) {
                throw new IllegalArgumentException("an input of ffmpeg stands behind -i");
            }
            words = List.copyOf(words);
        }

        @Override
        public boolean maySound() {
            return true;
        }

        /** Returns an input with a device's start time-out. */
        public static Ffmpeg of(List<String> words) {
            return new Ffmpeg(words, Command.START_TIMEOUT);
        }

        /** Returns the text for logs, without secrets. */
        @Override
        public String toString() {
            return Redaction.ofCommand(words).redact("ffmpeg " + String.join(" ", words));
        }
    }

    /**
     * A camera whose pictures others publish.
     *
     * @param key the publishers' key; empty if only this machine may publish
     * @param replace whether a new publisher replaces the previous one, or is refused
     * @param linger how long viewers stay without a publisher
     */
    record Publish(String key, boolean replace, Duration linger) implements SourceConfig {
        /** As long as an encoder takes to restart. */
        static final Duration LINGER = Duration.ofSeconds(30);

        @Override
        public boolean maySound() {
            return true;
        }

        @Override
        public boolean takesSize() {
            return true;
        }

        /** Returns the name for everybody, without the key. */
        @Override
        public String toString() {
            return "publisher";
        }
    }

    /**
     * Cameras that come with their publishers, under names that are not configured.
     *
     * @param begin the beginning of each name; empty for any
     * @param each the settings of each camera
     * @param most the most cameras at once
     */
    record Wildcard(String begin, Publish each, int most) implements SourceConfig {
        /** As many as a small machine can serve. */
        public static final int MOST = 8;

        /** The form of a wildcard, for messages. */
        static final String ACCEPTED =
                "true, or the names of cameras that come with their publishers, live/* or live/pi-*";

        private static final Pattern FORM = Pattern.compile("live/([a-z0-9][a-z0-9-]{0,30})?\\*");

        public Wildcard {
            if (most < 1) {
                throw new IllegalArgumentException("a wildcard takes one camera at least: most=" + most);
            }
        }

        /** Returns the beginning of the names; empty if {@code text} is no wildcard. */
        static Optional<String> begin(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches() ? Optional.of(Objects.requireNonNullElse(form.group(1), "")) : Optional.empty();
        }

        /** Returns whether a camera may come under this name. */
        public boolean takes(String name) {
            return name.startsWith(begin) && CameraIds.valid(name);
        }

        @Override
        public boolean maySound() {
            return true;
        }

        @Override
        public boolean takesSize() {
            return true;
        }

        /** Returns the wildcard, without the key. */
        @Override
        public String toString() {
            return "live/" + begin + "*";
        }
    }

    /** The bundled loop, which has its own size and rate. */
    record Demo() implements SourceConfig {
        @Override
        public boolean maySound() {
            return true;
        }

        @Override
        public boolean takesSize() {
            return true;
        }

        @Override
        public String toString() {
            return "demo";
        }
    }
}
