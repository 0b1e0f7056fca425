package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.SourceConfig;
import dev.perch.media.Corpus;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Player;
import dev.perch.testing.Tool;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras as people have them, by commands and the whole program: what a decoder makes a picture of is served. */
@Tag("players")
@Timeout(120)
class OddCamerasPlayersTest {
    private static final String FOLDER = "src/test/resources/corpus/cases/";
    private static final int WIDTH = 322;
    private static final int HEIGHT = 241;

    @TempDir
    private static Path folder = Path.of("");

    private static PerchServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(
                PerchServer.config(
                        camera("empty-nal", "h264", Format.H264, 15),
                        camera("stray-byte-before-dqt", "mjpg", Format.AUTO, 10),
                        camera("no-eoi", "mjpg", Format.MJPG, 10),
                        camera("size-change", "h264", Format.AUTO, 15),
                        camera("burst8", "h264", Format.H264, 2),
                        camera("grey-322x241", "raw", Format.GREY, 10),
                        jpegs("cut", "b[:len(b)//2] if n%4==1 else b", 1),
                        jpegs("cut-and-closed", "b[:len(b)//3]+b'\\xff\\xd9' if n%4==1 else b", 1),
                        jpegs("jpegs-by-eight", "b", 8)),
                folder);
    }

    /**
     * JPEGs, 15 a second.
     *
     * @param image what is written, in Python's words: of the image b, the nth
     * @param together how many come at once
     */
    private static CameraConfig jpegs(String name, String image, int together) {
        String program = """
                import sys, time
                b, n, began = open('src/test/resources/corpus/jpeg/turbo-420.jpg', 'rb').read(), 0, time.time()
                while True:
                    for each in range(%d):
                        sys.stdout.buffer.write(%s)
                        n += 1
                    sys.stdout.buffer.flush()
                    time.sleep(max(0, began + n / 15 - time.time()))
                """.formatted(together, image);
        CameraConfig plain = CameraConfig.defaults(name, SourceConfig.Command.of(List.of("python3", "-c", program)));
        return plain.with(new CameraConfig.Capture(
                Format.MJPG,
                plain.capture().size(),
                new FrameRate(15, 1),
                plain.capture().controls()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static CameraConfig camera(String name, String ending, Format format, int fps) {
        List<String> words = List.of("python3", FOLDER + "pace.py", FOLDER + name + "." + ending, "" + fps);
        CameraConfig plain = CameraConfig.defaults(name, SourceConfig.Command.of(words));
        return plain.with(new CameraConfig.Capture(
                format,
                new PictureSize(WIDTH, HEIGHT, /* exact= */ true),
                new FrameRate(fps, 1),
                plain.capture().controls()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stray-byte-before-dqt", "no-eoi"})
    void jpegsAsCamerasSendThem_areSnapshots(String camera) throws Exception {
        assertTrue(snapshot(camera).getWidth() > 0);
    }

    @Test
    void grey_isFullRange() throws Exception {
        BufferedImage picture = snapshot("grey-322x241");
        byte[] raw = Corpus.read("cases/grey-322x241.raw");
        long off = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                off += Math.abs(picture.getRaster().getSample(x, y, 0) - (raw[y * WIDTH + x] & 0xff));
            }
        }
        assertTrue(off / (WIDTH * HEIGHT) <= 3, "a sample is off by " + off / (double) (WIDTH * HEIGHT));
    }

    @Test
    void emptyNalUnits_areLeftOut() throws Exception {
        assertDecodes("empty-nal/stream.mp4?duration=2");
    }

    /** FFmpeg reads an init segment only once: what changes has to stand in the samples. */
    @Test
    void sizeThatChanges_decodesFromHls() throws Exception {
        assertDecodes("size-change/hls/index.m3u8");
    }

    /** Each image is in H.264 too, cut off or not, and each has its time. */
    @ParameterizedTest
    @ValueSource(strings = {"cut", "cut-and-closed", "jpegs-by-eight"})
    void jpegsThatComeTogether_orInPart_areEachEncoded(String camera) throws Exception {
        List<Double> shown = Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        uri(camera + "/stream.mp4?duration=6"))
                .stream()
                .filter(line -> !line.isBlank())
                .map(line -> Double.parseDouble(line.replaceFirst(",.*", "")))
                .filter(time -> time >= 2) // an encoder that starts on a busy machine may be late
                .toList();
        double span = shown.get(shown.size() - 1) - shown.get(0);
        assertEquals(span * 15, shown.size() - 1, 4, shown::toString);
    }

    /** Eight pictures come every half a second. */
    @Test
    void bursts_areEvenInHls() throws Exception {
        List<Double> shown = Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v",
                        "-read_intervals",
                        "%+5",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        uri("burst8/hls/index.m3u8"))
                .stream()
                .filter(line -> !line.isBlank())
                .map(line -> Double.parseDouble(line.replaceFirst(",.*", "")))
                .toList();
        assertTrue(shown.size() > 50, shown::toString);
        for (int i = 2; i < shown.size(); i++) { // the first interval is a nominal one
            double gap = shown.get(i) - shown.get(i - 1);
            assertTrue(gap > 0.02 && gap < 0.2, "frame " + i + " of " + shown);
        }
    }

    private static void assertDecodes(String path) throws Exception {
        Player ffmpeg = Player.run(
                folder,
                "ffmpeg",
                "-nostdin",
                "-v",
                "error",
                "-i",
                uri(path),
                "-t",
                "5",
                "-vf",
                "scale=64:36",
                "-f",
                "framecrc",
                "-");
        assertEquals(0, ffmpeg.exitCode(), ffmpeg.complaints());
        assertTrue(ffmpeg.lines().size() > 20, () -> ffmpeg.lines().toString());
        assertFalse(ffmpeg.complaints().contains("h264"), ffmpeg.complaints()); // what its decoder says
    }

    private static String uri(String path) {
        return "http://127.0.0.1:" + server.port() + "/" + path;
    }

    private static BufferedImage snapshot(String camera) throws Exception {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri(camera + "/snapshot.jpg")))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, answer.statusCode(), () -> new String(answer.body(), StandardCharsets.UTF_8));
        return assertPicture(ImageIO.read(new ByteArrayInputStream(answer.body())));
    }

    private static BufferedImage assertPicture(BufferedImage picture) {
        assertNotNull(picture);
        return picture;
    }
}
