package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose descriptors strangers have taken, every one: who is there already gets each page, also one that nobody has asked for before. */
@Tag("long") // a program of its own, and strangers
@Timeout(180)
class DescriptorsIT {
    private static final int MOST = 120;
    private static final int STRANGERS = 300;

    /** What opens classes, templates and files, asked for the first time. */
    private static final List<String> ASKED = List.of(
            "",
            "front/",
            "static/perch.js",
            "static/perch.css",
            "static/player/player.js",
            "static/players/hls.min.js",
            "front/hls/index.m3u8",
            "front/dash/manifest.mpd",
            "stats",
            "front/snapshot.jpg"); // at last, for it ends the connection

    @TempDir
    Path work;

    @Test
    void allTaken_everyPageIsThere_andHealthComesBack() throws Exception {
        Path config = Files.writeString(work.resolve("perch.yml"), "cameras: { front: { demo: true } }\n");
        try (RunningPerch perch = RunningPerch.withDescriptors(
                MOST, Map.of(), "--config", config.toString(), "--address", "127.0.0.1", "--port", "0")) {
            URI address = perch.address();
            List<SocketChannel> strangers = new ArrayList<>();
            try (Guest guest = new Guest(address.getPort())) {
                guest.get("/healthz");
                for (int i = 0; i < STRANGERS; i++) {
                    strangers.add(SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())));
                }
                Await.until(
                        20,
                        () -> guest.get("/healthz") > 0 && descriptors(perch) >= MOST - 1,
                        () -> "descriptors=" + descriptors(perch));
                assertEquals(404, guest.get("/nothing"));
                for (String path : ASKED) {
                    assertEquals(200, guest.get("/" + path), () -> path + "\n" + perch.log());
                }
            } finally {
                for (SocketChannel stranger : strangers) {
                    stranger.close();
                }
            }
            Await.until(
                    90, () -> status(address, "healthz") == 200, () -> "it does not get well again:\n" + perch.log());
            for (String path : ASKED) {
                assertEquals(200, status(address, path), path);
            }
            assertTrue(descriptors(perch) < MOST, "descriptors come back");
            assertFalse(perch.log().contains("NoClassDefFoundError"), perch::log);
        }
    }

    private static long descriptors(RunningPerch perch) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(perch.pid()), "fd"))) {
            return open.count();
        } catch (IOException gone) {
            return 0;
        }
    }

    private static int status(URI address, String path) {
        try (Answer answer = Answer.get(address.getPort(), "/" + path, "Connection: close")) {
            return answer.status();
        } catch (IOException none) {
            return 0;
        }
    }

    /** Somebody with one connection, which was there before the strangers, for all that is asked. */
    private static final class Guest implements AutoCloseable {
        private Socket socket;

        Guest(int port) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        }

        /** Returns the status; 0 when there is no answer. */
        int get(String target) {
            try {
                Answer.send(socket, "GET", target, "1.1");
                socket.setSoTimeout(30_000);
                Answer answer = Answer.of(socket);
                read(answer);
                return answer.status();
            } catch (IOException closed) {
                return 0;
            }
        }

        private static void read(Answer answer) throws IOException {
            InputStream in = answer.body();
            if (!answer.header("Transfer-Encoding").equals("chunked")) {
                in.readNBytes(Integer.parseInt(answer.header("Content-Length")));
                return;
            }
            int size = Integer.parseInt(Answer.line(in), 16);
            while (size > 0) {
                in.readNBytes(size);
                Answer.line(in);
                size = Integer.parseInt(Answer.line(in), 16);
            }
            Answer.line(in);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
