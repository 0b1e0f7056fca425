package dev.perch.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** What the feeders play, made on the host: mostly 320x240 at 10 frames a second, which the emulated machine can feed in time. */
public final class Clips {
    static final Path FOLDER = Path.of("target/guest-clips").toAbsolutePath();

    private Clips() {}

    /** H.264 with a key frame a second in MPEG-TS, which keeps in-band parameter sets over the end of the loop. */
    public static Path h264() {
        return FOLDER.resolve("h264.ts");
    }

    /** Motion JPEG. */
    public static Path mjpg() {
        return FOLDER.resolve("mjpg.avi");
    }

    /** JPEG frames one behind another, as a USB camera shows them. */
    public static Path jpegs(String size) {
        return FOLDER.resolve(size + ".mjpg");
    }

    /** 640x480 as Annex B, with a key frame each ten frames, beside the JPEG frames of a USB camera. */
    public static Path annexB() {
        return FOLDER.resolve("640x480.h264");
    }

    /** 320x240 as Annex B, for a USB camera that gives H.264 in two sizes. */
    static Path smallAnnexB() {
        return FOLDER.resolve("320x240.h264");
    }

    /** Motion JPEG, 160x120 at 60 or 90 frames a second. */
    public static Path fast(int perSecond) {
        return FOLDER.resolve("fast-" + perSecond + ".avi");
    }

    /** 1280x720 at 30 frames a second and 3 Mbit/s, else as {@link #h264}. */
    static Path h264In720p() {
        return FOLDER.resolve("h264-720p.ts");
    }

    static synchronized void make() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        make(
                h264In720p(),
                "-s",
                "1280x720",
                "-r",
                "30",
                "-t",
                "4",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "3M",
                "-f",
                "mpegts");
        make(h264(), "-c:v", "libx264", "-preset", "veryfast", "-g", "10", "-bf", "0", "-f", "mpegts");
        make(mjpg(), "-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj422p", "-f", "avi");
        for (String size : List.of("640x480", "1280x720")) {
            make(
                    jpegs(size),
                    "-s",
                    size,
                    "-t",
                    "2",
                    "-c:v",
                    "mjpeg",
                    "-q:v",
                    "8",
                    "-pix_fmt",
                    "yuvj422p",
                    "-f",
                    "mjpeg");
        }
        // a key frame of more than an APP4 segment holds, by still noise, and small ones between
        String noisy = "scale=640x480,noise=alls=40";
        make(
                annexB(),
                "-vf",
                noisy,
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "10",
                "-bf",
                "0",
                "-qp",
                "28",
                "-f",
                "h264");
        make(
                smallAnnexB(),
                "-s",
                "320x240",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "10",
                "-bf",
                "0",
                "-f",
                "h264");
        for (int perSecond : List.of(60, 90)) {
            String rate = Integer.toString(perSecond);
            make(fast(perSecond), "-vf", "scale=160:120", "-r", rate, "-c:v", "mjpeg", "-q:v", "8", "-f", "avi");
        }
    }

    /** Makes one that is missing, or older than this class; the tests of an emulated PC and of an emulated Pi may do so at a time. */
    private static void make(Path file, String... encoding) throws IOException, InterruptedException {
        Path recipe = Path.of("target/test-classes/dev/perch/guest/Clips.class");
        if (Files.exists(file)
                && Files.exists(recipe)
                && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(recipe)) > 0) {
            return;
        }
        Path part = FOLDER.resolve(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        List<String> command = new ArrayList<>(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=320x240:r=10:d=10",
                "-pix_fmt",
                "yuv420p"));
        command.addAll(List.of(encoding));
        command.add(part.toString());
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException("ffmpeg made no clip: file=" + file + " code=" + code);
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
