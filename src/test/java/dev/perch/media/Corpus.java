package dev.perch.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The committed streams and images; corpus/make says how each was made. */
public final class Corpus {
    private static final Map<String, byte[]> FILES = new ConcurrentHashMap<>();

    private Corpus() {}

    /** A file under corpus/, such as {@code h264/x264-baseline.h264}; the caller's own copy. */
    public static byte[] read(String name) {
        return FILES.computeIfAbsent(name, Corpus::load).clone();
    }

    private static byte[] load(String name) {
        try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of a table of words, without comments. */
    public static Stream<List<String>> table(String name) {
        return new String(read(name), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> List.of(line.trim().split("\\s+")));
    }

    /** The names of the H.264 streams. */
    public static Stream<String> h264() {
        return table("h264/expected.txt").map(row -> "h264/" + row.get(0));
    }

    /** The names of the JPEG images. */
    public static Stream<String> jpeg() {
        return table("jpeg/expected.txt").map(row -> "jpeg/" + row.get(0));
    }
}
