package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.RecordingSink;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of pictures when ffmpeg is absent, fails or hangs: programs of every Debian take its place. */
@Timeout(60)
class FfmpegDerivationTest {
    private static final CameraConfig CAMERA = CameraConfig.defaults("front", new SourceConfig.Demo());

    @TempDir
    Path folder;

    private final MemoryBudget budget = new MemoryBudget(4 << 20, "memory.budget");
    private final BlockingQueue<CaptureException> failures = new LinkedBlockingQueue<>();

    @Test
    void absent_isToldWithItsPackage() throws Exception {
        CaptureException failure = failureOf("/nonexistent/ffmpeg");
        assertEquals(Kind.UNSUPPORTED, failure.kind());
        assertEquals(
                "H.264 of YUYV needs the program /nonexistent/ffmpeg, which is not on this machine: apt install ffmpeg",
                failure.getMessage());
    }

    @Test
    void onesThatFails_isToldWithItsLastWords() throws Exception {
        CaptureException failure = failureOf(script("echo no such encoder: libx264 >&2; exit 1"));
        assertEquals(Kind.FAULT, failure.kind());
        assertEquals(
                "ffmpeg, which makes H.264 of YUYV, has ended with exit code 1. It said: no such encoder: libx264",
                failure.getMessage());
    }

    @Test
    void oneThatTakesNothing_holdsUpNobody_andIsEnded() throws Exception {
        Derivation derivation = derive(script("sleep 60"));
        List<TestPicture> pictures = List.of(large(), large(), large(), large(), large()); // more than a pipe holds
        pictures.forEach(derivation::accept);
        derivation.stop();
        assertTrue(derivation.awaitOver(10_000));
        assertEquals(
                List.of(1, 1, 1, 1, 1),
                pictures.stream().map(p -> p.closes().get()).toList());
        assertTrue(failures.isEmpty());
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void withoutMemory_isTold() throws Exception {
        Derivation derivation = new Deriver(CAMERA, new ArenaPool(new MemoryBudget(1000, "memory.budget")), "cat")
                .ofPictures(Target.of(Encoding.H264), 30, new RecordingSink(), failures::add);
        TestPicture picture = TestPicture.plain(64, 32, 100);
        derivation.accept(picture);
        CaptureException failure = failures.poll(10, TimeUnit.SECONDS);
        assertEquals(Kind.NO_ROOM, failure == null ? null : failure.kind());
        assertTrue(derivation.awaitOver(10_000));
        assertEquals(1, picture.closes().get());
    }

    private CaptureException failureOf(String program) throws InterruptedException {
        Derivation derivation = derive(program);
        CaptureException failure = null;
        while (failure == null) {
            TestPicture picture = large();
            derivation.accept(picture);
            failure = failures.poll(50, TimeUnit.MILLISECONDS);
        }
        assertTrue(derivation.awaitOver(10_000));
        assertEquals(0, budget.leasedBytes());
        return failure;
    }

    private static TestPicture large() {
        return TestPicture.plain(320, 180, 100);
    }

    private Derivation derive(String program) {
        return new Deriver(CAMERA, new ArenaPool(budget), program)
                .ofPictures(Target.of(Encoding.H264), 30, new RecordingSink(), failures::add);
    }

    private String script(String body) throws IOException {
        Path file = Files.writeString(folder.resolve("ffmpeg"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }
}
