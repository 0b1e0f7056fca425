package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** High rates: what the driver gives, nothing here drops. Frames are counted, not seconds, for the emulated machine is slow. */
class RatesGuestCase {
    private static final int IN_A_ROW = 60;

    @ParameterizedTest
    @ValueSource(ints = {60, 90})
    void framesInARow_withoutAGap(int perSecond) throws IOException {
        Path clip = Clips.fast(perSecond);
        String device = perSecond == 60 ? "/dev/video21" : "/dev/video22"; // each is fed once: see Guest.prepare
        try (Guest.Feeder feeder = Guest.feed(clip, device);
                Collector collector = Collector.capture(device, 160, 120, perSecond)) {
            // where the whole machine halts for a while, the feeder hurries afterwards
            long[] since = {0, 0};
            Guest.await(IN_A_ROW + " frames in a row of " + feeder.process().pid(), () -> {
                if (collector.stats().sequenceGaps() != since[0]) {
                    since[0] = collector.stats().sequenceGaps();
                    since[1] = collector.stats().frames();
                }
                return collector.stats().frames() - since[1] >= IN_A_ROW;
            });
            assertEquals(0, collector.stats().errorFrames());
        }
    }
}
