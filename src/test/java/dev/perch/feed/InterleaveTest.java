package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Thirty pictures and 47 frames of sound a second, read as one. */
class InterleaveTest {
    private static final long PICTURE_NANOS = 33_333_333L;
    private static final long SOUND_NANOS = 21_333_333L; // 1024 samples at 48 kHz
    private static final int GOP = 15;
    private static final int FRAME_BYTES = 100;
    private static final long BOUND_NANOS = 300_000_000L;

    private final TestFeed pictures = TestFeed.fixed(Encoding.H264, 40 * FRAME_BYTES);
    private final TestFeed sound = TestFeed.fixed(Encoding.AAC, 40 * FRAME_BYTES);
    private final long begin = 5_000_000_000_000L;
    private long nowNanos = begin;
    private int shot;
    private int heard;
    private boolean mute;
    private boolean blind;

    /** The next frames in time order, up to {@code seconds} from now. */
    private void pass(double seconds) {
        long end = nowNanos + (long) (seconds * 1e9);
        while (true) {
            long nextPicture = begin + shot * PICTURE_NANOS;
            long nextSound = begin + heard * SOUND_NANOS;
            nowNanos = Math.min(nextPicture, nextSound);
            if (nowNanos > end) {
                nowNanos = end;
                return;
            }
            if (nextPicture <= nextSound) {
                if (!blind) {
                    pictures.publishAt(nextPicture, FRAME_BYTES, shot % GOP == 0);
                }
                shot++;
            } else {
                if (!mute) {
                    sound.publishAt(nextSound, FRAME_BYTES, true);
                }
                heard++;
            }
        }
    }

    private Interleave join() {
        return new Interleave(List.of(pictures.feed.join(null), sound.feed.joinAt(null, begin)), BOUND_NANOS, nowNanos);
    }

    /** A frame that was read; its time is counted from the beginning. */
    private record Got(Encoding encoding, long nanos, boolean key, boolean jumped) {}

    private List<Got> drain(Interleave both) {
        List<Got> got = new ArrayList<>();
        while (both.advance(nowNanos)) {
            Frame frame = both.cursor().frame();
            got.add(new Got(
                    both.cursor().encoding(),
                    frame.time().decodeNanos() - begin,
                    frame.key(),
                    both.cursor().jumped()));
        }
        return got;
    }

    private static void assertInOrder(List<Got> got) {
        for (int i = 1; i < got.size(); i++) {
            assertTrue(got.get(i).nanos() >= got.get(i - 1).nanos(), got.get(i - 1) + " then " + got.get(i));
        }
    }

    private static long count(List<Got> got, Encoding encoding) {
        return got.stream().filter(each -> each.encoding() == encoding).count();
    }

    private static Got first(List<Got> got, Encoding encoding) {
        return got.stream()
                .filter(each -> each.encoding() == encoding)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void picturesAndSound_comeByTime_noneLostNoneTwice() {
        pass(0);
        try (Interleave both = join()) {
            List<Got> got = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                pass(0.01);
                got.addAll(drain(both));
            }
            assertInOrder(got);
            assertTrue(Math.abs(60 - count(got, Encoding.H264)) <= 2, got::toString);
            assertTrue(Math.abs(93 - count(got, Encoding.AAC)) <= 2, got::toString);
            assertFalse(got.stream().anyMatch(Got::jumped));
            assertEquals(0, pictures.feed.stats().skipped() + sound.feed.stats().skipped());
        }
    }

    @Test
    void theyBeginTogether_atTheKeyFrame() {
        pass(1.2); // key frames at 0, 0.5 and 1.0 s
        try (Interleave both = join()) {
            List<Got> got = drain(both);
            assertEquals(new Got(Encoding.H264, 2 * GOP * PICTURE_NANOS, true, false), got.get(0));
            long sounds = first(got, Encoding.AAC).nanos();
            assertTrue(sounds >= 2 * GOP * PICTURE_NANOS && sounds < 2 * GOP * PICTURE_NANOS + SOUND_NANOS);
            assertInOrder(got);
            assertFalse(got.stream().anyMatch(Got::jumped), "who begins has missed nothing");
        }
    }

    @Test
    void soundThatStops_holdsThePicturesUp_untilTheBound_andNoLongerAfterIt() {
        pass(0);
        try (Interleave both = join()) {
            pass(0.5);
            drain(both);
            mute = true;
            long silentSince = nowNanos;
            List<Got> held = new ArrayList<>();
            while (nowNanos - silentSince < BOUND_NANOS - 40_000_000L) {
                pass(0.01);
                held.addAll(drain(both));
            }
            assertTrue(held.size() <= 2, "they wait for the sound: " + held);
            assertTrue(both.waitNanos() <= BOUND_NANOS, "and tell until when: " + both.waitNanos());
            pass(0.06);
            List<Got> got = drain(both);
            assertTrue(count(got, Encoding.H264) >= 8, got::toString);
            assertInOrder(got);
            for (int i = 0; i < 10; i++) {
                pass(0.0334);
                int more = drain(both).size();
                assertTrue(more == 1 || more == 2, "no picture waits any more: " + more);
            }
            mute = false;
            pass(0.2);
            List<Got> again = drain(both);
            assertTrue(count(again, Encoding.AAC) >= 8, again::toString);
            assertInOrder(again);
        }
    }

    @Test
    void picturesThatNeverCome_leaveTheSoundToGoOnAlone_andBeginAtAKeyFrame() {
        blind = true;
        pass(0);
        try (Interleave both = join()) {
            pass(0.25);
            assertEquals(List.of(), drain(both));
            pass(0.1);
            assertTrue(count(drain(both), Encoding.AAC) > 10);
            blind = false;
            pass(0.6);
            List<Got> got = drain(both);
            assertTrue(first(got, Encoding.H264).key());
        }
    }

    @Test
    void picturesOvertaken_takeTheSoundAlong_toTheKeyFrame() {
        pass(0);
        try (Interleave both = join()) {
            pass(0.2);
            drain(both);
            pass(4); // both rings turn over
            List<Got> got = drain(both);
            Got picture = first(got, Encoding.H264);
            Got tone = first(got, Encoding.AAC);
            assertTrue(picture.key() && picture.jumped(), picture::toString);
            assertTrue(tone.jumped(), tone::toString);
            assertTrue(tone.nanos() >= picture.nanos(), "sound from before the jump is missed too: " + got);
            assertInOrder(got);
            pass(0.1);
            assertFalse(drain(both).stream().anyMatch(Got::jumped), "once");
        }
    }

    @Test
    void soundOvertaken_takesThePicturesAlong_toAKeyFrameAtOrAfterIt() {
        TestFeed briefSound = TestFeed.fixed(Encoding.AAC, 3 * FRAME_BYTES);
        pictures.publishAt(begin, FRAME_BYTES, true);
        try (Interleave both =
                new Interleave(List.of(pictures.feed.join(null), briefSound.feed.join(null)), BOUND_NANOS, nowNanos)) {
            for (int i = 1; i <= 10; i++) {
                nowNanos = begin + i * PICTURE_NANOS;
                pictures.publishAt(nowNanos, FRAME_BYTES, false);
                briefSound.publishAt(nowNanos + 1, FRAME_BYTES, true); // seven of ten are overtaken
            }
            assertEquals(
                    List.of(),
                    drain(both),
                    "the pictures before the jump are missed, the next key frame is yet to come");
            nowNanos = begin + 11 * PICTURE_NANOS;
            pictures.publishAt(nowNanos, FRAME_BYTES, true);
            briefSound.publishAt(nowNanos + 1, FRAME_BYTES, true);
            pictures.publishAt(begin + 12 * PICTURE_NANOS, FRAME_BYTES, false);
            assertEquals(
                    List.of(
                            new Got(Encoding.H264, 11 * PICTURE_NANOS, true, true),
                            new Got(Encoding.AAC, 11 * PICTURE_NANOS + 1, true, true)),
                    drain(both));
        }
    }

    @Test
    void skip_givesTheHeldFrameUp_andAllGoOnBehindIt() {
        pass(0);
        try (Interleave both = join()) {
            pass(0.3);
            assertTrue(both.advance(nowNanos));
            both.skip();
            assertThrows(IllegalStateException.class, both::cursor);
            pass(0.4);
            List<Got> got = drain(both);
            assertEquals(new Got(Encoding.H264, GOP * PICTURE_NANOS, true, true), first(got, Encoding.H264));
            assertTrue(first(got, Encoding.AAC).nanos() >= GOP * PICTURE_NANOS, got::toString);
        }
    }

    @Test
    void oneTrackAlone_isReadAsByItsCursor() {
        pass(0);
        try (Interleave alone = new Interleave(List.of(pictures.feed.join(null)), BOUND_NANOS, nowNanos)) {
            pass(0.5);
            assertEquals(16, drain(alone).size());
            assertEquals(Long.MAX_VALUE, alone.waitNanos());
        }
        assertEquals(0, pictures.feed.readers());
    }

    @Test
    void reading_allocatesNothing() {
        pass(0);
        try (Interleave both = join()) {
            long bytes = 0;
            for (int i = 0; i < 60; i++) {
                pass(0.25);
                bytes = i < 30 ? 0 : bytes + read(both);
                drain(both);
            }
            assertTrue(bytes < 500, "bytes allocated for some 570 frames: " + bytes);
        }
    }

    private long read(Interleave both) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        while (both.advance(nowNanos)) {
            Objects.requireNonNull(both.cursor());
        }
        return threads.getThreadAllocatedBytes(id) - before;
    }

    @Test
    void eager_holdsNothingUp_andBeginsWithAKeyFrame_howeverLongThatTakes() {
        mute = true;
        pass(0.2); // a key frame at 0, none since
        try (Interleave both = Interleave.eager(
                List.of(pictures.feed.join(null), sound.feed.joinAt(null, Long.MIN_VALUE)), nowNanos)) {
            List<Got> got = drain(both);
            assertEquals(new Got(Encoding.H264, 0, true, false), got.get(0));
            assertEquals(7, got.size(), "no picture waits for the sound");
            mute = false;
            pass(0.2);
            got = drain(both);
            assertTrue(count(got, Encoding.AAC) >= 9, got::toString);
        }
        blind = true;
        Cursor late = pictures.feed.join(null);
        late.skipBacklog();
        try (Interleave both = Interleave.eager(List.of(late, sound.feed.joinAt(null, Long.MIN_VALUE)), nowNanos)) {
            pass(1);
            assertEquals(List.of(), drain(both), "sound alone begins nothing");
            blind = false;
            pass(0.6);
            List<Got> got = drain(both);
            assertEquals(Encoding.H264, got.get(0).encoding());
            assertTrue(got.get(0).key());
            assertTrue(first(got, Encoding.AAC).nanos() >= got.get(0).nanos());
        }
    }

    @Test
    void eager_onesThatFellBehind_goOnTogether() {
        pass(0);
        try (Interleave both = Interleave.eager(
                List.of(pictures.feed.join(null), sound.feed.joinAt(null, Long.MIN_VALUE)), nowNanos)) {
            pass(0.1);
            drain(both);
            pass(4); // each ring has 40 frames
            List<Got> got = drain(both);
            assertTrue(got.get(0).key() && got.get(0).jumped(), got::toString);
            assertEquals(Encoding.H264, got.get(0).encoding());
            Got heard = first(got, Encoding.AAC);
            assertTrue(heard.jumped(), "what is skipped is skipped in both");
            assertTrue(heard.nanos() - got.get(0).nanos() < SOUND_NANOS, got::toString);
        }
    }
}
