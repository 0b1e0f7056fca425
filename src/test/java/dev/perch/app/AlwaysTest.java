package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import dev.perch.config.CameraConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A camera that runs always. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class AlwaysTest {
    @TempDir
    Path work;

    @Test
    void segmentsAreMade_beforeAnybodyAsks_andAreThereForTheFirst() throws Exception {
        CameraConfig always = always(TestCameras.demo("always"));
        try (PerchServer server = PerchServer.start(PerchServer.config(always, TestCameras.demo("idle")), work)) {
            Await.until(20, () -> stats(server).contains("always HLS window"), () -> stats(server));
            assertTrue(!stats(server).contains("idle HLS window"), () -> stats(server));
            Await.until(
                    20,
                    () -> text(server, "/always/hls/stream.m3u8").split("#EXTINF", -1).length > 2,
                    () -> text(server, "/always/hls/stream.m3u8"));
        }
    }

    private static String stats(PerchServer server) {
        String text = text(server, "/stats");
        try {
            return JsonParser.object()
                    .from(text)
                    .getObject("budget")
                    .getObject("holders")
                    .toString();
        } catch (Exception broken) {
            throw new AssertionError(text, broken);
        }
    }

    private static String text(PerchServer server, String path) {
        try (Answer answer = Answer.get(server.port(), path)) {
            return answer.text();
        } catch (Exception broken) {
            throw new AssertionError(path, broken);
        }
    }

    private static CameraConfig always(CameraConfig camera) {
        return camera.with(new CameraConfig.Running(
                CameraConfig.Run.ALWAYS,
                camera.running().linger(),
                camera.running().warmUp(),
                camera.running().ringBytes()));
    }
}
