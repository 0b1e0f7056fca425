package dev.perch.codec;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a derivation: its worker reports it as its last act, and any thread may wait for it. */
final class End {
    private final CountDownLatch told = new CountDownLatch(1);

    void tell() {
        told.countDown();
    }

    boolean told() {
        return told.getCount() == 0;
    }

    /** Waits for the end. Returns false if it does not come within {@code millis}. */
    boolean await(long millis) {
        try {
            return told.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
