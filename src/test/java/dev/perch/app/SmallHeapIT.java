package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WAR of this build by the servlet API, as over TLS, with a heap that is too small for those who come. */
@Tag("long") // two hundred clients of a small heap
class SmallHeapIT {
    private static final Pattern ADDRESS = Pattern.compile("Perch is at http://127\\.0\\.0\\.1:(\\d+)/");
    private static final Path WAR = Path.of("target/perch.war").toAbsolutePath();
    private static final int COMING = 200;
    private static final Pattern FOR_VIEWERS = Pattern.compile("\"heapForViewersBytes\":(\\d+)");

    /** What a viewer of MJPEG by the servlet API takes: its response buffer, and as much again in the container. */
    private static final long VIEWER_BYTES = 128 << 10;

    @TempDir
    Path work;

    @Test
    void fullHeap_refusesNewcomersWithTheFlagToRaise_andHarmsNobody() throws Exception {
        Path log = work.resolve("log");
        Process perch = start(log);
        try {
            int port = port(perch, log);
            Matcher stats = FOR_VIEWERS.matcher(new Guest(port, "stats").rest());
            assertTrue(stats.find());
            long heapForViewersBytes = Long.parseLong(stats.group(1));
            List<Guest> guests = new ArrayList<>();
            for (int i = 0; i < COMING; i++) {
                guests.add(new Guest(port, "stream.mjpg"));
            }
            List<Guest> served =
                    guests.stream().filter(guest -> guest.status == 200).toList();
            List<Guest> refused =
                    guests.stream().filter(guest -> guest.status == 503).toList();
            assertEquals(COMING, served.size() + refused.size());
            assertEquals(heapForViewersBytes / VIEWER_BYTES, served.size());
            for (Guest guest : refused) {
                String body = guest.rest();
                assertTrue(body.contains("Out of heap: viewers asks for 0.1 MiB"), body);
                assertTrue(body.contains("Raise -Xmx, or lower the number of viewers."), body);
            }
            for (Guest guest : served) {
                guest.takePart();
                guest.takePart();
            }
            assertEquals(200, new Guest(port, "stats").status);
            for (Guest guest : served) {
                guest.socket.close();
            }
            Await.until(15, () -> status(port, "snapshot.jpg") == 200, () -> "nobody is let in any more");
            assertFalse(Files.readString(log).contains("OutOfMemoryError"), () -> "see " + log);
        } finally {
            perch.destroy();
            assertTrue(perch.waitFor(30, TimeUnit.SECONDS));
        }
    }

    private Process start(Path log) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-Xmn2m",
                        "-XX:MaxDirectMemorySize=256m",
                        "-Dperch.output=servlet",
                        "-jar",
                        WAR.toString(),
                        "--address",
                        "127.0.0.1",
                        "--port",
                        "0")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static int port(Process perch, Path log) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher("");
        Await.until(
                60, () -> address.reset(text(log)).find() || !perch.isAlive(), () -> "it does not start: " + text(log));
        return Integer.parseInt(address.group(1));
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static int status(int port, String path) {
        try {
            Guest guest = new Guest(port, path);
            guest.socket.close();
            return guest.status;
        } catch (IOException gone) {
            return 0;
        }
    }

    /** A client that has read the head of its answer. */
    private static final class Guest {
        private final Socket socket;
        private final BufferedReader in;
        private final int status;

        Guest(int port, String path) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET /" + path + " HTTP/1.1\r\nHost: pi\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            status = Integer.parseInt(line.split(" ", 3)[1]);
            while (!line.isEmpty()) {
                line = in.readLine();
            }
        }

        String rest() throws IOException {
            StringBuilder text = new StringBuilder();
            in.lines().forEach(text::append);
            socket.close();
            return text.toString();
        }

        /** Reads up to the next part's head. */
        void takePart() throws IOException {
            String line = in.readLine();
            while (line != null && !line.contains("image/jpeg")) {
                line = in.readLine();
            }
            assertTrue(line != null, "the stream has ended");
        }
    }
}
