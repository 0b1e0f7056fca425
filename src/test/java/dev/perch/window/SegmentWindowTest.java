package dev.perch.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.cmaf.Ticks;
import dev.perch.hls.MediaPlaylist;
import dev.perch.media.Bytes;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.ProducerTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentWindowTest {
    private static final long FRAME = 33_333_333;

    private final ScriptedStream stream = ScriptedStream.usual();

    private List<Segment> complete() {
        return stream.view().listed().stream().filter(Segment::complete).toList();
    }

    @Test
    void steadyCamera_secondsAndFifths() {
        for (int i = 0; i < 8; i++) {
            stream.second();
        }
        WindowView view = stream.view();
        assertEquals(1, view.geometry().orElseThrow().targetSeconds());
        assertEquals(30, view.geometry().orElseThrow().framesPerSecond(), 0.01);
        assertEquals(7, complete().size());
        for (Segment segment : complete()) {
            assertEquals(1, segment.seconds(), 0.001);
            assertEquals(segment.number() == 0 ? 0 : 5, segment.parts().size());
        }
        assertTrue(view.keyFrameNext(), "the last has as many frames as those before");
        assertEquals(0, stream.requests.welcome + stream.requests.needed);
    }

    /** Players can follow a list whose segments continue. Nobody gets overwritten bytes, not even of the unfinished segment. */
    @Test
    void erased_gapsOfTheSameTimesStandInThePlacesOfTheSegments() {
        for (int i = 0; i < 4; i++) {
            stream.second();
        }
        stream.frame(FRAME, /* key= */ true, 100);
        stream.frame(FRAME, /* key= */ false, 100);
        Segment growing = stream.view().newest();
        assertFalse(growing.complete());
        List<Long> starts =
                stream.view().listed().stream().map(Segment::startTicks).toList();
        stream.window().erase();
        assertTrue(stream.view().listed().stream().allMatch(Segment::gap));
        assertTrue(stream.view().listed().stream().allMatch(Segment::complete));
        assertEquals(
                starts, stream.view().listed().stream().map(Segment::startTicks).toList());
        assertTrue(stream.view().playable() && !stream.view().beginnable());
        assertEquals(
                stream.view().listed().size(),
                MediaPlaylist.text(stream.view(), /* delta= */ false).split("#EXT-X-GAP\n", -1).length - 1);
        stream.frame(FRAME, /* key= */ false, 100);
        stream.second();
        stream.second();
        assertEquals(
                List.of(growing.number() + 1),
                stream.view().withoutGaps().listed().stream()
                        .map(Segment::number)
                        .toList());
        assertEquals(growing.number() + 1, stream.view().newest().number());
        assertTrue(stream.window().retain(growing.number()).isEmpty());
    }

    /** Each fragment begins at the end of the one before, also across segments, and near its capture time. */
    @Test
    void jitteryCamera_hasNoHolesAndKeepsTime() throws Exception {
        Random random = new Random(7);
        long begin = stream.nanos();
        List<long[]> samples = new ArrayList<>();
        long jitter = 0;
        for (int i = 0; i < 3000; i++) {
            long next = random.nextInt(16_000_000) - 8_000_000L;
            stream.frame(FRAME + next - jitter, i % 30 == 0, 50 + random.nextInt(500));
            jitter = next;
            if (i % 30 == 29 && i > 30) {
                Segment last = complete().get(complete().size() - 1);
                samples.addAll(samples(last));
            }
        }
        for (int i = 1; i < samples.size(); i++) {
            assertEquals(samples.get(i - 1)[0] + samples.get(i - 1)[1], samples.get(i)[0], "no hole at " + i);
        }
        long elapsed = Ticks.of(stream.nanos() - begin);
        long covered = stream.view().newest().endTicks();
        assertTrue(Math.abs(elapsed - covered) < 4000, "in step with the capture");
    }

    /** Returns the decode time and duration of each sample of a segment. */
    private static List<long[]> samples(Segment segment) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(ScriptedStream.read(segment.bytes(), 0, segment.sizeBytes()));
        List<long[]> samples = new ArrayList<>();
        bytes.position(ProducerTime.BYTES);
        while (bytes.hasRemaining()) {
            int at = bytes.position();
            long decodeTicks = bytes.getLong(at + 8 + 16 + 8 + 16 + 12);
            int durationTicks = bytes.getInt(at + 8 + 16 + 8 + 16 + 20 + 20);
            samples.add(new long[] {decodeTicks, durationTicks});
            int mdat = bytes.getInt(at + Fragment.HEAD_BYTES - 8);
            bytes.position(at + Fragment.HEAD_BYTES - 8 + mdat);
        }
        return samples;
    }

    /** Delivers I P B B … as an encoder does: GOPs of a second, each frame with its time and output order. */
    private void reorderedSecond(int gop, boolean leading) {
        for (int i = 0; i < 30; i++) {
            int place = leading ? (i % 3 == 0 ? i : i - 2) : i == 0 ? 0 : i % 3 == 1 ? Math.min(29, i + 2) : i - 1;
            long ahead = (long) place - i + (leading ? 2 : 1);
            stream.shown(ahead * 33_333_333, 1000 + 30L * gop + place);
            stream.frame(33_333_333, i == 0, 100);
        }
    }

    @Test
    void reordered_samplesAreShownInOrder_andStartAtTheirDelay() throws Exception {
        for (int gop = 0; gop < 4; gop++) {
            reorderedSecond(gop, /* leading= */ false);
        }
        List<Long> shown = new ArrayList<>();
        for (Segment segment : complete()) {
            ByteBuffer bytes = ByteBuffer.wrap(ScriptedStream.read(segment.bytes(), 0, segment.sizeBytes()));
            bytes.position(ProducerTime.BYTES);
            while (bytes.hasRemaining()) {
                int at = bytes.position();
                int trun = at + 8 + 16 + 8 + 16 + 20;
                assertEquals(0x0100_0f01, bytes.getInt(trun + 8));
                shown.add(bytes.getLong(at + 8 + 16 + 8 + 16 + 12) + bytes.getInt(trun + 32));
                int mdat = at + bytes.getInt(at);
                bytes.position(mdat + bytes.getInt(mdat));
            }
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> Long.compare(shown.get(a), shown.get(b)));
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4, 8, 9, 7), order.subList(0, 10));
        for (int i = 1; i < order.size(); i++) {
            long step = shown.get(order.get(i)) - shown.get(order.get(i - 1));
            assertEquals(3000, (double) step, 300, "picture " + i);
        }
        Bytes init = complete().get(0).init().bytes();
        int elst = new String(init.toArray(), StandardCharsets.ISO_8859_1).indexOf("elst");
        assertEquals(3000, init.buffer().getInt(elst + 16), 5);
    }

    /** A player that begins at an open GOP cannot decode the pictures before its key frame. */
    @Test
    void reordered_leadingPicturesOfTheFirstKeyFrame_areLeftOut() {
        reorderedSecond(0, /* leading= */ true);
        assertEquals(2, stream.dropped());
        reorderedSecond(1, /* leading= */ true);
        assertEquals(2, stream.dropped(), "those of later ones can be decoded");
    }

    @Test
    void parts_coverTheirSegment() {
        for (int i = 0; i < 5; i++) {
            stream.second();
        }
        Segment segment = complete().get(2);
        int at = 0;
        long ticks = 0;
        for (Segment.Part part : segment.parts()) {
            assertEquals(at, part.fromByte());
            assertEquals(at == 0, part.independent());
            at = part.toByte();
            ticks += part.durationTicks();
        }
        assertEquals(segment.sizeBytes(), at);
        assertEquals(segment.durationTicks(), ticks);
    }

    @Test
    void parameterSets_standInKeyFrames() throws Exception {
        stream.second();
        stream.second();
        Segment segment = complete().get(0);
        byte[] bytes = ScriptedStream.read(segment.bytes(), 0, segment.sizeBytes());
        int nal = ProducerTime.BYTES + Fragment.HEAD_BYTES;
        ByteBuffer sample = ByteBuffer.wrap(bytes).position(nal);
        for (int type : new int[] {7, 8, 5}) {
            int length = sample.getInt();
            assertEquals(type, sample.get(sample.position()) & 0x1f);
            sample.position(sample.position() + length);
        }
    }

    @Test
    void longGop_stretchesTheSegment_andAsksForAKeyFrame() {
        for (int gop = 0; gop < 4; gop++) {
            for (int i = 0; i < 60; i++) {
                stream.frame(FRAME, i == 0, 100);
            }
        }
        assertEquals(2, stream.view().geometry().orElseThrow().targetSeconds());
        assertEquals(2, complete().get(1).seconds(), 0.001);
        assertEquals(4, stream.requests.welcome, "once a segment");
        assertEquals(0, stream.requests.needed, "nobody waits");
    }

    @Test
    void gopThatGrows_isCutWithin_soThatTheTargetHolds() {
        stream.second();
        stream.second();
        for (int i = 0; i < 300; i++) {
            stream.frame(FRAME, i == 0, 100);
        }
        assertTrue(complete().stream().allMatch(segment -> Math.round(segment.seconds()) <= 1));
    }

    @Test
    void outage_isADiscontinuity_withTrueTime() {
        stream.second();
        stream.second();
        long before = stream.view().newest().endTicks();
        stream.away("unplugged");
        assertTrue(stream.view().newest().complete(), "what there was can be played to its end");
        stream.pass(60_000_000_000L);
        stream.gap();
        stream.second();
        Segment after = stream.view().newest();
        assertTrue(after.discontinuity());
        assertEquals(1, after.discontinuities());
        assertEquals(60, (after.startTicks() - before) / 90_000.0, 0.1);
    }

    @Test
    void changedParameters_haveAnInitSegmentOfTheirOwn() {
        stream.second();
        stream.second();
        stream.parameters("x264-high-slices");
        stream.second();
        Segment newest = stream.view().newest();
        assertTrue(newest.discontinuity());
        assertEquals(1, newest.init().version());
        assertFalse(newest.init()
                .bytes()
                .equals(stream.window().init(0).orElseThrow().bytes()));
    }

    @Test
    void missedFrames_waitForAKeyFrame() {
        stream.second();
        stream.frame(FRAME, true, 100);
        stream.frame(5 * FRAME, false, 100, /* jumped= */ true);
        stream.frame(FRAME, false, 100);
        assertEquals(2, stream.dropped());
        assertEquals(1, stream.requests.needed);
        stream.frame(FRAME, true, 100);
    }

    @Test
    void clockStep_changesDatesWithADiscontinuity_andNotTheRunsClock() {
        stream.second();
        stream.second();
        long wall = stream.view().newest().wallClockMicros();
        stream.stepClock(3_600_000_000L);
        stream.second();
        Segment newest = stream.view().newest();
        assertTrue(newest.discontinuity());
        assertEquals(3601, (newest.wallClockMicros() - wall) / 1e6, 0.05);
        assertEquals(3, newest.endTicks() / 90_000.0, 0.05, "the media's time knows nothing of it");
    }

    @Test
    void newPresentation_countsOn() {
        stream.second();
        stream.second();
        long next = stream.view().nextNumber();
        stream.newPresentation("00c0ffef");
        stream.second();
        assertEquals(next, stream.view().newest().number());
        assertEquals(1, stream.view().newest().discontinuities());
        assertFalse(stream.view().newest().discontinuity());
    }

    @Test
    void window_shrinksToFit_andGivesEverythingBack() throws Exception {
        ScriptedStream small = new ScriptedStream(new WindowSettings("front", Duration.ofSeconds(60)), 4 << 20);
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 30; i++) {
                small.frame(FRAME, i == 0, 5_000);
            }
        }
        assertTrue(small.pool.budget().leasedBytes() <= 1 << 20, "a quarter of the budget");
        long complete = small.view().listed().stream().filter(Segment::complete).count();
        assertTrue(complete >= 3 && complete < 8, complete + " segments");
        assertEquals(0, small.dropped());
        Segment held = small.window().retain(small.view().newest().number() - 1).orElseThrow();
        small.close();
        assertEquals(held.sizeBytes(), ScriptedStream.read(held.bytes(), 0, held.sizeBytes()).length);
        held.bytes().close();
        assertEquals(0, small.pool.budget().leasedBytes());
        assertEquals(0, small.pool.openArenas());
    }

    @Test
    void noRoomAtAll_leavesFramesOut_andGoesOnWhenThereIs() throws Exception {
        ScriptedStream small = new ScriptedStream(ScriptedStream.SETTINGS, 1 << 20);
        var other = small.pool.budget().lease("something else", (1 << 20) - 1000, "its own");
        small.second();
        assertEquals(30, small.dropped());
        other.close();
        small.second();
        small.second();
        assertEquals(1, small.view().listed().stream().filter(Segment::complete).count());
    }

    @Test
    void shortage_leavesThreeTargets_andRestores() {
        for (int i = 0; i < 30; i++) {
            stream.second();
        }
        long before = stream.pool.budget().leasedBytes();
        long given = stream.window().save(true);
        assertEquals(before - given, stream.pool.budget().leasedBytes());
        assertTrue(given > 0);
        stream.second();
        assertEquals(3, complete().size());
        stream.window().save(false);
        for (int i = 0; i < 12; i++) {
            stream.second();
        }
        assertEquals(10, complete().size());
    }
}
