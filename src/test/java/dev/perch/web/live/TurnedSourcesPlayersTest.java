package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.SourceConfig;
import dev.perch.config.Turn;
import dev.perch.media.Orientation;
import dev.perch.testing.Corners;
import dev.perch.testing.CornersCamera;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sources that say themselves how their pictures are to be held: the clip of a phone, and another Perch that turns its H.264 by the track's matrix. */
@Tag("players")
@Timeout(120)
class TurnedSourcesPlayersTest {
    private static final int UNITY = 1 << 16;
    private static final List<Orientation> TURNS =
            List.of(new Orientation(90, false), new Orientation(180, true), new Orientation(270, false));

    @TempDir
    private Path folder;

    private static CameraConfig turned(CameraConfig camera, Orientation turn) {
        return camera.with(new PicturesConfig(new Turn(turn.degrees(), turn.mirrored()), List.of()));
    }

    /** A picture of the stream as ffmpeg shows it, which heeds the track's matrix. */
    private static BufferedImage played(String address) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(Tool.output(
                "ffmpeg", "-v", "error", "-i", address, "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-")));
    }

    private static String seen(BufferedImage image) {
        return image.getWidth() + "x" + image.getHeight() + " " + Corners.seen(image);
    }

    private static String expected(Orientation turn) {
        return turn.width(CornersCamera.WIDTH, CornersCamera.HEIGHT) + "x"
                + turn.height(CornersCamera.WIDTH, CornersCamera.HEIGHT) + " " + Corners.expected(turn);
    }

    private void assertShown(PerchServer server, String camera, Orientation turn) throws Exception {
        BufferedImage snapshot = ImageIO.read(
                URI.create(server.address(camera + "/snapshot.jpg")).toURL());
        assertEquals(expected(turn), seen(snapshot), camera + ": JPEG");
        assertEquals(expected(turn), seen(played(server.address(camera + "/stream.mp4"))), camera + ": H.264");
    }

    /** A clip of the corners whose track header says that it is turned clockwise, as a phone writes it. */
    private Path clip(String name, int degrees, String coding) throws Exception {
        return clip(name, new Orientation(degrees, false), coding);
    }

    /** A clip of the corners whose track header says how it is held; the camera of a phone at its screen mirrors. */
    private Path clip(String name, Orientation held, String coding) throws Exception {
        Path file = folder.resolve(name);
        Path png = folder.resolve("corners.png");
        ImageIO.write(Corners.paint(CornersCamera.WIDTH, CornersCamera.HEIGHT), "png", png.toFile());
        Tool.output(
                ("ffmpeg -v error -y -framerate 20 -loop 1 -t 2 -i " + png + " " + coding + " -pix_fmt yuv420p " + file)
                        .split(" ", -1));
        byte[] bytes = Files.readAllBytes(file);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        ByteBuffer matrix = ByteBuffer.wrap(bytes, header + 44, 36).slice();
        switch (held.degrees()) {
            case 0 -> matrix.putInt(0, UNITY).putInt(16, UNITY);
            case 90 -> matrix.putInt(0, 0).putInt(4, UNITY).putInt(12, -UNITY).putInt(16, 0);
            case 180 -> matrix.putInt(0, -UNITY).putInt(16, -UNITY);
            default -> matrix.putInt(0, 0).putInt(4, -UNITY).putInt(12, UNITY).putInt(16, 0);
        }
        if (held.mirrored()) {
            matrix.putInt(0, -matrix.getInt(0)).putInt(12, -matrix.getInt(12));
        }
        Files.write(file, bytes);
        return file;
    }

    @Test
    void clipOfAPhone_isShownUpright_andTurnedFurtherFromThere() throws Exception {
        String h264 = "-c:v libx264 -preset ultrafast -g 10";
        CameraConfig quarter = CameraConfig.defaults(
                "quarter", SourceConfig.Url.of(clip("quarter.mp4", 90, h264).toString()));
        CameraConfig further = CameraConfig.defaults("further", quarter.source());
        CameraConfig back = CameraConfig.defaults("back", quarter.source());
        CameraConfig half = CameraConfig.defaults(
                "half", SourceConfig.Url.of(clip("half.mov", 180, h264).toString()));
        CameraConfig encoded = CameraConfig.defaults(
                "encoded",
                SourceConfig.Url.of(clip("old.mp4", 270, "-c:v mpeg4 -q:v 2").toString()));
        Orientation mirrored = new Orientation(90, true);
        try (PerchServer server = PerchServer.start(
                PerchServer.config(
                        quarter, turned(further, mirrored), turned(back, new Orientation(270, false)), half, encoded),
                folder)) {
            Orientation once = new Orientation(90, false);
            assertShown(server, "quarter", once);
            assertEquals(expected(once), seen(played(server.address("quarter/hls/stream.m3u8"))));
            assertShown(server, "further", once.then(mirrored));
            assertShown(server, "back", Orientation.UPRIGHT);
            assertShown(server, "half", new Orientation(180, false));
            assertShown(server, "encoded", new Orientation(270, false));
        }
    }

    /** ffmpeg tells of a mirrored clip as of one that is turned by the same angle, or by 180° more. */
    @Test
    void clipThatIsMirrored_isShownSo_whateverAngleFfmpegTells() throws Exception {
        String h264 = "-c:v libx264 -preset ultrafast -g 10";
        List<CameraConfig> cameras = new ArrayList<>();
        List<Orientation> mirrored = List.of(
                new Orientation(0, true),
                new Orientation(90, true),
                new Orientation(180, true),
                new Orientation(270, true));
        for (Orientation held : mirrored) {
            cameras.add(CameraConfig.defaults(
                    name(held),
                    SourceConfig.Url.of(clip(name(held) + ".mp4", held, h264).toString())));
        }
        Path fragments = folder.resolve("fragments.mp4"); // its index stands before the pictures
        Tool.output(("ffmpeg -v error -i " + folder.resolve("turn0m.mp4")
                        + " -c copy -movflags frag_keyframe+empty_moov " + fragments)
                .split(" ", -1));
        cameras.add(CameraConfig.defaults("fragments", SourceConfig.Url.of(fragments.toString())));
        try (PerchServer server = PerchServer.start(PerchServer.config(cameras.toArray(CameraConfig[]::new)), folder)) {
            for (Orientation held : mirrored) {
                assertShown(server, name(held), held);
            }
            assertShown(server, "fragments", mirrored.get(0));
        }
    }

    @Test
    void anotherPerch_isRelayedAsItShowsItself() throws Exception {
        List<CameraConfig> first = new ArrayList<>();
        for (Orientation turn : TURNS) {
            first.add(turned(CornersCamera.of(name(turn), CameraConfig.Format.H264, folder), turn));
        }
        Path work = Files.createDirectory(folder.resolve("second"));
        try (PerchServer far = PerchServer.start(PerchServer.config(first.toArray(CameraConfig[]::new)), folder)) {
            try (PerchServer near = PerchServer.start(PerchServer.config(relays(far)), work)) {
                for (Orientation turn : TURNS) {
                    assertShown(near, name(turn), turn);
                }
            }
        }
    }

    private static CameraConfig[] relays(PerchServer far) {
        return TURNS.stream()
                .map(turn ->
                        CameraConfig.defaults(name(turn), SourceConfig.Url.of(far.address(name(turn) + "/stream.mp4"))))
                .toArray(CameraConfig[]::new);
    }

    private static String name(Orientation turn) {
        return "turn" + turn.degrees() + (turn.mirrored() ? "m" : "");
    }
}
