package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.Quality;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ReusedSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A track of sound whose encoder is not there, does not read, or gets no memory. */
@Timeout(60)
class PcmToAacTest {
    private static final int BLOCK_FRAMES = 960;

    private final FakeClock clock = new FakeClock();
    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final ReusedSink sink = new ReusedSink((frame, key) -> assertTrue(key));

    private PcmToAac track(String program, FrameSink to, MemoryBudget memory) {
        return new PcmToAac(new PcmToAac.Spec("front", to, clock, memory, program, Quality.DEFAULT));
    }

    /** Gives sound until the track refuses it, a minute of the clock at most. */
    private CaptureException refusal(PcmToAac track) {
        track.begin(48_000, 1);
        return assertThrows(CaptureException.class, () -> {
            for (int block = 0; block < 3_000; block++) {
                clock.advance(Duration.ofMillis(20));
                track.samples(new short[BLOCK_FRAMES], BLOCK_FRAMES, clock.nanoTime() - 20_000_000);
                track.waited();
                if (block % 50 == 49) {
                    Thread.sleep(20); // the end of a program is known a moment after it
                }
            }
        });
    }

    @Test
    void absentFfmpeg_isNamedWithHowToInstallIt() {
        try (PcmToAac track = track("no-such-ffmpeg", sink, budget)) {
            CaptureException absent = refusal(track);
            assertEquals(CaptureException.Kind.UNSUPPORTED, absent.kind());
            assertEquals(
                    "AAC of a sound card needs the program no-such-ffmpeg, which is not on this machine: apt install ffmpeg",
                    absent.getMessage());
            assertFalse(track.encoding());
        }
        assertEquals(0, budget.leasedBytes());
    }

    /** A program that starts and never reads: given up after 20 s of the clock, while silence takes the place of the sound. */
    @Test
    void encoderThatReadsNothing_isGivenUp_andTheTrackIsSilent(@TempDir Path folder) throws IOException {
        Path program = Files.writeString(folder.resolve("sleeper"), "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        long beganNanos = clock.nanoTime();
        try (PcmToAac track = track(program.toString(), sink, budget)) {
            CaptureException stuck = refusal(track);
            assertEquals(CaptureException.Kind.FAULT, stuck.kind());
            assertEquals(
                    "ffmpeg, which makes AAC of the sound, has taken none of it for 20 seconds.", stuck.getMessage());
            double seconds = (clock.nanoTime() - beganNanos) / 1e9;
            assertEquals(20.7, seconds, 0.5, "what the pipe of the system holds is taken");
            assertEquals(seconds * 48_000 / 1024, sink.frames(), 30, "one frame after the other");
            assertEquals(sink.frames(), track.silentFrames());
        }
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void exhaustedBudget_isToldWithItsSetting() {
        MemoryBudget small = new MemoryBudget(1_000, "memory.budget");
        try (PcmToAac track = track("no-such-ffmpeg", sink, small)) {
            CaptureException full = refusal(track);
            assertEquals(CaptureException.Kind.NO_ROOM, full.kind());
            assertTrue(String.valueOf(full.getMessage()).contains("cameras.front.audio"), full.getMessage());
        }
    }

    @Test
    void mutedTrack_publishesNothingAnyMore() {
        try (PcmToAac track = track("no-such-ffmpeg", sink, budget)) {
            track.describe(48_000, 1);
            clock.advance(Duration.ofSeconds(1));
            track.waited();
            int before = sink.frames();
            assertTrue(before > 30, "silence: " + before);
            track.mute();
            clock.advance(Duration.ofSeconds(1));
            track.waited();
            assertEquals(before, sink.frames());
        }
    }
}
