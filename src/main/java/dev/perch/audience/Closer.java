package dev.perch.audience;

import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends connections on its own thread: the container may wait for the client then, and the pump must not. */
public final class Closer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Closer.class.getName());

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

    public void execute(Runnable end) {
        Runnable quiet = () -> quietly("an answer", end);
        try {
            executor.execute(quiet);
        } catch (RejectedExecutionException stopped) {
            quiet.run(); // the program is ending: run on the caller's thread
        }
    }

    /** Runs {@code end} and logs what it throws, so that later ends still happen. */
    public static void quietly(String what, Runnable end) {
        try {
            end.run();
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "the end of " + what + " failed", fault);
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
