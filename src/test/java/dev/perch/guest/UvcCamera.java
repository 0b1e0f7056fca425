package dev.perch.guest;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The USB camera of src/test/rig/uvc-camera, plugged into the guest; close it to unplug it for good. */
final class UvcCamera implements AutoCloseable {
    private static final Path MODULES = Path.of("/guest-mods");

    private final Process process;
    private final Path log;

    private UvcCamera(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Plugs it in, with frames of 640x480 and 1280x720, and waits for its node. */
    static UvcCamera plug(String... options) throws IOException, InterruptedException {
        loadModules();
        Path log = Files.createTempFile("uvc-camera", ".log");
        List<String> command = new ArrayList<>(List.of("python3", "src/test/rig/uvc-camera", "--log", log.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(
                Clips.jpegs("640x480").toString(), Clips.jpegs("1280x720").toString()));
        UvcCamera camera = new UvcCamera(
                new ProcessBuilder(command)
                        .inheritIO()
                        .redirectInput(new File("/dev/null"))
                        .start(),
                log);
        camera.awaitNode();
        return camera;
    }

    /** One that sends H.264 within its JPEGs once it is told to. */
    static UvcCamera plugWithH264(String... more) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--h264", Clips.annexB().toString(), "--h264-on-commit"));
        options.addAll(List.of(more));
        return plug(options.toArray(String[]::new));
    }

    private static void loadModules() throws IOException, InterruptedException {
        if (Files.exists(Path.of("/sys/devices/platform/vhci_hcd.0"))) {
            return;
        }
        for (String module : Files.readAllLines(MODULES.resolve("order.usb"))) {
            if (module.matches("usb-common.ko|usbip-core.ko|vhci-hcd.ko")) {
                Process loading =
                        new ProcessBuilder("insmod", MODULES.resolve(module).toString()).start();
                loading.waitFor(); // one that is loaded already fails, and the next ones tell
            }
        }
    }

    /** The first node that captures now; others of uvcvideo carry metadata. */
    static Optional<String> node() {
        try (Stream<Path> nodes = Files.list(Path.of("/dev"))) {
            return nodes.map(Path::toString)
                    .filter(name -> name.startsWith("/dev/video"))
                    .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                    .filter(UvcCamera::captures)
                    .findFirst();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static boolean captures(String node) {
        try (Device device = Device.open(SystemCalls.linux(), node)) {
            return device.capabilities().driver().equals("uvcvideo")
                    && device.capabilities().captures();
        } catch (CaptureException gone) {
            return false;
        }
    }

    /** Waits until it is there. */
    String awaitNode() {
        Guest.await("the USB camera", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("uvc-camera ended with code=" + process.exitValue());
            }
            return node().isPresent();
        });
        return node().orElseThrow();
    }

    void unplug() throws IOException, InterruptedException {
        Guest.run("kill", "-USR1", Long.toString(process.pid()));
    }

    void replug() throws IOException, InterruptedException {
        Guest.run("kill", "-USR2", Long.toString(process.pid()));
    }

    /** What the camera was asked and told, a line each. */
    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Guest.await("the USB camera to go", () -> node().isEmpty());
    }
}
