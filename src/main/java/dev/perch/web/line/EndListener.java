package dev.perch.web.line;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;

/**
 * A listener of the servlet API's non-blocking output that treats all ways to end alike. Called on the container's threads, any number of times.
 */
public interface EndListener extends AsyncListener, WriteListener {
    /** Called when the answer is over: it was completed, the client has gone, or the container gave up. */
    void over();

    @Override
    default void onError(Throwable failure) {
        over();
    }

    @Override
    default void onComplete(AsyncEvent event) {
        over();
    }

    @Override
    default void onTimeout(AsyncEvent event) {
        over();
    }

    @Override
    default void onError(AsyncEvent event) {
        over();
    }

    @Override
    default void onStartAsync(AsyncEvent event) {
        // the answer is never dispatched again
    }
}
