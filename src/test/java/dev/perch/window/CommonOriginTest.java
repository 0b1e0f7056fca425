package dev.perch.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.cmaf.CountedRequests;
import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.h264.Streams;
import dev.perch.media.Corpus;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Tests the windows of a camera's renditions, which share a time line and a count of discontinuities (RFC 8216bis §6.2.4). */
class CommonOriginTest {
    private static final long FRAME = 33_333_333;

    private final ArenaPool pool = new ArenaPool(new MemoryBudget(64 << 20, "memory.budget"));
    private final CommonOrigin origin = new CommonOrigin();
    private final Rendition main = new Rendition(TrackId.MAIN);
    private final Rendition small = new Rendition("small");
    private final List<Rendition> watched = new ArrayList<>(List.of(main));
    private long nanos = 1_000_000_000_000L;
    private int sinceKey = 29;

    /** The feed of a rendition and the window that is filled from it. */
    private final class Rendition {
        private final WindowFiller filler;
        private final Feed feed;
        private final Cursor cursor;

        Rendition(String name) {
            this.filler =
                    new WindowFiller(ScriptedStream.CUT, ScriptedStream.SETTINGS, pool, new CountedRequests(), origin);
            RingSize size = new RingSize(OptionalInt.of(1 << 20), 1 << 20, "cameras.front.ring");
            this.feed = new Feed("front", new TrackId(name, Encoding.H264), pool, size, () -> {});
            feed.configure(config("x264-baseline"));
            this.cursor = feed.join(null);
        }

        void frame(long timeNanos, boolean key) {
            ByteBuffer claim = feed.claim(100).orElseThrow();
            claim.putInt(96).put((byte) (key ? 0x65 : 0x41)).position(100);
            feed.publish(new FrameTime(timeNanos, timeNanos / 1000), key);
            filler.drain(cursor);
        }

        Segment newest() {
            return filler.window().orElseThrow().view().newest();
        }
    }

    private static StreamConfig config(String stream) {
        return Streams.publish(Corpus.read("h264/" + stream + ".h264"), FRAME)
                .configs()
                .get(0);
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds * 30; i++) {
            nanos += FRAME;
            sinceKey = (sinceKey + 1) % 30;
            for (Rendition each : watched) {
                each.frame(nanos, sinceKey == 0);
            }
        }
    }

    private void lost() {
        watched.forEach(each -> each.filler.away("unplugged"));
        nanos += 7_000_000_000L;
        sinceKey = 29;
        watched.forEach(each -> each.filler.away(""));
    }

    private void alike(long discontinuities) {
        assertEquals(discontinuities, main.newest().discontinuities());
        assertEquals(discontinuities, small.newest().discontinuities());
        assertEquals(
                (double) main.newest().startTicks(),
                (double) small.newest().startTicks(),
                90.0,
                "the same frames at the same times");
    }

    @Test
    void whoJoinsLater_countsAsTheOthersDo() {
        seconds(3);
        lost();
        seconds(3);
        watched.add(small);
        seconds(3);
        alike(1);
        lost();
        seconds(3);
        alike(2);
    }

    @Test
    void discontinuityOfOneAlone_isOneOfTheOthersToo() {
        watched.add(small);
        seconds(3);
        small.feed.configure(config("openh264-baseline"));
        seconds(4);
        alike(1);
        long number = main.newest().number();
        seconds(4);
        alike(1);
        assertTrue(main.newest().number() >= number + 3, "nothing but the count has changed");
    }

    @Test
    void whoLeavesAndComesAgain_isAlikeSoon() {
        watched.add(small);
        seconds(3);
        small.filler.end();
        watched.remove(small);
        lost();
        seconds(2);
        watched.add(small);
        small.filler.drain(small.cursor);
        seconds(5);
        alike(main.newest().discontinuities());
    }
}
