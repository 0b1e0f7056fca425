package dev.perch.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An external program that a test runs to its end. */
public final class Tool {
    private static final int SECONDS = 60;

    private Tool() {}

    /** Returns the output of the program. Fails if its exit code tells an error or it takes too long. */
    public static byte[] output(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("tool", ".out");
        Path said = Files.createTempFile("tool", ".err");
        try {
            Process program = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(said.toFile())
                    .start();
            boolean ended = program.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                program.destroyForcibly().waitFor();
            }
            if (!ended || program.exitValue() != 0) {
                throw new AssertionError(List.of(command)
                        + (ended ? " failed: " : " does not end: ")
                        + Files.readString(said, StandardCharsets.UTF_8));
            }
            return Files.readAllBytes(out);
        } finally {
            Files.delete(out);
            Files.delete(said);
        }
    }

    /** Returns the names of the codecs in a file, by ffprobe, one a track. */
    public static List<String> codecs(Path file) throws IOException, InterruptedException {
        String entries = "stream=codec_name";
        return lines("ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", file.toString());
    }

    /** Returns the same as lines of text. */
    public static List<String> lines(String... command) throws IOException, InterruptedException {
        return new String(output(command), StandardCharsets.UTF_8).lines().toList();
    }
}
