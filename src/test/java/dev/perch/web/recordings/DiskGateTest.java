package dev.perch.web.recordings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Threads that do not come back from a disk keep no others. */
class DiskGateTest {
    private static DiskGate hung(long patienceMillis) throws Exception {
        DiskGate gate = new DiskGate(patienceMillis);
        for (int thread = 0; thread < DiskGate.EACH; thread++) {
            gate.enter("hung");
        }
        return gate;
    }

    @Test
    void diskThatDoesNotAnswer_isRefused_othersAreNot() throws Exception {
        DiskGate gate = hung(/* patienceMillis= */ 50);
        DiskGate.HungException refused = assertThrows(DiskGate.HungException.class, () -> gate.enter("hung"));
        assertTrue(String.valueOf(refused.getMessage()).contains("camera hung"), refused::getMessage);
        gate.enter("front");
        gate.enter("front");
        assertThrows(DiskGate.HungException.class, () -> gate.enter("back"), "two threads are for all else");
        InputStream body = gate.reading("hung", new ByteArrayInputStream(new byte[] {1, 2, 3}));
        assertThrows(DiskGate.HungException.class, body::readAllBytes);
        gate.leave("front");
        gate.leave("front");
        for (int thread = 0; thread < DiskGate.EACH; thread++) {
            gate.leave("hung");
        }
        assertArrayEquals(new byte[] {1, 2, 3}, body.readAllBytes());
        assertEquals(-1, body.read());
    }

    @Test
    void diskThatIsBusy_isWaitedFor() throws Exception {
        DiskGate gate = hung(/* patienceMillis= */ 60_000);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                gate.enter("hung");
            } catch (DiskGate.HungException refused) {
                throw new AssertionError(refused);
            }
        });
        gate.leave("hung");
        waiting.get(20, TimeUnit.SECONDS);
    }
}
