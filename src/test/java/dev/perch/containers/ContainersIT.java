package dev.perch.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The WAR in Tomcat 11, whose sockets it takes, and in Jetty 12, where the servlet API is all there is. */
@Tag("tomcat")
@Execution(ExecutionMode.CONCURRENT) // each in a JVM of its own, which mostly waits
class ContainersIT {
    private static final int SOI = 0xFFD8;

    @TempDir
    Path work;

    @ParameterizedTest
    @CsvSource({"tomcat, tomcat11", "jetty, jetty12"})
    void everythingPlays_whatEndsIsEnded_andAStopLeavesNothing(String kind, String jars) throws Exception {
        try (OtherContainer container = OtherContainer.start(kind, jars, work)) {
            byte[] snapshot = container.body("snapshot.jpg");
            assertEquals(SOI, ((snapshot[0] & 0xFF) << 8) | (snapshot[1] & 0xFF));
            for (String stream : List.of("stream.mjpg", "stream.h264", "stream.mp4")) {
                assertTrue(container.body(stream + "?duration=0.5").length > 5000, stream); // and it ends
            }
            String playlist = new String(container.body("hls/index.m3u8"), StandardCharsets.UTF_8);
            assertTrue(playlist.contains("#EXTM3U"), playlist);
            assertTrue(container.body("static/perch.css").length > 1000);

            HttpURLConnection gone = container.ask("stream.mjpg");
            gone.disconnect();
            try (InputStream mp4 = container.ask("stream.mp4").getInputStream();
                    InputStream multipart = container.ask("stream.mjpg").getInputStream()) {
                assertTrue(mp4.read() >= 0);
                assertTrue(multipart.read() >= 0);
                awaitViewers(container, 2); // the one that has gone is not among them
                container.undeploy();
                mp4.readAllBytes(); // ended, not left open
                multipart.readAllBytes();
            }
            assertEquals(
                    List.of(),
                    container.threads().stream()
                            .filter(name -> name.startsWith("perch"))
                            .toList());
            assertFalse(container.log().contains("Exception"), container::log);
            assertFalse(container.log().contains("SEVERE"), container::log);
        }
    }

    /** A viewer that takes nothing is let go, and its connection with it: the container's own time-out would leave it open for the pictures that come. */
    @ParameterizedTest
    @CsvSource({"tomcat, tomcat11", "jetty, jetty12"})
    void viewerWhoTakesNothing_isClosed_besideOneWhoReads(String kind, String jars) throws Exception {
        try (OtherContainer container = OtherContainer.start(kind, jars, work)) {
            assertTrue(container.body("large/snapshot.jpg").length > 1000);
            try (Socket stalled = container.stall("large/stream.mjpg");
                    InputStream reading = container.ask("demo/stream.mjpg").getInputStream()) {
                awaitViewers(container, 2);
                awaitViewers(container, 1);
                stalled.setSoTimeout(40_000);
                assertTrue(ends(stalled), "it is left open");
                assertTrue(reading.read() >= 0);
            }
            assertFalse(container.log().contains("Exception"), container::log);
        }
    }

    /** Whether what was under way is all that comes. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        }
    }

    private static void awaitViewers(OtherContainer container, int count) throws Exception {
        long end = System.nanoTime() + 120_000_000_000L;
        long watching;
        do {
            String stats = new String(container.body("stats"), StandardCharsets.UTF_8);
            watching = JsonParser.object().from(stats).getArray("cameras").stream()
                    .flatMap(camera -> ((JsonObject) camera).getObject("feeds").entrySet().stream())
                    .filter(feed -> !feed.getKey().equals("AAC")) // heard by who sees
                    .mapToLong(feed -> ((JsonObject) feed.getValue()).getInt("viewers"))
                    .sum();
        } while (watching != count && System.nanoTime() < end);
        assertEquals(count, watching, container::log);
    }
}
