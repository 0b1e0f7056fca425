package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Where viewers start, how they go on after a loss, and which heads they get. */
class CursorTest {
    private final TestFeed video = TestFeed.fixed(Encoding.H264, 10_000);
    private final TestFeed jpeg = TestFeed.fixed(Encoding.JPEG, 4_000);

    @Test
    void join_startsAtTheNewestKeyFrameInTheRing() {
        video.publish(1_000, true);
        video.publish(1_000, false);
        video.publish(1_000, true);
        video.publish(1_000, false);
        Cursor cursor = video.feed.join(null);
        assertTrue(cursor.advance());
        assertEquals(2, cursor.frame().sequence());
        assertTrue(cursor.advance());
        assertEquals(3, cursor.frame().sequence());
        assertFalse(cursor.advance());
    }

    @Test
    void join_withoutAKeyFrame_waitsAndMissesNothing() {
        video.publish(1_000, false);
        assertTrue(video.feed.lacksKeyFrame());
        Cursor cursor = video.feed.join(null);
        video.publish(1_000, false);
        assertFalse(cursor.advance());
        video.publish(1_000, true);
        assertTrue(cursor.advance());
        assertEquals(2, cursor.frame().sequence());
        assertFalse(cursor.jumped());
        assertEquals(0, cursor.skippedFrames());
        assertFalse(video.feed.lacksKeyFrame());
    }

    @Test
    void joinAt_startsAtTheLastKeyFrameAtOrBeforeThatTime_elseAtTheOldest() {
        long[] nanos = new long[7];
        for (int i = 0; i < nanos.length; i++) {
            video.publish(1_000, i == 1 || i == 3 || i == 5);
            nanos[i] = video.feed.newest().orElseThrow().time().decodeNanos();
        }
        assertEquals(3, firstFrom(nanos[4]));
        assertEquals(3, firstFrom(nanos[3]));
        assertEquals(1, firstFrom(nanos[3] - 1));
        assertEquals(1, firstFrom(nanos[0]));
        assertEquals(1, firstFrom(Long.MIN_VALUE));
        assertEquals(5, firstFrom(Long.MAX_VALUE));
    }

    private long firstFrom(long nanos) {
        try (Cursor cursor = video.feed.joinAt(/* packager= */ null, nanos)) {
            assertTrue(cursor.advance());
            assertFalse(cursor.jumped());
            return cursor.frame().sequence();
        }
    }

    @Test
    void joinAt_inARingWithoutAKeyFrame_waitsForTheNext() {
        video.publish(1_000, false);
        Cursor cursor = video.feed.joinAt(/* packager= */ null, Long.MIN_VALUE);
        video.publish(1_000, false);
        assertFalse(cursor.advance());
        video.publish(1_000, true);
        assertTrue(cursor.advance());
        assertEquals(2, cursor.frame().sequence());
        assertEquals(0, cursor.skippedFrames());
    }

    @Test
    void joinAt_whereEveryFrameStarts_beginsAtThatFrame() {
        jpeg.publish(100, true);
        long first = jpeg.feed.newest().orElseThrow().time().decodeNanos();
        jpeg.publish(100, true);
        Cursor cursor = jpeg.feed.joinAt(/* packager= */ null, first);
        assertTrue(cursor.advance());
        assertEquals(0, cursor.frame().sequence());
        assertTrue(cursor.advance());
        assertFalse(cursor.advance());
    }

    @Test
    void videoFallenOff_withoutAKeyFrame_resumesAtTheNextAndSaysSo() {
        video.publish(1_000, true);
        Cursor cursor = video.feed.join(null);
        assertTrue(cursor.advance());
        for (int i = 0; i < 12; i++) {
            video.publish(1_000, false);
        }
        assertFalse(cursor.advance());
        video.publish(1_000, false);
        assertFalse(cursor.advance());
        video.publish(1_000, true);
        assertTrue(cursor.advance());
        assertTrue(cursor.jumped(), "frames were missed, though the jump was an earlier call");
        assertEquals(13, cursor.skippedFrames());
        assertEquals(13, video.feed.stats().skipped());
        assertTrue(cursor.frame().key());
        video.publish(1_000, false);
        assertTrue(cursor.advance());
        assertFalse(cursor.jumped());
    }

    @Test
    void repeat_holdsTheNewestJpegOnceMore() {
        Cursor cursor = jpeg.feed.join(null);
        assertFalse(cursor.repeat());
        jpeg.publish(100, true);
        assertTrue(cursor.advance());
        assertFalse(cursor.advance());
        assertTrue(cursor.repeat());
        assertEquals(0, cursor.frame().sequence());
        assertFalse(cursor.jumped());
        jpeg.publish(100, true);
        jpeg.publish(100, true);
        assertTrue(cursor.repeat());
        assertEquals(2, cursor.frame().sequence());
        assertTrue(cursor.jumped());
        assertEquals(1, cursor.skippedFrames());
        Cursor ofVideo = video.feed.join(null);
        assertThrows(IllegalStateException.class, ofVideo::repeat);
    }

    @Test
    void copyTo_copiesTheHeldPayload_alsoOfAFrameThatHadToGiveWay() throws Exception {
        jpeg.publish(3_000, true);
        Cursor cursor = jpeg.feed.joinAt(/* packager= */ null, Long.MIN_VALUE);
        assertTrue(cursor.advance());
        assertCopied(cursor, 3_000);
        jpeg.publish(3_000, true);
        assertEquals(1, jpeg.feed.stats().relocated());
        assertCopied(cursor, 3_000);
        cursor.release();
        assertThrows(IllegalStateException.class, () -> cursor.copyTo(ByteBuffer.allocate(3_000)));
    }

    private static void assertCopied(Cursor cursor, int sizeBytes) throws FrameLostException {
        ByteBuffer copy = ByteBuffer.allocate(1 + sizeBytes).position(1);
        cursor.copyTo(copy);
        assertEquals(0, copy.remaining());
        ByteBuffer expected = ByteBuffer.allocate(sizeBytes);
        TestFeed.fill(expected, cursor.frame().sequence(), sizeBytes);
        assertEquals(expected.flip(), copy.position(1));
    }

    @Test
    void markGap_showsInTheNextFrameOnly() {
        jpeg.publish(100, true);
        jpeg.feed.markGap();
        jpeg.publish(100, true);
        assertTrue(jpeg.feed.newest().orElseThrow().afterGap());
        jpeg.publish(100, true);
        assertFalse(jpeg.feed.newest().orElseThrow().afterGap());
    }

    @Test
    void tableOfFrames_whenFull_forgetsTheOldest() {
        for (int i = 0; i < 300; i++) {
            jpeg.publish(1, true);
        }
        assertEquals(FrameTable.CAPACITY, jpeg.feed.stats().framesInRing());
    }

    /** Writes the frame's number and its own name. */
    private record Numbering(byte name) implements Packager {
        @Override
        public int headBytes() {
            return 9;
        }

        @Override
        public void head(Frame frame, ByteBuffer head) {
            head.put(name);
            if (frame.sequence() % 2 == 0) {
                head.putLong(frame.sequence());
            }
        }
    }

    @Test
    void heads_areEachPackagersOwn_alsoOfFramesBeforeTheAttach() {
        Numbering first = new Numbering((byte) 1);
        Numbering second = new Numbering((byte) 2);
        video.feed.attach(first);
        Cursor one = video.feed.join(first);
        video.publish(100, true);
        video.publish(100, false);
        video.feed.attach(second);
        video.feed.attach(second);
        Cursor two = video.feed.join(second);
        video.publish(100, false);
        for (long sequence = 0; sequence < 3; sequence++) {
            assertHead(one, 1, sequence);
            assertHead(two, 2, sequence);
        }
        assertThrows(IllegalArgumentException.class, () -> video.feed.join(new Numbering((byte) 3)));
    }

    private static void assertHead(Cursor cursor, int name, long sequence) {
        assertTrue(cursor.advance());
        ByteBuffer expected = ByteBuffer.allocate(9).put((byte) name);
        if (sequence % 2 == 0) {
            expected.putLong(sequence);
        }
        byte[] head = new byte[cursor.outgoing().headBytes()];
        cursor.outgoing().scratch().get(head);
        assertArrayEquals(Arrays.copyOf(expected.array(), expected.position()), head);
    }
}
