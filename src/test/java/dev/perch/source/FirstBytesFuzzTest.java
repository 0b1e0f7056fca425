package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.Redaction;
import dev.perch.media.CaptureException;
import dev.perch.testing.Fuzz;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever a command prints first, it is a format, a refusal with advice, or more is waited for. */
@Execution(ExecutionMode.CONCURRENT)
class FirstBytesFuzzTest {
    private static final byte[][] WORDS = Stream.of(
                    "--",
                    "\r\n",
                    "HTTP/1.1 200 OK\r\n",
                    "Content-Type: image/jpeg",
                    "multipart/x-mixed-replace",
                    "RIFF",
                    "ftyp",
                    "YUV4MPEG2",
                    "G",
                    "\0\0\0\1",
                    "\u00ff\u00d8",
                    "\0")
            .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);

    @Test
    void format() throws Exception {
        Redaction redaction = Redaction.ofCommand(List.of("camera", "--password", "secret"));
        List<byte[]> seeds = new ArrayList<>(Fuzz.h264());
        seeds.addAll(Fuzz.jpeg());
        seeds.addAll(List.of(WORDS));
        new Fuzz("first-bytes", seeds, WORDS, (input, random) -> {
                    try {
                        boolean told = FirstBytes.format(
                                        ByteBuffer.wrap(input), random.nextBoolean(), "camera", redaction)
                                .isPresent();
                        assertTrue(told || input.length < CommandReader.READ_BYTES);
                    } catch (CaptureException refused) {
                        assertTrue(
                                String.valueOf(refused.getMessage()).startsWith("The output of camera begins with "));
                    }
                })
                .run();
    }
}
