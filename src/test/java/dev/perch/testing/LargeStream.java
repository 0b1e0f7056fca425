package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The demo's pictures with noise and their numbers, as H.264 of about a megabyte a second. */
public final class LargeStream {
    private static final int FRAMES = 300;

    private final Path film;
    private final Map<ByteBuffer, Integer> bySlice = new HashMap<>();

    private LargeStream(Path film) {
        this.film = film;
    }

    /** Makes the stream with ffmpeg in {@code folder}. */
    public static LargeStream make(Path folder) throws IOException, InterruptedException {
        Path demo = write(folder.resolve("demo.h264"), 0, FRAMES);
        LargeStream stream = new LargeStream(folder.resolve("large.ts"));
        Path units = folder.resolve("large.h264");
        encode(
                demo,
                "-vf",
                "split[a][b];[a]crop=iw:ih/10:0:0[top];[b]noise=alls=50:allf=t[low];[low][top]overlay=0:0",
                "-b:v",
                "8M",
                "-maxrate",
                "8M",
                "-bufsize",
                "2M",
                "-f",
                "mpegts",
                stream.film.toString());
        run("ffmpeg", "-v", "error", "-y", "-i", stream.film.toString(), "-c", "copy", "-f", "h264", units.toString());
        List<List<ByteBuffer>> frames = NalUnits.accessUnits(NalUnits.ofAnnexB(Files.readAllBytes(units)));
        assertEquals(FRAMES, frames.size());
        for (int i = 0; i < FRAMES; i++) {
            stream.bySlice.put(last(frames.get(i)), i);
        }
        return stream;
    }

    /**
     * A camera with the demo's pictures and numbers, in an order of decoding that is not the one in which they are shown: B pictures in a pyramid. It
     * plays them again and again, without a loss where it begins anew.
     */
    public static CameraConfig reordered(String id, Path folder) throws IOException, InterruptedException {
        Path film = folder.resolve("reordered.h264");
        List<String> how = new ArrayList<>(List.of("-preset", "veryfast", "-tune", "film", "-bf", "3"));
        how.addAll(List.of("-b_strategy", "0", "-x264-params", "b-pyramid=normal", "-f", "h264", film.toString()));
        encode(write(folder.resolve("demo.h264"), 0, FRAMES), how.toArray(String[]::new));
        return camera(
                id,
                List.of(
                        "sh",
                        "-c",
                        "while cat " + film + "; do :; done"
                                + " | ffmpeg -v error -re -f h264 -framerate 30 -i - -c copy -f h264 -flush_packets 1 -"));
    }

    /** Returns the demo's frames from {@code from} on in half the width and height: with other parameter sets and the same numbers. */
    public static List<List<ByteBuffer>> halved(Path folder, int from, int frames)
            throws IOException, InterruptedException {
        Path demo = write(folder.resolve("demo-" + from + ".h264"), from, frames);
        Path units = folder.resolve("halved.h264");
        encode(demo, "-vf", "scale=320:180", "-b:v", "500k", "-f", "h264", units.toString());
        return new ArrayList<>(NalUnits.accessUnits(NalUnits.ofAnnexB(Files.readAllBytes(units))));
    }

    private static Path write(Path file, int from, int frames) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = from; i < from + frames; i++) {
                for (ByteBuffer nal : DemoFrames.all().accessUnit(i)) {
                    byte[] bytes = new byte[nal.remaining()];
                    nal.duplicate().get(bytes);
                    out.write(new byte[] {0, 0, 0, 1});
                    out.write(bytes);
                }
            }
        }
        return file;
    }

    private static void encode(Path from, String... how) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "h264", "-framerate", "30"));
        command.addAll(
                List.of("-i", from.toString(), "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"));
        command.addAll(List.of("-g", "30", "-sc_threshold", "0", "-threads", "1", "-pix_fmt", "yuv420p"));
        command.addAll(List.of(how));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), command[0]);
    }

    /** Returns a camera whose program buffers {@code bytes}, so that many frames come at once. */
    public CameraConfig inBursts(String id, int bytes) {
        return camera(
                id,
                List.of(
                        "sh",
                        "-c",
                        "ffmpeg -v error -re -stream_loop -1 -i " + film + " -c copy -f h264 -flush_packets 1 -"
                                + " | dd status=none iflag=fullblock bs=" + bytes));
    }

    /** Returns a camera that plays the stream again and again. */
    public CameraConfig camera(String id) {
        return camera(
                id,
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-re",
                        "-stream_loop",
                        "-1",
                        "-i",
                        film.toString(),
                        "-c",
                        "copy",
                        "-f",
                        "h264",
                        "-flush_packets",
                        "1",
                        "-"));
    }

    private static CameraConfig camera(String id, List<String> command) {
        CameraConfig plain = CameraConfig.defaults(id, SourceConfig.Command.of(command));
        return plain.with(new CameraConfig.Capture(
                CameraConfig.Format.H264,
                plain.capture().size(),
                plain.capture().fps(),
                plain.capture().controls()));
    }

    /** Returns the number in the picture of an access unit. */
    public int number(List<ByteBuffer> accessUnit) {
        return bySlice.getOrDefault(last(accessUnit), 0);
    }

    private static ByteBuffer last(List<ByteBuffer> accessUnit) {
        return accessUnit.get(accessUnit.size() - 1);
    }
}
