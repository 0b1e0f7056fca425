package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chromium with frames from a WebSocket: the page that docs/websocket.md shows, WebCodecs, and Media Source Extensions. */
@Tag("players")
class WebSocketPlayersTest {
    /** Reads the row of 20 cells of the picture with that number; -1 where nothing has been painted. */
    private static final String FRAME_NUMBER = """
            const picture = document.querySelectorAll("canvas, video")[arguments[0]];
            const width = picture?.videoWidth ?? picture?.width, height = picture?.videoHeight ?? picture?.height;
            if (!width) return -1;
            const context = new OffscreenCanvas(width, height).getContext("2d");
            context.drawImage(picture, 0, 0);
            let number = 0;
            for (let bit = 0; bit < 20; bit++) {
              const [red, , , alpha] = context.getImageData((bit + 0.5) * width / 20, height / 24, 1, 1).data;
              if (alpha < 255) return -1;
              if (red > 128) number |= 1 << bit;
            }
            return number;
            """;

    private static final String WEB_CODECS = """
            <canvas></canvas>
            <script>
              const canvas = document.querySelector("canvas");
              const decoder = new VideoDecoder({
                output: (frame) => {
                  Object.assign(canvas, { width: frame.displayWidth, height: frame.displayHeight });
                  canvas.getContext("2d").drawImage(frame, 0, 0);
                  frame.close();
                },
                error: (trouble) => { document.title = String(trouble); },
              });
              const socket = new WebSocket(new URL("left/ws?format=h264", location.href.replace(/^http/, "ws")));
              socket.binaryType = "arraybuffer";
              socket.onmessage = ({ data }) => {
                if (typeof data === "string") {
                  const { codecs } = JSON.parse(data).cameras?.[0] ?? JSON.parse(data);
                  if (codecs) decoder.configure({ codec: codecs, optimizeForLatency: true });
                  return;
                }
                const head = new DataView(data);
                decoder.decode(new EncodedVideoChunk({
                  type: head.getUint8(1) & 1 ? "key" : "delta",
                  timestamp: Number(head.getBigUint64(8)),
                  data: data.slice(16),
                }));
              };
            </script>
            """;

    private static final String MEDIA_SOURCE = """
            <video muted autoplay></video>
            <script>
              const video = document.querySelector("video");
              const media = new MediaSource();
              const waiting = [];
              let buffer;
              video.src = URL.createObjectURL(media);
              const append = () => {
                if (buffer && !buffer.updating && waiting.length) buffer.appendBuffer(waiting.shift());
              };
              media.onsourceopen = () => {
                const socket = new WebSocket(new URL("right/ws?format=mp4", location.href.replace(/^http/, "ws")));
                socket.binaryType = "arraybuffer";
                socket.onmessage = ({ data }) => {
                  if (typeof data !== "string") {
                    waiting.push(data.slice(16));
                    append();
                    return;
                  }
                  const { codecs, mimeType } = JSON.parse(data).cameras?.[0] ?? JSON.parse(data);
                  if (codecs && !buffer) {
                    buffer = media.addSourceBuffer(mimeType);
                    buffer.onupdateend = append;
                  }
                };
              };
            </script>
            """;

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(TestCameras.demo("left"), TestCameras.demo("right")), work);
        browser = Chromium.window();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    /** A page of the server's own origin with this in it. */
    private static void show(String html) {
        browser.open("http://127.0.0.1:" + server.port() + "/stats");
        browser.run("document.open(); document.write(arguments[0]); document.close();", html);
    }

    private static int number(int picture) {
        return browser.run(FRAME_NUMBER, picture) instanceof Number number ? number.intValue() : -1;
    }

    /** The picture goes on for a second and a half of the film at least. */
    private static void assertAdvances(int picture) {
        Await.until(
                15, () -> number(picture) >= 0, () -> "nothing is painted: " + browser.run("return document.title"));
        List<Integer> numbers = new ArrayList<>(List.of(number(picture)));
        int advance = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (advance < 45 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            int number = number(picture);
            advance += DemoFrames.all().distance(numbers.get(numbers.size() - 1), number);
            numbers.add(number);
        }
        assertTrue(advance >= 45 && numbers.stream().distinct().count() > 3, numbers::toString);
    }

    @Test
    void theDocumentsPage_showsAllCamerasOverOneConnection() throws IOException {
        String document = Files.readString(Path.of("docs/websocket.md"));
        int begin = document.indexOf("```html") + "```html".length();
        show(document.substring(begin, document.indexOf("```", begin)));
        assertAdvances(0);
        assertAdvances(1);
    }

    @Test
    void webCodecs_paint() {
        show(WEB_CODECS);
        assertAdvances(0);
    }

    @Test
    void mediaSource_plays() {
        show(MEDIA_SOURCE);
        assertAdvances(0);
    }
}
