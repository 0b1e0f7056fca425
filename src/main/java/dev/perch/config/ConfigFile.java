package dev.perch.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a configuration file. */
final class ConfigFile {
    /** The largest file accepted. The sample has 3 KiB; 256 KiB are a thousand cameras. */
    static final int MAX_BYTES = 256 << 10;

    private ConfigFile() {}

    /**
     * Reads and checks the configuration in {@code file}.
     *
     * @throws ConfigException with all problems, or if the file cannot be read
     */
    static PerchConfig load(Path file) throws ConfigException {
        String name = Text.oneLine(file.toString());
        return ConfigReader.read(name, decode(name, read(file))).readFrom(file);
    }

    /** Returns the nodes of {@code file}; empty if it has only comments. */
    static Optional<Node> tree(Path file) throws ConfigException {
        String name = Text.oneLine(file.toString());
        return YamlTree.compose(name, decode(name, read(file)));
    }

    private static byte[] read(Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw whole(file.toString(), "is larger than " + MAX_BYTES / 1024 + " KiB, which no configuration is");
            }
            return bytes;
        } catch (IOException e) {
            throw whole(file.toString(), unreadable(file, e));
        }
    }

    /** Returns why {@code file} cannot be read, as the rest of a sentence that begins with its name. */
    static String unreadable(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return "is a directory, not a file";
        }
        if (e instanceof NoSuchFileException) {
            return "does not exist";
        }
        return e instanceof AccessDeniedException
                ? "may not be read by the user " + System.getProperty("user.name")
                : "cannot be read: " + Text.oneLine(String.valueOf(e.getMessage()));
    }

    static String decode(String file, byte[] bytes) throws ConfigException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, /* endOfInput= */ true);
        String decoded = text.flip().toString();
        String withoutMark = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
        if (result.isError()) {
            Problems problems = new Problems(file);
            String[] lines = withoutMark.split("\r\n|\r|\n", -1);
            String last = lines[lines.length - 1];
            problems.at(lines.length, last.codePointCount(0, last.length()) + 1, "found bytes that are not UTF-8");
            throw problems.exception();
        }
        return withoutMark;
    }

    private static ConfigException whole(String file, String message) {
        Problems problems = new Problems(file);
        problems.whole(message);
        return problems.exception();
    }
}
