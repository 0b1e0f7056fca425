package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.StreamKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Where viewers start, how they go on after a loss, and which heads they get. */
class FeedViewersTest {
    private final TestFeed video = TestFeed.fixed(StreamKind.H264, 10_000);
    private final TestFeed jpeg = TestFeed.fixed(StreamKind.JPEG, 4_000);

    @Test
    void join_startsAtTheNewestKeyFrameInTheRing() {
        video.publish(1_000, true);
        video.publish(1_000, false);
        video.publish(1_000, true);
        video.publish(1_000, false);
        Viewer viewer = video.feed.join(null);
        assertTrue(viewer.advance());
        assertEquals(2, viewer.frame().sequence());
        assertTrue(viewer.advance());
        assertEquals(3, viewer.frame().sequence());
        assertFalse(viewer.advance());
    }

    @Test
    void join_withoutAKeyFrame_waitsAndMissesNothing() {
        video.publish(1_000, false);
        assertTrue(video.feed.lacksKeyFrame());
        Viewer viewer = video.feed.join(null);
        video.publish(1_000, false);
        assertFalse(viewer.advance());
        video.publish(1_000, true);
        assertTrue(viewer.advance());
        assertEquals(2, viewer.frame().sequence());
        assertFalse(viewer.jumped());
        assertEquals(0, viewer.skippedFrames());
        assertFalse(video.feed.lacksKeyFrame());
    }

    @Test
    void videoFallenOff_withoutAKeyFrame_resumesAtTheNextAndSaysSo() {
        video.publish(1_000, true);
        Viewer viewer = video.feed.join(null);
        assertTrue(viewer.advance());
        for (int i = 0; i < 12; i++) {
            video.publish(1_000, false);
        }
        assertFalse(viewer.advance());
        video.publish(1_000, false);
        assertFalse(viewer.advance());
        video.publish(1_000, true);
        assertTrue(viewer.advance());
        assertTrue(viewer.jumped(), "frames were missed, though the jump was an earlier call");
        assertEquals(13, viewer.skippedFrames());
        assertEquals(13, video.feed.stats().skipped());
        assertTrue(viewer.frame().key());
        video.publish(1_000, false);
        assertTrue(viewer.advance());
        assertFalse(viewer.jumped());
    }

    @Test
    void repeat_holdsTheNewestJpegOnceMore() {
        Viewer viewer = jpeg.feed.join(null);
        assertFalse(viewer.repeat());
        jpeg.publish(100, true);
        assertTrue(viewer.advance());
        assertFalse(viewer.advance());
        assertTrue(viewer.repeat());
        assertEquals(0, viewer.frame().sequence());
        assertFalse(viewer.jumped());
        jpeg.publish(100, true);
        jpeg.publish(100, true);
        assertTrue(viewer.repeat());
        assertEquals(2, viewer.frame().sequence());
        assertTrue(viewer.jumped());
        assertEquals(1, viewer.skippedFrames());
        Viewer ofVideo = video.feed.join(null);
        assertThrows(IllegalStateException.class, ofVideo::repeat);
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
        Viewer one = video.feed.join(first);
        video.publish(100, true);
        video.publish(100, false);
        video.feed.attach(second);
        video.feed.attach(second);
        Viewer two = video.feed.join(second);
        video.publish(100, false);
        for (long sequence = 0; sequence < 3; sequence++) {
            assertHead(one, 1, sequence);
            assertHead(two, 2, sequence);
        }
        assertThrows(IllegalArgumentException.class, () -> video.feed.join(new Numbering((byte) 3)));
    }

    private static void assertHead(Viewer viewer, int name, long sequence) {
        assertTrue(viewer.advance());
        ByteBuffer expected = ByteBuffer.allocate(9).put((byte) name);
        if (sequence % 2 == 0) {
            expected.putLong(sequence);
        }
        byte[] head = new byte[viewer.outgoing().headBytes()];
        viewer.outgoing().scratch().get(head);
        assertArrayEquals(Arrays.copyOf(expected.array(), expected.position()), head);
    }
}
