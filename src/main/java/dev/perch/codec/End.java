package dev.perch.codec;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a derivation: its worker tells it as the last thing that it does, any thread asks for it. */
final class End {
    private final CountDownLatch told = new CountDownLatch(1);

    void tell() {
        told.countDown();
    }

    boolean told() {
        return told.getCount() == 0;
    }

    /** Returns whether it was told within {@code millis}. */
    boolean await(long millis) {
        try {
            return told.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
