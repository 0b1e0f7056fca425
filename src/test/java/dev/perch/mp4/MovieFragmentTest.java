package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Golden;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovieFragmentTest {
    private final MovieFragment fragment = new MovieFragment();

    /** A GOP of three pictures alike in duration and the sound beside it: sizes alone differ from sample to sample. */
    @Test
    void pictureAndSound_boxTree() {
        fragment.begin(7).track(MovieTrack.VIDEO_ID, 0x1_0000_0000L);
        fragment.sample(3000, 900, true).sample(3000, 80, false).sample(3000, 90, false);
        fragment.track(MovieTrack.SOUND_ID, 44_100).sample(1024, 300, true).sample(1024, 310, true);
        assertEquals(900 + 80 + 90 + 300 + 310, fragment.payloadBytes());
        Golden.assertGolden("mp4/movie-fragment.txt", BoxDump.of(Bytes.view(written())));
    }

    @Test
    void durationsFlagsAndOffsets_thatDiffer_standWithEachSample() {
        fragment.begin(1).track(1, 0);
        fragment.sample(3000, 10, true).composed(6000);
        fragment.sample(2000, 11, false).composed(-1);
        fragment.sample(3000, 12, true).composed(0);
        ByteBuffer head = written();
        int trun = 8 + 16 + 8 + 16 + 20;
        assertEquals(16, head.getInt(32), "tfhd holds no default");
        assertEquals(0x0100_0f01, head.getInt(trun + 8));
        List<Integer> expected =
                List.of(3000, 10, 0x0200_0000, 6000, 2000, 11, 0x0101_0000, -1, 3000, 12, 0x0200_0000, 0);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), head.getInt(trun + 20 + 4 * i));
        }
    }

    /** What is found at the data_offset is the sample, whichever track it is of. */
    @Test
    void dataOffsets_findEachTracksFirstSample() {
        fragment.begin(1).track(1, 0).sample(3000, 100, true).track(2, 0).sample(1024, 50, true);
        ByteBuffer head = written();
        int traf = 8 + 16;
        int trafBytes = head.getInt(traf);
        int trun = traf + 8 + 16 + 8 + 20; // behind a tfhd with both defaults
        assertEquals(head.limit(), head.getInt(trun + 16));
        assertEquals(head.limit() + 100, head.getInt(trun + trafBytes + 16));
        assertEquals(8 + 150, head.getInt(head.limit() - 8), "mdat");
    }

    @Test
    void begin_forgetsTheFragmentBefore() {
        fragment.begin(1).track(1, 0).sample(3000, 100, true).composed(5).sample(2000, 1, true);
        fragment.begin(2).track(2, 9).sample(1024, 50, true);
        assertEquals(50, fragment.payloadBytes());
        assertTrue(written().limit() < 120, "one track, nothing composed");
    }

    @Test
    void sampleWithoutTrack_orTrackWithoutSample_isRefused() {
        assertThrows(IllegalStateException.class, () -> fragment.begin(1).sample(1, 1, true));
        assertThrows(
                IllegalStateException.class, () -> fragment.begin(1).track(1, 0).composed(0));
        fragment.begin(1).track(1, 0);
        assertThrows(IllegalStateException.class, () -> fragment.write(ByteBuffer.allocate(200)));
        fragment.sample(1, Integer.MAX_VALUE, true);
        assertThrows(ArithmeticException.class, () -> fragment.sample(1, 1, true), "an mdat that is too large");
        assertThrows(IllegalArgumentException.class, () -> fragment.sample(1, -1, true));
    }

    @Test
    void manySamples_growOnce_andThenAllocateNothing() {
        ByteBuffer head = ByteBuffer.allocate(4096);
        Fragment single = new Fragment(MovieTrack.SOUND_ID);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200; round++) {
            long before = threads.getThreadAllocatedBytes(id);
            fragment.begin(round).track(1, round);
            for (int i = 0; i < 60; i++) {
                fragment.sample(3000, i, i == 0);
            }
            fragment.track(2, round).sample(1024, 3, true);
            fragment.write(head.clear());
            single.at(round, round).sample(1024, 3, true).write(head.clear());
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        assertEquals(0, least, "once the arrays have grown");
        assertEquals(MovieTrack.SOUND_ID, head.getInt(44), "the track_ID of the single sample's fragment");
    }

    private ByteBuffer written() {
        ByteBuffer head = ByteBuffer.allocate(fragment.headBytes());
        fragment.write(head);
        assertEquals(0, head.remaining());
        return head.flip();
    }
}
