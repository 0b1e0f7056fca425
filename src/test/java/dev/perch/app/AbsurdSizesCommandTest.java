package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.h264.AbsurdStreams;
import dev.perch.jpeg.TextPicture;
import dev.perch.testing.PerchServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Commands that print pictures of sizes that nobody has: whoever asks is told the size, and which would be taken. */
@Execution(ExecutionMode.CONCURRENT)
class AbsurdSizesCommandTest {
    private static final String LIMITS = " pixels are not taken: 16880 a side and 67108864 in all are the most.";

    @TempDir
    Path work;

    @Test
    void absurdSizes_areToldEverywhere() throws Exception {
        byte[] unit = Objects.requireNonNull(AbsurdStreams.bySentence().get("Pictures of 65536x65536" + LIMITS))
                .toArray();
        CameraConfig h264 = camera("h264", unit);
        CameraConfig jpeg = camera("jpeg", jpeg());
        try (PerchServer server = PerchServer.start(PerchServer.config(h264, jpeg), work.resolve("perch"))) {
            told(server, "h264/stream.mp4", "65536x65536");
            told(server, "h264/stream.h264", "65536x65536");
            told(server, "h264/healthz", "65536x65536");
            told(server, "jpeg/stream.mjpg", "65535x65535");
            told(server, "jpeg/snapshot.jpg", "65535x65535");
            HttpResponse<String> stats = get(server, "stats");
            assertEquals(200, stats.statusCode());
            for (String size : List.of("65536x65536", "65535x65535")) {
                assertTrue(stats.body().contains("Pictures of " + size + LIMITS), stats.body());
            }
            HttpResponse<String> page = get(server, "h264/");
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("Pictures of 65536x65536" + LIMITS), page.body());
        }
    }

    private static void told(PerchServer server, String path, String size) throws Exception {
        HttpResponse<String> answer = get(server, path);
        assertEquals(503, answer.statusCode(), path);
        assertTrue(answer.body().contains("Pictures of " + size + LIMITS), () -> path + ": " + answer.body());
    }

    private static HttpResponse<String> get(PerchServer server, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.port() + "/" + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A command that prints the frame again and again. */
    private CameraConfig camera(String id, byte[] frame) throws Exception {
        Path file = Files.write(work.resolve(id), frame);
        return CameraConfig.defaults(id, SourceConfig.Command.ofShell("while cat " + file + "; do sleep 0.05; done"));
    }

    private static byte[] jpeg() {
        ByteBuffer jpeg = TextPicture.jpeg(16, 16, List.of());
        int sof = 0;
        while (jpeg.getShort(sof) != (short) 0xffc0) {
            sof++;
        }
        jpeg.putInt(sof + 5, -1);
        byte[] bytes = new byte[jpeg.remaining()];
        jpeg.get(bytes);
        return bytes;
    }
}
