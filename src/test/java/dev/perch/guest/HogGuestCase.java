package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A process that eats the guest's memory while viewers watch. */
class HogGuestCase {
    private static final String LOOPBACK = "/dev/video21";
    private static final String SHORT_BELOW = "\"shortBelowBytes\":(\\d+)";
    private static final int VIEWERS = 10;

    /** What it leaves is below what Perch calls short, and not so little that the machine has to read its programs again and again. */
    private static final long BELOW_KIB = 12 << 10;

    @Test
    void whoCameFirstStays_nobodyNewIsLetIn_andAfterwardsAllIsAsBefore() throws Exception {
        List<Guest.Feeder> viewers = new ArrayList<>();
        try (Guest.Feeder clip = Guest.feed(Clips.mjpg(), LOOPBACK);
                Perch perch = Perch.start("  front: { device: " + LOOPBACK + ", size: 320x240, fps: 10 }\n")) {
            assertTrue(clip.process().isAlive());
            for (int i = 0; i < VIEWERS; i++) {
                viewers.add(perch.watch("/front/stream.mjpg", Path.of("/dev/null")));
            }
            Guest.await("all of them to watch", () -> now(perch) == VIEWERS);
            long leaveKib = perch.number(SHORT_BELOW) / 1024 - BELOW_KIB;
            try (Guest.Feeder hog = eat(availableKib() - leaveKib)) {
                Guest.await("memory to be short", () -> says(perch, "\"inForce\":[\""));
                assertTrue(hog.process().isAlive());
                Perch.Answer refused = perch.get("/front/stream.mjpg?duration=1");
                assertEquals(503, refused.status());
                assertTrue(
                        refused.body().contains("nobody new is let in for now")
                                && refused.body().contains("of the machine's memory are available"),
                        refused.body());
                for (Guest.Feeder viewer : viewers.subList(0, VIEWERS / 2)) {
                    Guest.await("pictures for those who came first", goesOn(viewer));
                }
            }
            Guest.await("all to be as before", () -> says(perch, "\"inForce\":[]"));
            assertEquals(200, perch.get("/front/stream.mjpg?duration=1").status());
        } finally {
            viewers.forEach(Guest.Feeder::close);
        }
    }

    /** tail keeps what it reads until a line ends, and none does; where the kernel must kill, it kills that. */
    private static Guest.Feeder eat(long kib) throws IOException {
        assertTrue(kib > 0, "kib=" + kib);
        return new Guest.Feeder(new ProcessBuilder(
                        "bash",
                        "-c",
                        "echo 1000 >/proc/self/oom_score_adj; exec tail < <(head -c " + kib
                                + "K /dev/zero; exec sleep 600)")
                .inheritIO()
                .redirectInput(Path.of("/dev/null").toFile())
                .start());
    }

    private static long now(Perch perch) {
        try {
            return perch.number("\"viewers\":\\{\"now\":(\\d+)");
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    private static boolean says(Perch perch, String word) {
        try {
            return perch.get("/stats").body().replace(" ", "").contains(word);
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    private static BooleanSupplier goesOn(Guest.Feeder viewer) {
        long before = number(Path.of("/proc", Long.toString(viewer.process().pid()), "io"), "wchar: ");
        return () -> number(Path.of("/proc", Long.toString(viewer.process().pid()), "io"), "wchar: ") > before + 30_000;
    }

    private static long availableKib() {
        return number(Path.of("/proc/meminfo"), "MemAvailable:");
    }

    private static long number(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
