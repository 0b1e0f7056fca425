package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Access;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Encoding;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.PublishedSource;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that publish by RTMP to a camera, which is watched over HTTP. */
@Tag("players")
class RtmpPublishPlayersTest {
    private static final String KEY = "s3cret";

    @TempDir
    private static Path folder = Path.of("");

    private static Path clip = Path.of("");
    private static Path wider = Path.of("");
    private static Path sorenson = Path.of("");

    private final ArenaPool pool = TestCameras.pool(32 << 20);
    private final MemoryBudget heap = new MemoryBudget(8 << 20, "heap");
    private final List<Process> programs = new ArrayList<>();
    private Camera camera;
    private RtmpPort port;
    private PerchServer server;
    private Audience audience;

    @BeforeAll
    static void makeClips() throws Exception {
        clip = clip("clip.flv", "160x120", "libx264", "flv");
        wider = clip("wider.flv", "320x120", "libx264", "flv");
        sorenson = clip("sorenson.flv", "160x120", "flv", "flv");
    }

    private static Path clip(String name, String size, String encoder, String format) throws Exception {
        Path made = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i"));
        command.addAll(
                List.of("testsrc2=size=" + size + ":rate=25:duration=30", "-f", "lavfi", "-i", "sine=duration=30"));
        command.addAll(List.of("-c:v", encoder, "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-f", format));
        command.add(made.toString());
        Tool.output(command.toArray(String[]::new));
        return made;
    }

    @BeforeEach
    void start() throws Exception {
        start(/* replace= */ false);
    }

    private void start(boolean replace) throws Exception {
        CameraConfig config =
                CameraConfig.defaults("front", new SourceConfig.Publish(KEY, replace, Duration.ofSeconds(30)));
        PublishedSource source = new PublishedSource(config);
        camera = Camera.start(config, source, pool);
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        Access access = new Access("", anyPort -> Optional.empty(), Map.of("front", KEY));
        Admission admission = new Admission(pool.budget(), heap);
        audience = new Audience();
        port = RtmpPort.open(
                "127.0.0.1",
                /* number= */ 0,
                /* tls= */ null,
                new RtmpPort.Served(
                        cameras, access, audience, (address, played) -> admission.bySocket(/* ownBytes= */ 0), heap));
        server = PerchServer.start(camera, pool, folder.resolve("work"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process program : programs) {
            program.destroyForcibly().waitFor();
        }
        port.close();
        audience.close();
        server.close();
        camera.close();
        Await.allGivenBack(pool);
        assertEquals(0, heap.leasedBytes());
    }

    private String url() {
        return "rtmp://127.0.0.1:" + port.number() + "/live/front";
    }

    private Process publish(Path file, String address) throws IOException {
        return run("ffmpeg", "-v", "error", "-re", "-i", file.toString(), "-c", "copy", "-f", "flv", address);
    }

    private Process run(String... command) throws IOException {
        Process program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        programs.add(program);
        return program;
    }

    private void awaitState(Class<? extends CameraState> kind) {
        Await.until(20, () -> kind.isInstance(camera.state()), () -> String.valueOf(camera.state()));
    }

    /** Returns what ffprobe says of each track of two seconds of the camera. */
    private List<String> watched() throws Exception {
        String address = server.address("stream.mp4?duration=2");
        return Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?key=" + KEY, "/" + KEY})
    void ffmpegPublishes_andTheCameraIsLive(String key) throws Exception {
        awaitState(CameraState.Awaiting.class);
        HttpResponse<String> absent = server.get("stream.mp4");
        assertEquals(503, absent.statusCode());
        assertTrue(absent.body().contains("Nobody publishes to this camera yet."), absent.body());
        Process publisher = publish(clip, url() + key);
        awaitState(CameraState.Live.class);
        assertTrue(watched().contains("h264,160"));
        assertTrue(camera.feed(Encoding.AAC).stats().framesInRing() > 0);
        publisher.destroy();
        awaitState(CameraState.Awaiting.class);
        assertEquals("The publisher has ended.", camera.state().reason());
    }

    @Test
    void gstreamerPublishes() throws Exception {
        run(
                "gst-launch-1.0",
                "-q",
                "filesrc",
                "location=" + clip,
                "!",
                "flvdemux",
                "name=demux",
                "flvmux",
                "name=mux",
                "streamable=true",
                "!",
                "rtmp2sink",
                "sync=true",
                "location=" + url() + "?key=" + KEY,
                "demux.video",
                "!",
                "queue",
                "!",
                "h264parse",
                "!",
                "mux.video",
                "demux.audio",
                "!",
                "queue",
                "!",
                "aacparse",
                "!",
                "mux.audio");
        awaitState(CameraState.Live.class);
        assertTrue(watched().contains("h264,160"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?key=wrong", "x?key=" + KEY})
    void publisherWithoutItsKeyOrItsCamera_isRefused(String name) throws Exception {
        Process publisher = publish(clip, url() + name);
        assertTrue(publisher.waitFor(20, TimeUnit.SECONDS));
        assertNotEquals(0, publisher.exitValue());
        assertTrue(camera.state() instanceof CameraState.Awaiting, camera.state()::toString);
    }

    @Test
    void secondPublisher_isRefused_andTheFirstGoesOn() throws Exception {
        publish(clip, url() + "?key=" + KEY);
        awaitState(CameraState.Live.class);
        Process second = publish(wider, url() + "?key=" + KEY);
        assertTrue(second.waitFor(20, TimeUnit.SECONDS));
        assertNotEquals(0, second.exitValue());
        assertTrue(watched().contains("h264,160"));
    }

    @Test
    void secondPublisher_takesThePlaceOfTheFirst_whereItMay() throws Exception {
        stop();
        start(/* replace= */ true);
        Process first = publish(clip, url() + "?key=" + KEY);
        awaitState(CameraState.Live.class);
        publish(wider, url() + "?key=" + KEY);
        assertTrue(first.waitFor(20, TimeUnit.SECONDS));
        awaitState(CameraState.Live.class);
        assertTrue(watched().contains("h264,320"));
    }

    /** A viewer sees on in the same answer when the publisher is back, though with another size. */
    @Test
    void viewer_staysThroughThePublishersGap() throws Exception {
        Process first = publish(clip, url() + "?key=" + KEY);
        awaitState(CameraState.Live.class);
        try (Socket viewer = server.connect("/stream.mjpg")) {
            int firstWidth = width(viewer);
            first.destroy();
            awaitState(CameraState.Awaiting.class);
            publish(wider, url() + "?key=" + KEY);
            awaitState(CameraState.Live.class);
            int[] seen = {firstWidth};
            Await.until(
                    20,
                    () -> {
                        seen[0] = width(viewer);
                        return seen[0] == 320;
                    },
                    () -> "width " + seen[0]);
            assertEquals(160, firstWidth);
        }
    }

    /** Returns the width that the next JPEG's frame header tells (ITU-T T.81 §B.2.2). */
    private static int width(Socket viewer) {
        try {
            int before = 0;
            int marker = viewer.getInputStream().read();
            while (before != 0xff || marker != 0xc0) {
                before = marker;
                marker = viewer.getInputStream().read();
                if (marker < 0) {
                    throw new AssertionError("the answer ended");
                }
            }
            byte[] header = viewer.getInputStream().readNBytes(7);
            return (header[5] & 0xff) << 8 | (header[6] & 0xff);
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    @Test
    void anotherCodec_isNamedToThePublisherAndAtTheCamera() throws Exception {
        Process publisher = publish(sorenson, url() + "?key=" + KEY);
        Await.until(
                20,
                () -> camera.state().reason().contains("H.264 is taken"),
                () -> camera.state().reason() + " " + publisher.isAlive());
        assertTrue(publisher.waitFor(20, TimeUnit.SECONDS));
    }

    @Test
    void garbage_endsTheConnection() throws Exception {
        try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            stranger.setSoTimeout(5_000);
            byte[] request = "GET / HTTP/1.1\r\nHost: front\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            stranger.getOutputStream().write(Arrays.copyOf(request, 4000));
            assertTrue(ends(stranger));
        }
    }

    private static boolean ends(Socket stranger) throws IOException {
        try {
            stranger.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
