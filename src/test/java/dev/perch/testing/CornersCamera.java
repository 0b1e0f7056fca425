package dev.perch.testing;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A camera that delivers the picture of {@link Corners} 20 times a second, by ffmpeg. */
public final class CornersCamera {
    public static final int WIDTH = 320;
    public static final int HEIGHT = 240;

    private static final CameraConfig.FrameRate RATE = new CameraConfig.FrameRate(20, 1);

    private CornersCamera() {}

    /** Returns the configuration of a camera that delivers H264, MJPG or YUYV and stops with its last viewer. */
    public static CameraConfig of(String id, CameraConfig.Format format, Path folder) throws IOException {
        Path png = folder.resolve("corners.png");
        ImageIO.write(Corners.paint(WIDTH, HEIGHT), "png", png.toFile());
        String input = "ffmpeg -v error -re -framerate 20 -loop 1 -i";
        String output = switch (format) {
            case H264 -> "-c:v libx264 -preset ultrafast -tune zerolatency -g 10 -pix_fmt yuv420p -f h264 -";
            case YUYV -> "-pix_fmt yuyv422 -f rawvideo -";
            default -> "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -f mpjpeg -";
        };
        List<String> words = new ArrayList<>(List.of(input.split(" ", -1)));
        words.add(png.toString());
        words.addAll(List.of(output.split(" ", -1)));
        CameraConfig plain = CameraConfig.defaults(id, SourceConfig.Command.of(words));
        return plain.with(new CameraConfig.Capture(
                        format, new CameraConfig.PictureSize(WIDTH, HEIGHT, true), RATE, List.of()))
                .with(new CameraConfig.Running(
                        plain.running().run(),
                        Duration.ZERO,
                        Duration.ZERO,
                        plain.running().ringBytes()));
    }
}
