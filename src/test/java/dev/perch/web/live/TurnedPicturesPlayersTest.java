package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.Turn;
import dev.perch.media.Orientation;
import dev.perch.testing.Corners;
import dev.perch.testing.CornersCamera;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import dev.perch.testing.WebSocketClient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cameras that give a picture of four colours in each of the formats that a source can give, held in each of the eight ways. Needs ffmpeg and libturbojpeg. */
@Tag("players")
@Timeout(120)
class TurnedPicturesPlayersTest {
    private static final int WIDTH = CornersCamera.WIDTH;
    private static final int HEIGHT = CornersCamera.HEIGHT;

    @TempDir
    private Path folder;

    private CameraConfig camera(String id, CameraConfig.Format format) throws IOException {
        return CornersCamera.of(id, format, folder);
    }

    private static CameraConfig turned(CameraConfig camera, Orientation turn) {
        return camera.with(new PicturesConfig(new Turn(turn.degrees(), turn.mirrored()), List.of()));
    }

    private static String name(CameraConfig.Format format, Orientation turn) {
        return format.toString().toLowerCase(Locale.ROOT) + turn.degrees() + (turn.mirrored() ? "m" : "");
    }

    private static BufferedImage snapshot(PerchServer server, String path) throws IOException {
        return ImageIO.read(URI.create(server.address(path)).toURL());
    }

    /** The first picture of a stream as ffmpeg shows it, which heeds the track's matrix. */
    private static BufferedImage played(String address) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(Tool.output(
                "ffmpeg", "-v", "error", "-i", address, "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-")));
    }

    /** The sides and the corners of an image. */
    private static String seen(BufferedImage image) {
        return image.getWidth() + "x" + image.getHeight() + " " + Corners.seen(image);
    }

    private static String expected(Orientation turn) {
        return turn.width(WIDTH, HEIGHT) + "x" + turn.height(WIDTH, HEIGHT) + " " + Corners.expected(turn);
    }

    @Test
    void snapshots_ofEachFormat_areTurnedEachWay() throws Exception {
        List<CameraConfig> cameras = new ArrayList<>();
        for (CameraConfig.Format format : formats()) {
            for (Orientation turn : Corners.orientations()) {
                cameras.add(turned(camera(name(format, turn), format), turn));
            }
        }
        List<String> wrong = new ArrayList<>();
        try (PerchServer server = PerchServer.start(PerchServer.config(cameras.toArray(CameraConfig[]::new)), folder)) {
            for (CameraConfig.Format format : formats()) {
                for (Orientation turn : Corners.orientations()) {
                    String name = name(format, turn);
                    String seen = seen(snapshot(server, name + "/snapshot.jpg"));
                    String played = format == CameraConfig.Format.H264
                            ? seen(played(server.address(name + "/stream.mp4")))
                            : seen;
                    if (!seen.equals(expected(turn)) || !played.equals(seen)) {
                        wrong.add(name + ": " + seen + " and " + played + " instead of " + expected(turn));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void webSocket_ofSeveralCameras_showsTheRenditionWhereThereIsOne() throws Exception {
        PicturesConfig pictures =
                new PicturesConfig(new Turn(0, false), List.of(new RenditionConfig("small", Quality.of(0.5))));
        CameraConfig plain = camera("plain", CameraConfig.Format.MJPG);
        CameraConfig both = camera("both", CameraConfig.Format.MJPG).with(pictures);
        try (PerchServer server = PerchServer.start(PerchServer.config(plain, both), folder);
                WebSocketClient client =
                        WebSocketClient.open(server.port(), "/ws?cameras=both,plain&rendition=small")) {
            Map<Integer, String> sizes = new TreeMap<>();
            while (sizes.size() < 2) {
                WebSocketClient.Message message = client.message();
                BufferedImage image =
                        ImageIO.read(new ByteArrayInputStream(message.payload().toArray()));
                if ((message.flags() & /* placeholder */ 4) == 0) {
                    sizes.put(message.camera(), image.getWidth() + "x" + image.getHeight());
                }
            }
            String small = snapshotSize(server, "both/small/snapshot.jpg");
            assertEquals(WIDTH + "x" + HEIGHT, sizes.get(0), "of the first camera in the file");
            assertEquals(small, sizes.get(1));
            assertNotEquals(small, sizes.get(0));
        }
    }

    private static String snapshotSize(PerchServer server, String path) throws IOException {
        BufferedImage image = snapshot(server, path);
        return image.getWidth() + "x" + image.getHeight();
    }

    private static List<CameraConfig.Format> formats() {
        return List.of(CameraConfig.Format.MJPG, CameraConfig.Format.YUYV, CameraConfig.Format.H264);
    }

    @Test
    void derivedPictures_areScaledAndTurned_ofEachFormat() throws Exception {
        List<CameraConfig> cameras = new ArrayList<>();
        for (CameraConfig.Format format : formats()) {
            cameras.add(turned(camera(format.toString().toLowerCase(Locale.ROOT), format), new Orientation(90, true)));
        }
        try (PerchServer server = PerchServer.start(PerchServer.config(cameras.toArray(CameraConfig[]::new)), folder)) {
            for (CameraConfig camera : cameras) {
                Orientation turn = new Orientation(90, true).then(new Orientation(90, false));
                BufferedImage image = snapshot(server, camera.id() + "/snapshot.jpg?width=160&rotate=90&quality=70");
                assertEquals("160x120 " + Corners.expected(turn), seen(image), camera.id());
            }
        }
    }

    /** What ffprobe says of a stream: its size, and how it is to be turned. */
    private static String probed(String address, String what) throws Exception {
        return String.join(
                " ",
                Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v",
                        "-show_entries",
                        what,
                        "-of",
                        "default=nw=1:nk=1",
                        address));
    }

    @Test
    void renditions_haveTheirSizeAndRate_ofEachFormat() throws Exception {
        Quality small =
                Quality.of(0.5).sized(new CameraConfig.PictureSize(200, 120)).paced(new CameraConfig.FrameRate(5, 1));
        List<CameraConfig> cameras = new ArrayList<>();
        for (CameraConfig.Format format : formats()) {
            cameras.add(camera(format.toString().toLowerCase(Locale.ROOT), format)
                    .with(new PicturesConfig(new Turn(90, false), List.of(new RenditionConfig("small", small)))));
        }
        try (PerchServer server = PerchServer.start(PerchServer.config(cameras.toArray(CameraConfig[]::new)), folder)) {
            for (CameraConfig camera : cameras) {
                String address = camera.id() + "/small/";
                assertEquals("90x120 YRGB", seen(snapshot(server, address + "snapshot.jpg")), camera.id());
                String[] facts = probed(
                                server.address(address + "stream.mp4?duration=2"), "stream=width,height,avg_frame_rate")
                        .split("[ /]", -1);
                assertEquals(List.of("90", "120"), List.of(facts[0], facts[1]), camera.id());
                assertEquals(5, Double.parseDouble(facts[2]) / Double.parseDouble(facts[3]), 0.8, camera.id());
                int jpegs = framesOf(server.address(address + "stream.mjpg?duration=2"));
                assertTrue(jpegs >= 9 && jpegs <= 12, camera.id() + ": in two seconds " + jpegs);
            }
        }
    }

    private static int framesOf(String address) throws Exception {
        return Integer.parseInt(Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-f",
                        "mpjpeg",
                        "-count_packets",
                        "-show_entries",
                        "stream=nb_read_packets",
                        "-of",
                        "default=nw=1:nk=1",
                        address)
                .get(0));
    }

    @Test
    void variants_haveTheSameClock_andTheSizesTheyTell() throws Exception {
        Quality small =
                Quality.of(0.5).sized(new CameraConfig.PictureSize(160, 160)).paced(new CameraConfig.FrameRate(10, 1));
        CameraConfig camera = camera("h264", CameraConfig.Format.H264)
                .with(new PicturesConfig(new Turn(270, false), List.of(new RenditionConfig("small", small))));
        try (PerchServer server = PerchServer.start(PerchServer.config(camera), folder)) {
            String playlist = server.get("hls/index.m3u8").body();
            assertTrue(playlist.contains("RESOLUTION=240x320,FRAME-RATE="), playlist);
            assertTrue(playlist.contains("RESOLUTION=120x160,FRAME-RATE=10.000\n../small/hls/stream.m3u8\n"), playlist);
            String turned = probed(server.address("hls/stream.m3u8"), "stream=width,height:stream_side_data=rotation");
            assertTrue(turned.startsWith("320 240 90"), turned); // ffprobe counts the other way around
            String shown = probed(server.address("small/hls/index.m3u8"), "stream=width,height");
            assertTrue(shown.startsWith("120 160"), shown);
            double main = startOf(server.address("hls/stream.m3u8"));
            double other = startOf(server.address("small/hls/stream.m3u8"));
            assertTrue(other > main - 0.1, main + " then " + other);
            assertTrue(server.get("small/dash/manifest.mpd").body().contains("width=\"120\" height=\"160\""));
        }
    }

    /** The media time of the oldest segment that a playlist has now. */
    private static double startOf(String playlist) throws Exception {
        return Double.parseDouble(probed(playlist, "format=start_time"));
    }
}
