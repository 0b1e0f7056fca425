package dev.perch.web.line;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;

/**
 * Hears of an answer by the servlet API's non-blocking output, for which all ways to end are one. Called on the container's threads, any number of
 * times.
 */
public interface EndListener extends AsyncListener, WriteListener {
    /** The answer is over: it was completed, the client has gone, or the container gave up. */
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
