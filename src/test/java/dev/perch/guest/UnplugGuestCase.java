package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** perch.war on a USB camera that is unplugged and plugged in again, and again. */
class UnplugGuestCase {
    private static final int CYCLES = 50;

    /** A viewer stays connected; each time the pictures go on in the same answer. */
    @Test
    void unpluggedAndBack_manyTimes() throws Exception {
        try (UvcCamera camera = UvcCamera.plugWithH264();
                Perch perch = Perch.start("  usb: { device: " + camera.awaitNode()
                        + ", size: 640x480, fps: 15, linger: 1s, encoder: off }\n")) {
            perch.fetch("/usb/snapshot.jpg", "before.jpg");
            Guest.await("the camera to rest", () -> perch.held() == 0);
            long threads = perch.threads();
            long leased = perch.number("\"leasedBytes\":(\\d+)");
            Path file = perch.file("unplugged.mjpg");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.mjpg", file)) {
                for (int i = 0; i < CYCLES; i++) {
                    Guest.await("the camera to be live, cycle " + i, () -> live(perch));
                    Guest.await("pictures, cycle " + i, goesOn(file, /* more= */ 100_000)); // no placeholders any more
                    camera.unplug();
                    Guest.await("the device to be closed, cycle " + i, () -> perch.held() == 0);
                    camera.replug();
                }
                Guest.await("pictures in the end", goesOn(file, 300_000));
                assertTrue(viewer.process().isAlive(), "the viewer has stayed");
            }
            Guest.await("the camera to rest again", () -> perch.held() == 0);
            Guest.await("the threads to end", () -> perch.threads() <= threads);
            assertEquals(leased, perch.number("\"leasedBytes\":(\\d+)"));
        }
    }

    /** Somebody else holds the old node, so that the camera comes back under another number. */
    @Test
    void renumbered_isFoundByItsName() throws Exception {
        Path link = Path.of("/dev/camera-by-id");
        try (UvcCamera camera = UvcCamera.plugWithH264();
                Device held = Device.open(SystemCalls.linux(), camera.awaitNode())) {
            Files.createSymbolicLink(link, Path.of(held.path()));
            String card = held.capabilities().card();
            String settings = ", size: 640x480, fps: 15, linger: 1s }\n";
            try (Perch perch = Perch.start(
                    "  usb: { device: \"" + card + "\"" + settings + "  twin: { device: " + link + settings)) {
                Perch.Answer twin = perch.get("/twin/snapshot.jpg");
                assertEquals(503, twin.status());
                assertTrue(twin.body().contains("is already the device of camera \\\"usb\\\""), twin.body());
                Path file = perch.file("renumbered.mjpg");
                try (Guest.Feeder viewer = perch.watch("/usb/stream.mjpg", file)) {
                    Guest.await("pictures", goesOn(file, 300_000));
                    camera.unplug();
                    Guest.await("the loss", () -> UvcCamera.node().isEmpty());
                    camera.replug();
                    assertNotEquals(held.path(), camera.awaitNode());
                    Guest.await("pictures from " + camera.awaitNode(), goesOn(file, 300_000));
                    assertTrue(viewer.process().isAlive(), "the viewer has stayed");
                }
            }
        } finally {
            Files.deleteIfExists(link);
        }
    }

    private static boolean live(Perch perch) {
        try {
            return perch.get("/stats").body().replace(" ", "").contains("\"state\":\"live\"");
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    /** Returns what tells whether so many bytes more have come; the placeholders and heartbeats of some seconds have fewer than 300,000. */
    private static BooleanSupplier goesOn(Path file, int more) {
        long bytes = file.toFile().length();
        return () -> file.toFile().length() > bytes + more;
    }
}
