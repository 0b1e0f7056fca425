package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.RecordingOutput.Published;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class DemoSourceTest {
    private static final long START_NANOS = 5_000_000_007L;
    private static final long WALL_OFFSET_MICROS = 1_700_000_000_000_000L;

    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final FakeClock clock = new FakeClock();
    private final DemoSource source = new DemoSource("front", arenas, /* sounds= */ false, clock);

    /** Time that passes only by waiting, or by {@link #pass}; used by the session's thread alone while it runs. */
    private static final class FakeClock implements DemoClock {
        private long nowNanos = START_NANOS;

        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public long wallClockMicros() {
            return WALL_OFFSET_MICROS + nowNanos / 1000;
        }

        @Override
        public boolean reaches(long monotonicNanos, CountDownLatch stop) {
            nowNanos = Math.max(nowNanos, monotonicNanos);
            return stop.getCount() > 0;
        }

        void pass(long nanos) {
            nowNanos += nanos;
        }
    }

    @Test
    void start_severalLaps_publishesInOrderAtTheRightTimes() throws Exception {
        RecordingOutput output = play(2000, frames -> {});
        List<Published> h264 = output.h264.frames;
        assertEquals(2000, h264.size());
        for (int i = 0; i < h264.size(); i++) {
            assertEquals(timeOf(i), h264.get(i).time());
            assertEquals(i % 30 == 0, h264.get(i).key(), "frame " + i);
        }
        List<Published> jpegs = output.jpeg.frames;
        for (int i = 0; i < jpegs.size(); i++) {
            assertEquals(timeOf(5L * i), jpegs.get(i).time());
            assertTrue(jpegs.get(i).key());
        }
        assertEquals(400, jpegs.size());
        assertEquals(0, output.h264.dropped + output.jpeg.dropped);
        assertEquals(new DemoPosition(1999 % 900, 900), source.position());
    }

    @Test
    void start_withSound_playsItBesideThePictures_andBeepsAtEachSecond() throws Exception {
        DemoSource sounding = new DemoSource("front", arenas, /* sounds= */ true, clock);
        CompletableFuture<Source.Session> session = new CompletableFuture<>();
        RecordingOutput output = new RecordingOutput(frames -> {
            if (frames == 4000) { // 133 s: once around, and into the next lap
                session.join().stop();
            }
        });
        session.complete(sounding.start(output));
        output.awaitEnd();
        assertEquals(Optional.empty(), output.reason);
        assertEquals(SoundProspect.CERTAIN, sounding.sound());
        assertEquals(List.of(new AudioSpecificConfigFacts(48_000, 1)), facts(output.aac.configs));
        List<Published> sound = output.aac.frames;
        assertTrue(sound.size() > 6240 && sound.size() <= 6251, "frames=" + sound.size());
        long first = sound.get(0).time().decodeNanos() - START_NANOS;
        assertTrue(first >= 0 && first < 40_000_000, "it begins with the first picture: " + first);
        for (int i = 1; i < sound.size(); i++) {
            long step =
                    sound.get(i).time().decodeNanos() - sound.get(i - 1).time().decodeNanos();
            assertTrue(Math.abs(step - 21_333_333) <= 1, "frame " + i + " after " + step);
        }
        int quiet = sound.stream().mapToInt(Published::sizeBytes).min().orElseThrow();
        for (int second = 1; second < 133; second++) {
            int beep = largest(sound, second * 1_000_000_000L, 60_000_000);
            assertTrue(beep > quiet + 60, second + " s: beep=" + beep + " quiet=" + quiet);
        }
    }

    private record AudioSpecificConfigFacts(int sampleRateHz, int channels) {}

    private static List<AudioSpecificConfigFacts> facts(List<StreamConfig> configs) {
        return configs.stream()
                .map(config -> (StreamConfig.Aac) config)
                .map(aac -> new AudioSpecificConfigFacts(aac.sampleRateHz(), aac.channels()))
                .toList();
    }

    private static int largest(List<Published> sound, long fromNanos, long nanos) {
        return sound.stream()
                .filter(frame ->
                        Math.abs(frame.time().decodeNanos() - START_NANOS - fromNanos - nanos / 2) <= nanos / 2)
                .mapToInt(Published::sizeBytes)
                .max()
                .orElseThrow();
    }

    @Test
    void start_withSoundThatNobodyWants_opensNoFile_andBeginsWhenSomebodyDoes() throws Exception {
        DemoSource sounding = new DemoSource("front", arenas, /* sounds= */ true, clock);
        CompletableFuture<Source.Session> session = new CompletableFuture<>();
        CompletableFuture<RecordingOutput> known = new CompletableFuture<>();
        RecordingOutput output = new RecordingOutput(frames -> {
            if (frames == 300) {
                assertEquals(List.of(), known.join().aac.frames);
                known.join().listened = true;
            } else if (frames == 330) {
                session.join().stop();
            }
        });
        output.listened = false;
        known.complete(output);
        session.complete(sounding.start(output));
        output.awaitEnd();
        assertEquals(Optional.empty(), output.reason);
        long first = output.aac.frames.get(0).time().decodeNanos() - timeOf(299).decodeNanos();
        assertTrue(first >= 0 && first < 40_000_000, "with the frame that is due: " + first);
        assertEquals(1, output.aac.configs.size(), "the track is described without a listener");
    }

    @Test
    void start_firstFrame_isDescribed() throws Exception {
        RecordingOutput output = play(1, frames -> {});
        assertEquals(1, output.h264.configs.size());
        StreamConfig.H264 h264 = (StreamConfig.H264) output.h264.configs.get(0);
        assertEquals(640, h264.width());
        assertEquals(360, h264.height());
        assertTrue(Math.abs(h264.frameNanos() - 33_333_333) <= 1, h264.toString());
        assertEquals("avc1.64001F", h264.codecs());
    }

    @Test
    void start_pausedForLong_goesOnWithTheNextKeyFrameDue() throws Exception {
        RecordingOutput output = play(100, frames -> {
            if (frames == 46) {
                clock.pass(61_000_000_000L + 1); // frame 45 was due at 1.5 s
            }
        });
        List<Published> frames = output.h264.frames;
        assertEquals(timeOf(45), frames.get(45).time());
        assertEquals(timeOf(63 * 30), frames.get(46).time());
        assertTrue(frames.get(46).key());
        assertEquals(timeOf(63 * 30 + 53), frames.get(99).time());
    }

    @Test
    void start_pausedWithinALap_countsWhatItSkips() throws Exception {
        CompletableFuture<SessionStats> stats = new CompletableFuture<>();
        CompletableFuture<Source.Session> session = new CompletableFuture<>();
        RecordingOutput output = new RecordingOutput(frames -> {
            if (frames == 10) {
                clock.pass(400_000_000); // frame 9 was due at 0.3 s
            } else if (frames == 12) {
                session.join().stop();
                stats.complete(session.join().stats());
            }
        });
        session.complete(source.start(output));
        output.awaitEnd();
        assertEquals(timeOf(30), output.h264.frames.get(10).time());
        assertEquals(20, stats.join().sequenceGaps());
    }

    @Test
    void start_littleLate_losesNothing() throws Exception {
        RecordingOutput output = play(100, frames -> {
            if (frames % 20 == 5) {
                clock.pass(240_000_000);
            }
        });
        for (int i = 0; i < 100; i++) {
            FrameTime time = output.h264.frames.get(i).time();
            assertEquals(timeOf(i).decodeNanos(), time.decodeNanos());
            assertTrue(Math.abs(timeOf(i).wallClockMicros() - time.wallClockMicros()) <= 1, time.toString());
        }
    }

    @Test
    void stop_running_givesTheMemoryBack() throws Exception {
        CompletableFuture<Long> leasedBytes = new CompletableFuture<>();
        RecordingOutput output = play(3, frames -> leasedBytes.complete(budget.leasedBytes()));
        assertEquals(DemoLoop.header().largestRecordBytes(), leasedBytes.join());
        assertEquals(0, budget.leasedBytes());
        assertEquals(0, arenas.openArenas());
        assertTrue(output.reason.isEmpty());
        assertEquals(1, output.ends);
    }

    @Test
    void stop_whileWaitingForTheNextFrame_endsAtOnce() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        RecordingOutput output = new RecordingOutput(frames -> first.countDown());
        Source.Session session = new DemoSource("real", arenas).start(output);
        assertTrue(first.await(20, TimeUnit.SECONDS));
        session.requestKeyFrame();
        session.stop();
        session.stop();
        output.awaitEnd();
        assertTrue(output.h264.frames.size() < 30, "frames=" + output.h264.frames.size());
        assertEquals(0, arenas.openArenas());
    }

    @Test
    void start_again_beginsWithTheFirstFrame() throws Exception {
        play(40, frames -> {});
        clock.nowNanos = START_NANOS;
        RecordingOutput second = play(2, frames -> {});
        assertTrue(second.h264.frames.get(0).key());
        assertEquals(new DemoPosition(1, 900), source.position());
    }

    @Test
    void start_budgetExhausted_saysSo() throws Exception {
        DemoSource poor = new DemoSource(
                "front", new ArenaPool(new MemoryBudget(1000, "memory.budget")), /* sounds= */ false, clock);
        RecordingOutput output = new RecordingOutput(frames -> {});
        Source.Session session = poor.start(output);
        output.awaitEnd();
        CaptureException reason = output.reason.orElseThrow();
        assertEquals(CaptureException.Kind.NO_ROOM, reason.kind());
        assertTrue(reason.toString().contains("front demo"), reason.toString());
        assertEquals(0, session.stats().frames());
        assertEquals(new DemoPosition(-1, 900), poor.position());
    }

    @Test
    void delivers_isH264AndJpeg() {
        assertEquals(Set.of(PixelFormat.H264, PixelFormat.JPEG), source.delivers());
        assertEquals("demo", source.description());
    }

    @Test
    void stats_playing_countsFrames() throws Exception {
        CompletableFuture<Source.Session> session = new CompletableFuture<>();
        RecordingOutput output = new RecordingOutput(frames -> {
            if (frames == 7) {
                session.join().stop();
            }
        });
        session.complete(source.start(output));
        output.awaitEnd();
        assertEquals(
                new SessionStats(7, 0, 0, 640, 360, 30, "H264"), session.join().stats());
    }

    private interface OnFrame {
        void published(int frames);
    }

    /** Runs a session that is stopped on its own thread when it has published {@code count} frames. */
    private RecordingOutput play(int count, OnFrame onFrame)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Source.Session> session = new CompletableFuture<>();
        RecordingOutput output = new RecordingOutput(frames -> {
            onFrame.published(frames);
            if (frames == count) {
                session.join().stop();
            }
        });
        session.complete(source.start(output));
        output.awaitEnd();
        return output;
    }

    private static FrameTime timeOf(long index) {
        long nanos = START_NANOS + index * 1_000_000_000 / 30;
        return new FrameTime(nanos, WALL_OFFSET_MICROS + nanos / 1000);
    }
}
