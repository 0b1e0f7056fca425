package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.SourceConfig;
import java.time.Duration;
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
