package dev.perch.guest;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a test inside the guest needs of it: devices, feeders, controls, counts of what this process holds. */
public final class Guest {
    /** Programs start twenty times slower there, and the machine may have other things to do. */
    public static final long PATIENCE_SECONDS = 240;

    private Guest() {}

    /** The folder that the host sees. */
    public static Path out() {
        return Path.of(System.getenv().getOrDefault("GUEST_OUT", "target/v4l2-guest"));
    }

    /**
     * Loads v4l2loopback anew with as many buffers as a reader asks for: version 0.12 corrupts its list of buffers, and takes the kernel down,
     * when a reader asks for fewer while a feeder writes. The last one shows all its capabilities always: of the others that version forgets for
     * good that they can be written to once a feeder that writes, as ffmpeg does, has gone.
     */
    static void prepare() throws IOException, InterruptedException {
        run("rmmod", "v4l2loopback");
        run(
                "insmod",
                "/guest-mods/v4l2loopback.ko",
                "max_buffers=4",
                "devices=4",
                "video_nr=20,21,22,23",
                "exclusive_caps=1,1,1,0",
                "card_label=Loop0,Loop1,Loop2,Loop3");
    }

    /** Loads the vivid test camera anew: a test that has failed may leave it unplugged, or with faults to come. */
    static void renewVivid() throws IOException, InterruptedException {
        run("rmmod", "vivid");
        run("insmod", "/guest-mods/vivid.ko", "n_devs=1", "node_types=0x1", "vid_cap_nr=0");
    }

    /** The node of the vivid test camera. */
    public static String vivid() {
        try (Stream<Path> nodes = Files.list(Path.of("/dev"))) {
            return nodes.map(Path::toString)
                    .filter(name -> name.startsWith("/dev/video"))
                    .sorted(Comparator.naturalOrder())
                    .filter(name -> driver(name).equals("vivid"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no vivid in /dev"));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String driver(String node) {
        try (Device device = Device.open(SystemCalls.linux(), node)) {
            return device.capabilities().driver();
        } catch (CaptureException closed) {
            return "";
        }
    }

    /** Sets one of a device's controls with v4l2-ctl: {@code percentage_of_dropped_buffers=50}. */
    public static void control(String device, String setting) throws IOException, InterruptedException {
        run("v4l2-ctl", "-d", device, "-c", setting);
    }

    /** Runs a program to its end and returns what it printed; fails when it failed. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with code=" + code + "\n" + output);
        }
        return output;
    }

    /** Feeds a clip into a v4l2loopback device in real time, over and over; returns once the device captures. */
    public static Feeder feed(Path clip, String device) throws IOException {
        List<String> command = List.of(
                "ffmpeg",
                "-v",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                clip.toString(),
                "-c",
                "copy",
                "-f",
                "v4l2",
                device);
        Feeder feeder = new Feeder(new ProcessBuilder(command)
                .inheritIO()
                .redirectInput(Path.of("/dev/null").toFile())
                .start());
        await("a picture in " + device, () -> captures(device));
        return feeder;
    }

    /** A program that feeds, or holds, a device; close it to end it. */
    public record Feeder(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean captures(String node) {
        try (Device device = Device.open(SystemCalls.linux(), node)) {
            return device.capabilities().captures();
        } catch (CaptureException closed) {
            return false;
        }
    }

    /** Waits until something is so, looking ten times a second. */
    public static void await(String what, BooleanSupplier so) {
        await(what, 100, so);
    }

    /** Waits until something is so, looking every few milliseconds. */
    static void await(String what, int eachMillis, BooleanSupplier so) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(eachMillis * 1_000_000L);
        }
    }

    /** Lets a moment pass between two looks. */
    static void pause() {
        LockSupport.parkNanos(100_000_000);
    }

    /** How many descriptors of this process lead to a video device or an eventfd. */
    public static long descriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(Guest::leadsToDevice).count();
        }
    }

    /** How many mappings of video devices this process has. */
    public static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/dev/video"))
                .count();
    }

    private static boolean leadsToDevice(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/video") || target.contains("[eventfd]");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** The lines that ffmpeg complains in when it decodes a file of which some pictures break off, but for those that say that one does. */
    public static String otherComplaints(String format, Path file) throws IOException, InterruptedException {
        return complaints(format, file)
                .lines()
                .filter(line -> !line.matches("\\[mjpeg @ \\w+] overread \\d+|\\s*Last message repeated \\d+ times"))
                .collect(Collectors.joining("\n"));
    }

    /** The lines that ffmpeg complains in when it decodes a file. */
    public static String complaints(String format, Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "ffmpeg", "-v", "error", "-xerror", "-f", format, "-i", file.toString(), "-fps_mode", "passthrough"));
        // a backlog comes in steps of 1 ms, finer than ffmpeg's own time base for pictures
        command.addAll(List.of("-enc_time_base", "1/90000", "-f", "null", "-"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }
}
