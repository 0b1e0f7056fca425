package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import dev.perch.testing.WebSocketClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What 20 redeploys in one Debian Tomcat leave behind: nothing. */
@Tag("tomcat")
@Execution(ExecutionMode.CONCURRENT) // each in a Tomcat of its own, which mostly waits
class RedeployIT {
    private static final int REDEPLOYS = 20;

    /** What is being watched while each version is taken away. */
    private static final List<String> WATCHED = List.of("", "snapshot.jpg", "stream.mjpg", "stream.h264", "stream.mp4");

    @TempDir
    Path base;

    /** What people do with one version of the web application. */
    private interface Visit {
        void pay(StockTomcat tomcat) throws IOException;
    }

    @Test
    void redeploy_leavesNothingBehind() throws Exception {
        String connector = Files.readString(Path.of("conf/tomcat-connector.xml"));
        try (StockTomcat tomcat = StockTomcat.start(base, connector, "cameras: { demo: { demo: true } }\n")) {
            redeploy(tomcat, RedeployIT::leaveWatching);
        }
    }

    /**
     * The C library by JNA for a device, libturbojpeg for raw pictures, a program, and WebSockets, whose time-outs start a timer of the JDK's. At last
     * there is a mistake in the file.
     */
    @Test
    void redeploy_withNativeLibraries_andWebSocketsByNio2_leavesNothingBehind() throws Exception {
        String connector = "<Connector port=\"8080\" protocol=\"org.apache.coyote.http11.Http11Nio2Protocol\"/>";
        try (StockTomcat tomcat = StockTomcat.start(base, connector, """
                cameras:
                  demo: { demo: true }
                  absent: { device: /dev/video99 }
                  raw: { command: "while head -c 12288 /dev/zero; do sleep 0.1; done", format: GREY, size: 128x96, fps: 10 }
                """)) {
            Footprint before = redeploy(tomcat, RedeployIT::askNativeLibraries);
            Files.writeString(base.resolve("conf/perch.yml"), "cameras: { demo: { demo: perhaps } }\n");
            tomcat.deploy(RunningPerch.war(), "cams");
            assertEquals(503, status(tomcat, ""));
            tomcat.undeploy("cams");
            awaitNothingSince(before, tomcat);
        }
    }

    /** Returns what there was before, and is there at the end. */
    private static Footprint redeploy(StockTomcat tomcat, Visit visit) throws IOException {
        runOnce(tomcat, visit);
        Footprint before = Footprint.of(tomcat);
        for (int i = 0; i < REDEPLOYS; i++) {
            tomcat.deploy(RunningPerch.war(), "cams");
            visit.pay(tomcat);
        }
        tomcat.undeploy("cams");
        awaitNothingSince(before, tomcat);
        assertClean(tomcat.log());
        return before;
    }

    private static void awaitNothingSince(Footprint before, StockTomcat tomcat) {
        tomcat.await(
                "end of what was left behind",
                () -> footprint(tomcat).isWithin(before),
                () -> footprint(tomcat).leftBehindSince(before));
    }

    /** What Tomcat and the JVM load once stays with them. */
    private static void runOnce(StockTomcat tomcat, Visit visit) throws IOException {
        for (int i = 0; i < 2; i++) {
            tomcat.deploy(RunningPerch.war(), "cams");
            visit.pay(tomcat);
        }
        tomcat.undeploy("cams");
        tomcat.await(
                "end of the first version's class loader",
                () -> footprint(tomcat).webappClassLoaders() == 0,
                () -> footprint(tomcat).toString());
    }

    @SuppressWarnings("resource") // the WebSocket is left open
    private static void askNativeLibraries(StockTomcat tomcat) throws IOException {
        assertEquals(200, status(tomcat, "raw/snapshot.jpg"));
        assertEquals(503, status(tomcat, "absent/snapshot.jpg"));
        WebSocketClient client = WebSocketClient.open(tomcat.address("cams").getPort(), "/cams/demo/ws");
        assertTrue(client.message().payload().size() > 0);
    }

    private static int status(StockTomcat tomcat, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) tomcat.address("cams").resolve(path).toURL().openConnection();
        connection.setReadTimeout(20_000);
        return connection.getResponseCode();
    }

    /** Begins to watch and neither reads on nor hangs up, so that the next deployment finds viewers. */
    @SuppressWarnings("resource") // that is the point
    private static void leaveWatching(StockTomcat tomcat) throws IOException {
        List<InputStream> bodies = new ArrayList<>();
        for (String path : WATCHED) {
            HttpURLConnection connection = (HttpURLConnection)
                    tomcat.address("cams").resolve(path).toURL().openConnection();
            connection.setReadTimeout(20_000);
            assertEquals(200, connection.getResponseCode(), path);
            InputStream body = connection.getInputStream();
            assertTrue(body.read() >= 0, path);
            bodies.add(body);
        }
        assertEquals(WATCHED.size(), bodies.size());
    }

    private static Footprint footprint(StockTomcat tomcat) {
        try {
            renewRequestThreads(tomcat);
            return Footprint.of(tomcat);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A request thread that Tomcat made while a web application's code ran holds that code's class loader. Tomcat therefore ends each one after
     * its first request since the undeployment, or when it has been idle for a minute.
     */
    private static void renewRequestThreads(StockTomcat tomcat) throws IOException {
        for (int i = 0; i < 4; i++) {
            HttpURLConnection connection =
                    (HttpURLConnection) tomcat.address("nothing").toURL().openConnection();
            assertEquals(404, connection.getResponseCode());
            connection.disconnect();
        }
    }

    private static void assertClean(String log) {
        for (String complaint : List.of("SEVERE", "memory leak", "failed to stop it", "failed to remove it")) {
            assertFalse(log.contains(complaint), log);
        }
    }
}
