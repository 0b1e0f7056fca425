package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.testing.FakeClock;
import dev.perch.testing.TestCameras;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which JPEGs an encoder is given that finds several in the ring. */
class RingReaderTest {
    private final FakeClock clock = new FakeClock();
    private final Feed feed = new Feed(
            "front",
            TrackId.main(Encoding.JPEG),
            TestCameras.pool(1 << 20),
            new RingSize(OptionalInt.of(64 << 10), 64 << 10, "cameras.front"),
            () -> {});
    private final RingReader reader = new RingReader(feed, clock);
    private int published;

    @Test
    void framesThatComeTogether_areAllRead_againAndAgain() {
        feed.configure(new StreamConfig.Jpeg(64, 32));
        for (int burst = 0; burst < 4; burst++) {
            publish(8);
            assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), read(8, Duration.ofMillis(60)));
            assertFalse(reader.next());
            clock.advance(Duration.ofSeconds(2));
        }
        assertEquals(0, reader.skipped());
    }

    @Test
    void encoderThatIsTooSlow_getsTheNewest_untilItHasCaughtUp() {
        feed.configure(new StreamConfig.Jpeg(64, 32));
        publish(2);
        List<Integer> ages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            assertTrue(reader.next());
            ages.add(published - 1 - (int) reader.time().decodeNanos());
            publish(2); // twice as fast as it is read
            clock.advance(Duration.ofMillis(150));
        }
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0), ages, "the frames behind each that was read");
        assertEquals(12, reader.skipped());
        assertTrue(reader.next());
        assertFalse(reader.next());
        publish(2);
        assertEquals(List.of(0, 1), read(2, Duration.ZERO));
    }

    private List<Integer> read(int count, Duration each) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertTrue(reader.next());
            numbers.add((int) reader.time().decodeNanos() - published + count);
            clock.advance(each);
        }
        return numbers;
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            feed.claim(100).orElseThrow().put(new byte[100]);
            feed.publish(new FrameTime(published++, 0), /* key= */ true);
        }
    }
}
