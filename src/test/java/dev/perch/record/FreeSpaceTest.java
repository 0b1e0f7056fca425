package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.perch.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FreeSpaceTest {
    private static final int MANY = 400;

    /** While a disk hangs, only the first caller waits for it. If each caller did, this would take 100 s. */
    @Test
    void diskThatHangs_isWaitedForOnce_andToldOfWhenItIsBack() {
        CountDownLatch back = new CountDownLatch(1);
        Disk hanging = new Disk() {
            @Override
            public Space space(Path folder) throws IOException {
                try {
                    back.await();
                } catch (InterruptedException asked) {
                    throw new IOException(asked);
                }
                return new Space(1000, 10);
            }
        };
        FreeSpace space = new FreeSpace(hanging, Path.of("/mnt/away"));
        assertTimeoutPreemptively(Duration.ofSeconds(50), () -> {
            for (int i = 0; i < MANY; i++) {
                assertEquals(Optional.empty(), space.now());
            }
        });
        back.countDown();
        Await.until(20, () -> space.now().equals(Optional.of(new DiskSpace(1000, 10))), () -> "not back");
    }
}
