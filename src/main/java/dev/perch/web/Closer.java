package dev.perch.web;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends responses on a thread of its own: the container may wait for the client when it does, and the pump must not. */
final class Closer implements AutoCloseable {
    private final ExecutorService executor;

    Closer() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "perch-closer");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        executor = threads;
    }

    void execute(Runnable end) {
        try {
            executor.execute(end);
        } catch (RejectedExecutionException stopped) {
            end.run(); // the program is ending: on the caller's thread then
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(2, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
