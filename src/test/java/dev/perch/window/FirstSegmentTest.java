package dev.perch.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.KeyFrames;
import org.junit.jupiter.api.Test;

class FirstSegmentTest {
    private static final long SECOND = 1_000_000_000L;
    private static final KeyFrames FORTY = KeyFrames.NONE.next(0).next(40 * SECOND);

    private static FirstSegment at(KeyFrames keys, long nanos) {
        return FirstSegment.of(keys, nanos, SECOND / 30);
    }

    @Test
    void held_untilTheKeyFrameIsDueAndASegmentMade_asLongAsProxiesWait() {
        assertEquals(18 * SECOND, at(FORTY, 79 * SECOND).heldNanos());
        assertEquals(38 * SECOND, at(FORTY, 50 * SECOND).heldNanos());
        assertEquals(
                FirstSegment.MOST_HELD_NANOS,
                at(KeyFrames.NONE.next(0).next(300 * SECOND), 301 * SECOND).heldNanos());
    }

    @Test
    void sentence_tellsWhenToAskAgain() {
        FirstSegment first = at(FORTY, 52 * SECOND + 1);
        assertEquals(28, first.retrySeconds());
        assertEquals(
                "A segment begins with a key frame, and the last one of camera front was 12 s ago. Its key frames are up to 40 s"
                        + " apart: the next one is due within 28 s. Set one every second, and nobody waits.",
                first.sentence("front"));
    }

    @Test
    void sentence_whereNoGopWasSeenWhole_tellsWhenTheSourceIsStartedAnew() {
        FirstSegment first = at(KeyFrames.NONE.next(0), 20 * SECOND);
        assertEquals(10, first.retrySeconds());
        assertEquals(
                "A segment begins with a key frame, and the last one of camera front was 20 s ago. When the next one comes is"
                        + " not known; without one, the camera is started anew within 10 s. Set one every second, and nobody"
                        + " waits.",
                first.sentence("front"));
    }

    @Test
    void sentence_whereTheKeyFrameIsOverdue_promisesNoTime() {
        assertEquals(
                "A segment begins with a key frame, and the last one of camera front was 81 s ago. That is longer than it may take,"
                        + " and the camera is being started anew. Set one every second, and nobody waits.",
                at(FORTY, 121 * SECOND).sentence("front"));
    }

    @Test
    void retry_isNeverAtOnce() {
        assertEquals(2, at(FORTY, 3600 * SECOND).retrySeconds());
    }
}
