package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.testing.Await;
import dev.perch.testing.TestCameras;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cameras that come by two wildcards, each with room for one, while some of them go. */
@Timeout(60)
class WildcardCamerasTest {
    private static final long NOW = 1_000_000_000_000L;

    private final ArenaPool pool = TestCameras.pool(8 << 20);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Cameras cameras = new Cameras(
            List.of(),
            List.of(wildcard("a-"), wildcard("b-")),
            pool,
            new MemoryWatch(MemoryGauge.ofThisProcess()),
            /* keptPrivacy= */ null);

    private static CameraConfig wildcard(String begin) {
        SourceConfig.Publish each = new SourceConfig.Publish("key", /* replace= */ false, Duration.ZERO);
        return CameraConfig.defaults("live-" + begin, new SourceConfig.Wildcard(begin, each, /* most= */ 1));
    }

    /** Has those go to whom nobody publishes. */
    private void tend() {
        cameras.wildcards().tend(NOW);
        cameras.wildcards().tend(NOW + Duration.ofMinutes(1).toNanos());
    }

    private String refusal(String name) {
        return String.valueOf(assertThrows(
                        WildcardCameras.FullException.class,
                        () -> cameras.wildcards().admit(name))
                .getMessage());
    }

    @Test
    void whoGoesByOneWildcard_takesNoRoomOfAnother() throws Exception {
        cameras.attend(new Cameras.Attendant() {
            @Override
            public void came(Camera camera) {
                // all may come
            }

            @Override
            public void left(Camera camera) {
                try {
                    gone.await();
                } catch (InterruptedException asked) {
                    throw new AssertionError(asked);
                }
            }
        });
        try (cameras) {
            cameras.wildcards().admit("a-one");
            tend();
            assertTrue(refusal("a-two").contains("max-cameras is 1"), () -> refusal("a-two"));
            assertEquals("b-one", cameras.wildcards().admit("b-one").id());
        } finally {
            gone.countDown();
        }
    }

    /** It may be listed for a moment after it takes nobody any more. */
    @Test
    void whoGoes_isNotGivenToAPublisher() throws Exception {
        try (cameras) {
            Camera first = cameras.wildcards().admit("a-one");
            assertEquals(first, cameras.wildcards().admit("a-one"));
            synchronized (cameras) { // it cannot be taken off the list
                tend();
                assertTrue(cameras.named("a-one").isPresent());
                assertTrue(refusal("a-one").contains("is just going"), () -> refusal("a-one"));
            }
            Await.until(20, () -> admitted("a-one"), () -> "it does not come again");
        }
    }

    private boolean admitted(String name) {
        try {
            return cameras.wildcards().admit(name).id().equals(name);
        } catch (WildcardCameras.FullException going) {
            return false;
        }
    }
}
