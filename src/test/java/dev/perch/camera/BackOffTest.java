package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.SourceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private static final SourceConfig DISTANT = SourceConfig.Url.of("rtsp://cam/live");

    private static double seconds(SourceConfig source, int attempts, boolean notPermitted) {
        return BackOff.nanos(source, attempts, notPermitted)
                / (double) Duration.ofSeconds(1).toNanos();
    }

    @Test
    void ofThisMachine_isExact() {
        assertEquals(0.5, seconds(new SourceConfig.Demo(), 0, false));
        assertEquals(10, seconds(SourceConfig.Url.of("/srv/a.mp4"), 100, true));
    }

    /** A camera that is plugged in again is asked within half a second of its first three, and seldom when it stays away. */
    @Test
    void ofADevice_isShortAtFirst() {
        SourceConfig device = new SourceConfig.Device(Path.of("/dev/video0"));
        double[] tries = IntStream.range(0, 8)
                .mapToDouble(attempt -> seconds(device, attempt, false))
                .toArray();
        assertTrue(Arrays.stream(tries).max().orElse(9) <= 0.5, () -> Arrays.toString(tries));
        assertEquals(3, Arrays.stream(tries).sum());
        assertEquals(10, seconds(device, 100, false));
    }

    @Test
    void ofTheNetwork_isSpread() {
        double[] pauses = IntStream.range(0, 200)
                .mapToDouble(i -> seconds(DISTANT, 9, false))
                .sorted()
                .toArray();
        assertTrue(pauses[0] >= 10 && pauses[199] <= 12.5, pauses[0] + " to " + pauses[199]);
        assertTrue(pauses[199] - pauses[0] > 1, pauses[0] + " to " + pauses[199]);
    }

    @Test
    void afterAWrongPassword_isLong() {
        double pause = seconds(DISTANT, 0, true);
        assertTrue(pause >= 60 && pause <= 75, pause + " s");
    }
}
