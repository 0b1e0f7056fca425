package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus as published, read by ffmpeg. */
@Tag("players")
class ShowableTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @MethodSource("dev.perch.media.Corpus#jpeg")
    void frame_isDecodedWithoutAnError(String file) throws IOException, InterruptedException {
        RecordingSink sink = new RecordingSink();
        new JpegPublisher(sink).frame(ByteBuffer.wrap(Corpus.read(file)), new FrameTime(0, 0));
        Path image = folder.resolve("image.jpg");
        Files.write(image, sink.frames().get(0).bytes().toArray());
        Path output = folder.resolve("output");
        Process ffmpeg = new ProcessBuilder("ffmpeg", "-v", "error", "-i", image.toString(), "-f", "null", "-")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(ffmpeg.waitFor(60, TimeUnit.SECONDS));
        assertEquals("", Files.readString(output, StandardCharsets.UTF_8));
        assertEquals(0, ffmpeg.exitValue());
    }
}
