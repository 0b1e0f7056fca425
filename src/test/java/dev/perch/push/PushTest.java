package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.config.PushConfig;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a push does by the timer, without any server. */
@Timeout(120)
class PushTest {
    private static final PushConfig NOWHERE =
            new PushConfig("there", "rtmp://127.0.0.1:1/live/front", PushConfig.Audio.AUTO, /* start= */ true);

    private final ArenaPool pool = TestCameras.pool(8 << 20);

    private static String state(Push push) {
        return push.status().state().toString();
    }

    /** Somebody stops it and waits for its server: the timer, which looks after all pushes, does not wait with them. */
    @Test
    void tend_ofAPrivateCamera_waitsForNobodyWhoStopsIt() throws Exception {
        try (Camera camera = TestCameras.camera(ScriptedSource.steady(PixelFormat.H264), pool);
                Push push = new Push(camera, NOWHERE, pool.budget(), new FakeClock())) {
            assertTrue(push.start());
            camera.setPrivate(true);
            Thread timer = new Thread(push::tend);
            synchronized (push) {
                timer.start();
                timer.join(20_000);
                assertFalse(timer.isAlive(), "it waits for the lock");
            }
            Await.until(20, () -> push.status().state() == PushStatus.State.OFF, () -> state(push));
            camera.setPrivate(false);
            Await.until(
                    20,
                    () -> {
                        push.tend();
                        return push.status().state() != PushStatus.State.OFF;
                    },
                    () -> state(push));
            push.stop();
            push.tend();
            assertEquals(PushStatus.State.OFF, push.status().state(), "what an operator has stopped stays so");
        }
    }
}
