package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.Turn;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A camera with other versions of its picture: where they are named. */
class RenditionsPageTest {
    @TempDir
    private Path work;

    @Test
    void renditions_areNamedOnThePage_andInTheNumbers() throws Exception {
        PicturesConfig pictures =
                new PicturesConfig(new Turn(180, true), List.of(new RenditionConfig("small", Quality.of(0.5))));
        try (PerchServer server =
                PerchServer.start(PerchServer.config(TestCameras.demo("front").with(pictures)), work)) {
            String page = server.get("front/").body();
            assertTrue(page.contains("href=\"./small/stream.mp4\""), page);
            String wall = server.get("").body();
            assertTrue(wall.contains("href=\"front/small/snapshot.jpg\""), wall);
            String stats = server.get("stats").body();
            assertTrue(
                    stats.contains(
                            "\"renditions\":{\"small\":[\"small/snapshot.jpg\",\"small/stream.mjpg\",\"small/stream.h264\",\"small/stream.mp4\""),
                    stats);
            assertTrue(
                    stats.contains("\"turn\":{\"rotate\":180,\"mirror\":true,\"by\":{\"H264\":null,\"JPEG\":null}}"),
                    stats);
            assertEquals(200, server.send("HEAD", "front/small/stream.mp4").statusCode());
            assertEquals(404, server.get("front/other/stream.mp4").statusCode());
        }
    }
}
