package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.testing.TestCameras;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a service is given, that wants a key frame every two seconds, and what is told when it is not. */
class KeyFrameWatchTest {
    private static final StreamConfig.H264 VIDEO = new StreamConfig.H264(
            Bytes.copyOf(new byte[] {0x67, 0x42, 0, 30}), Bytes.copyOf(new byte[2]), 640, 360, 33);
    private static final long TENTH = 100_000_000L;

    private int asked;

    /** Gives ten pictures a second, of which each {@code period}th is a key frame. */
    private String complaintOf(boolean service, int period, int pictures) throws Exception {
        KeyFrameWatch watch = new KeyFrameWatch(service, () -> asked++);
        RingSize ring = new RingSize(OptionalInt.of(1 << 16), 1 << 16, "cameras.front");
        Feed feed = new Feed("front", TrackId.main(Encoding.H264), TestCameras.pool(1 << 20), ring, () -> {});
        feed.configure(VIDEO);
        try (Cursor cursor = feed.join(null)) {
            watch.begin(VIDEO);
            for (int i = 0; i < pictures; i++) {
                long nanos = (i + 10) * TENTH;
                feed.claim(1).orElseThrow().put((byte) i);
                feed.publish(new FrameTime(nanos, nanos / 1000), /* key= */ i % period == 0);
                assertTrue(cursor.advance());
                watch.seen(cursor.frame(), nanos);
                cursor.release();
            }
        }
        feed.releaseMemory();
        return watch.complaint();
    }

    @Test
    void everySecond_nothingIsAsked_andNothingTold() throws Exception {
        assertEquals("", complaintOf(/* service= */ true, 10, 101));
        assertEquals(0, asked);
    }

    @Test
    void rareKeyFrames_areAskedForEveryTwoSeconds_andTold() throws Exception {
        assertEquals(
                "The camera gives a key frame every 10 s only: this service wants one every 2 s, and may complain.",
                complaintOf(/* service= */ true, 100, 101));
        assertEquals(4, asked, "after 2, 4, 6 and 8 of the ten seconds");
    }

    @Test
    void otherServers_takeWhatThereIs() throws Exception {
        assertEquals("", complaintOf(/* service= */ false, 100, 101));
        assertEquals(0, asked);
    }
}
