package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.GrowingLease;
import dev.perch.testing.TestCameras;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The times of what a server is sent, also while a camera is away. */
class TagStreamTest {
    private static final StreamConfig.H264 VIDEO = new StreamConfig.H264(
            Bytes.copyOf(new byte[] {0x67, 0x42, 0, 30}), Bytes.copyOf(new byte[2]), 640, 360, 33);
    private static final Bytes FRAME = Bytes.copyOf(new byte[40]);
    private static final long BEGIN_NANOS = 5_000_000_000_000L;

    /** AAC-LC at 24 kHz with one channel, and SBR that doubles the rate, told explicitly (ISO/IEC 14496-3:2009 §1.6.2.1). */
    private static final byte[] HE_AAC = {0x2b, 0x09, (byte) 0x88, 0x00};

    private final ArenaPool pool = TestCameras.pool(8 << 20);
    private final RingSize ring = new RingSize(OptionalInt.of(1 << 20), 1 << 20, "cameras.front");
    private final Sent sent = new Sent();

    /** Notes the tags. */
    private static final class Sent implements Target {
        private final List<Long> sounds = new ArrayList<>();
        private final List<Long> all = new ArrayList<>();
        private final List<Integer> offsets = new ArrayList<>(); // from decoding to showing, of each picture
        private StreamConfig.@Nullable Aac described;

        @Override
        public void open() {
            // it is open
        }

        @Override
        public void describe(StreamConfig.H264 video, StreamConfig.@Nullable Aac sound, long millis) {
            all.add(millis);
            described = sound;
        }

        @Override
        public void tag(int type, long millis, ByteBuffer body) {
            all.add(millis);
            if (type == TagType.AUDIO) {
                sounds.add(millis);
            } else {
                offsets.add(body.getInt(1) & 0xffffff); // CompositionTime (Video File Format 10.1 §E.4.3.1)
            }
        }

        @Override
        public long sentBytes() {
            return 0;
        }

        @Override
        public void finish() {
            // nobody is told
        }

        @Override
        public void cut() {
            // nobody waits
        }
    }

    private TagStream stream(StreamConfig.Aac sound) throws Exception {
        GrowingLease lease = new GrowingLease(pool.budget(), "front push", "cameras.front.push");
        return new TagStream(sent, VIDEO, BEGIN_NANOS, sound, /* silence= */ false, lease);
    }

    private static long at(long millis) {
        return BEGIN_NANOS + millis * 1_000_000;
    }

    private void pictures(TagStream stream, long untilMillis) throws Exception {
        Feed feed = new Feed("front", TrackId.main(Encoding.H264), pool, ring, () -> {});
        feed.configure(VIDEO);
        try (Cursor cursor = feed.join(null)) {
            for (long millis = 0; millis <= untilMillis; millis += 40) {
                feed.claim(FRAME.size()).orElseThrow().put(new byte[FRAME.size()]);
                feed.publish(new FrameTime(at(millis), millis * 1000), /* key= */ millis == 0);
                assertTrue(cursor.advance());
                stream.send(cursor);
                cursor.release();
            }
        }
        feed.releaseMemory();
    }

    /** A microphone that has died, or given nothing yet, leaves a gap; what stands in begins where the pictures have ended. */
    @Test
    void soundThatWasMissingBefore_isNotSentLate() throws Exception {
        TagStream stream = stream(AudioSpecificConfig.lc(48_000, 1).streamConfig());
        pictures(stream, 20_000);
        assertEquals(List.of(), sent.sounds);
        stream.standby(VIDEO, FRAME, at(23_000));
        stream.standby(VIDEO, FRAME, at(24_000));
        assertEquals(20_000, sent.sounds.get(0));
        assertEquals(sent.all.stream().sorted().toList(), sent.all, "times that go back");
        for (int i = 1; i < sent.sounds.size(); i++) {
            assertEquals(21, sent.sounds.get(i) - sent.sounds.get(i - 1), "ms of 1024 samples");
        }
        assertTrue(sent.sounds.get(sent.sounds.size() - 1) > 24_000 - 21);
    }

    @Test
    void silenceOfHeAac_lastsTwiceAsLongAFrame() throws Exception {
        AudioSpecificConfig config = AudioSpecificConfig.parse(Bytes.copyOf(HE_AAC));
        assertTrue(config.sbr() && config.outputRateHz() == 48_000, config::toString);
        TagStream stream = stream(config.streamConfig());
        stream.standby(VIDEO, FRAME, at(0));
        stream.standby(VIDEO, FRAME, at(1_000));
        assertEquals(1_000 / 42, sent.sounds.size(), "2048 samples a frame");
    }

    /** A service that takes no picture without sound is given silence of AAC between the pictures of a camera that has none. */
    @Test
    void silence_goesBetweenThePictures_ofACameraWithoutSound() throws Exception {
        GrowingLease lease = new GrowingLease(pool.budget(), "front push", "cameras.front.push");
        TagStream stream = new TagStream(sent, VIDEO, BEGIN_NANOS, /* heard= */ null, /* silence= */ true, lease);
        assertEquals(44_100, sent.described == null ? 0 : sent.described.sampleRateHz());
        pictures(stream, 10_000);
        assertEquals(10_000 * 44_100 / 1024 / 1000 + 1, sent.sounds.size(), "frames of 1024 samples in ten seconds");
        assertEquals(sent.all.stream().sorted().toList(), sent.all, "times that go back");
    }

    /** A connection begins with the time 0 at its key frame, whatever was before; pictures that are shown in another order keep their offsets. */
    @Test
    void times_beginWithZero_andOffsetsOfBPicturesAreKept() throws Exception {
        TagStream stream = stream(AudioSpecificConfig.lc(48_000, 1).streamConfig());
        Feed feed = new Feed("front", TrackId.main(Encoding.H264), pool, ring, () -> {});
        feed.configure(VIDEO);
        try (Cursor cursor = feed.join(null)) {
            int[] offsets = {80, 160, 0, 40, 120};
            for (int i = 0; i < offsets.length; i++) {
                feed.claim(FRAME.size()).orElseThrow().put(new byte[FRAME.size()]);
                FrameTime time =
                        new FrameTime(at(40L * i), offsets[i] * 1_000_000L, /* order= */ i, /* micros= */ 40L * i);
                feed.publish(time, /* key= */ i == 0);
                assertTrue(cursor.advance());
                stream.send(cursor);
                cursor.release();
            }
        }
        feed.releaseMemory();
        assertEquals(List.of(0L, 0L, 40L, 80L, 120L, 160L), sent.all);
        assertEquals(List.of(80, 160, 0, 40, 120), sent.offsets);
    }
}
