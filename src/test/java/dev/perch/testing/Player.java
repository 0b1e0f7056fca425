package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A player of Debian that runs to its end as an unprivileged user, because VLC refuses to run as root. */
public final class Player {
    public static final int WIDTH = 160;
    public static final int HEIGHT = 90;

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_MILLIS = 200;

    private final byte[] output;
    private final String complaints;
    private final int exitCode;

    private Player(byte[] output, String complaints, int exitCode) {
        this.output = output;
        this.complaints = complaints;
        this.exitCode = exitCode;
    }

    /**
     * Runs a program to its end.
     *
     * @param folder its home and working folder, which is made writable for everybody
     */
    public static Player run(Path folder, String... command) throws IOException, InterruptedException {
        return runUntil(() -> false, folder, command);
    }

    /**
     * Runs a program until {@code enough} holds or it ends.
     *
     * @param enough is asked a few times a second
     */
    public static Player runUntil(BooleanSupplier enough, Path folder, String... command)
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path log = Files.createTempFile(folder, "stderr", ".txt");
        Process process = unprivileged(folder, command)
                .redirectInput(new File("/dev/null"))
                .redirectError(log.toFile())
                .start();
        try {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            Thread reader = new Thread(() -> drain(process, output), "player-output");
            reader.start();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            while (!ended && !enough.getAsBoolean()) {
                assertTrue(System.nanoTime() < end, () -> command[0] + " does not end");
                ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!ended) {
                process.toHandle().destroy(); // the process' own would close its output before all of it is read
                assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> command[0] + " cannot be ended");
            }
            reader.join(TimeUnit.SECONDS.toMillis(5));
            return new Player(output.toByteArray(), Files.readString(log, StandardCharsets.UTF_8), process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs VLC without a window.
     *
     * @param pictures the file for its pictures, as YUV4MPEG2 of I420
     * @param words the address, and options such as the duration
     */
    public static Player vlc(Path folder, Path pictures, String... words) throws IOException, InterruptedException {
        return vlcUntil(() -> false, folder, pictures, words);
    }

    /** Runs VLC as {@link #vlc} does, until {@code enough} holds. */
    public static Player vlcUntil(BooleanSupplier enough, Path folder, Path pictures, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "cvlc", "-I", "dummy", "--no-color", "--no-audio", "--no-dbus", "--no-spu", "--avcodec-hw=none"));
        command.addAll(List.of("--vout=yuv", "--yuv-file=" + pictures, "--yuv-chroma=I420", "--play-and-exit"));
        command.addAll(List.of(words));
        command.add("vlc://quit");
        return runUntil(enough, folder, command.toArray(String[]::new));
    }

    /**
     * Has ffmpeg decode the first frames of a stream.
     *
     * @param options of ffmpeg before the address
     * @return with the frames as grey pictures of {@link #WIDTH} and {@link #HEIGHT}
     */
    public static Player decode(Path folder, String address, int frames, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error"));
        command.addAll(List.of(options));
        command.addAll(List.of("-i", address, "-frames:v", Integer.toString(frames), "-fps_mode", "passthrough"));
        command.addAll(List.of("-vf", "scale=" + WIDTH + ":" + HEIGHT + ",format=gray", "-f", "rawvideo", "-"));
        Player ffmpeg = run(folder, command.toArray(String[]::new));
        assertEquals(0, ffmpeg.exitCode(), ffmpeg::complaints);
        return ffmpeg;
    }

    /** Returns the numbers of the decoded frames. */
    public List<Integer> numbers() {
        return FrameNumber.all(output, WIDTH, HEIGHT);
    }

    /** Returns a command that runs as the user nobody. */
    public static ProcessBuilder unprivileged(Path folder, String... command) {
        List<String> words = new ArrayList<>();
        if (ROOT) {
            words.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().remove("XDG_RUNTIME_DIR");
        builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
        return builder;
    }

    private static void drain(Process process, ByteArrayOutputStream output) {
        try {
            process.getInputStream().transferTo(output);
        } catch (IOException ended) {
            throw new AssertionError(ended);
        }
    }

    public byte[] output() {
        return output;
    }

    public List<String> lines() {
        return new String(output, StandardCharsets.UTF_8).lines().toList();
    }

    /** Returns the text of its standard error. */
    public String complaints() {
        return complaints;
    }

    public int exitCode() {
        return exitCode;
    }
}
