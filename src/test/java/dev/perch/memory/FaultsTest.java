package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final Faults faults = new Faults();

    @Test
    void anError_isRecentForAMinute() {
        faults.tell("a request", new OutOfMemoryError("heap"));
        long nowNanos = System.nanoTime();
        String told = faults.recent(nowNanos + TimeUnit.SECONDS.toNanos(10)).orElseThrow();
        assertTrue(told.startsWith("An error (OutOfMemoryError) befell a request 1"), told);
        assertTrue(faults.recent(nowNanos + TimeUnit.SECONDS.toNanos(59)).isPresent());
        assertEquals(Optional.empty(), faults.recent(nowNanos + TimeUnit.SECONDS.toNanos(60)));
    }

    @Test
    void anErrorWithinAnException_isOne_anExceptionIsNone() {
        faults.tell("a request", new IllegalStateException("failed"));
        assertEquals(Optional.empty(), faults.recent(System.nanoTime()));
        faults.tell("a request", new IllegalStateException(new NoClassDefFoundError("gone")));
        assertTrue(faults.recent(System.nanoTime()).orElseThrow().contains("NoClassDefFoundError"));
    }
}
