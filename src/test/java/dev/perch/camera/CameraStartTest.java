package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a camera begins, and begins again. */
@Timeout(60)
class CameraStartTest {
    @Test
    void always_withControls_comesBackAfterALoss_withoutAnyViewer() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> LockSupport.parkNanos(50_000_000));
        try (Camera camera = Camera.start(config("back", CameraConfig.Run.ALWAYS), source, pool())) {
            for (int round = 0; round < 2; round++) {
                ScriptedCameraSource.Run run = source.next();
                run.frame();
                await(camera, CameraState.Live.class);
                run.end(new CaptureException(CaptureException.Kind.FAULT, "It was unplugged."));
            }
            source.next().frame();
            await(camera, CameraState.Live.class);
        }
    }

    @Test
    void start_runsNoThread_beforeAllIsWired() {
        AtomicLong threads = new AtomicLong(-1);
        ScriptedCameraSource source = new ScriptedCameraSource(() -> threads.set(threads()));
        try (Camera camera = Camera.start(config("wired", CameraConfig.Run.ALWAYS), source, pool())) {
            assertEquals(0, threads.get(), camera.id());
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("perch-wired-"))
                .count();
    }

    static void await(Camera camera, Class<? extends CameraState> kind) {
        long endNanos = System.nanoTime() + 20_000_000_000L;
        while (!kind.isInstance(camera.state())) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError(camera.state() + ", not " + kind.getSimpleName());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static ArenaPool pool() {
        return new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"));
    }

    static CameraConfig config(String id, CameraConfig.Run run) {
        CameraConfig plain = CameraConfig.defaults(id, new SourceConfig.Demo());
        return new CameraConfig(
                id,
                id,
                plain.source(),
                plain.format(),
                plain.size(),
                plain.fps(),
                plain.controls(),
                run,
                /* linger= */ Duration.ZERO,
                /* warmUp= */ Duration.ZERO,
                OptionalLong.empty(),
                new Encoders(EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.of(EncoderChoice.Kind.OFF)));
    }
}
