package dev.perch.record;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Forces what a camera's writer wrote onto the disk, on its own thread: however long that takes, the writer goes on. Files are synced and closed in
 * order. Safe from any thread.
 */
final class FileSync {
    /** Called on the thread when a file is closed. */
    interface Closed {
        void closed(RecordingFile file);
    }

    private static final System.Logger LOG = System.getLogger(FileSync.class.getName());

    private final Closed closed;
    private final Thread thread;
    private final Deque<RecordingFile> ended = new ArrayDeque<>(); // guarded by this, like all below
    private @Nullable RecordingFile asked;
    private @Nullable Job working;
    private @Nullable IOException failure;
    private boolean ending;

    /**
     * A file being forced onto the disk.
     *
     * @param end whether it is closed afterwards
     */
    private record Job(RecordingFile file, boolean end, long sinceNanos) {}

    FileSync(String camera, Closed closed) {
        this.closed = closed;
        this.thread = new Thread(/* group= */ null, this::run, "perch-" + camera + "-sync", /* stackSize= */ 128 << 10);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Requests a sync of what was written into a file so far. Returns false, and requests nothing, while an earlier request is under way.
     */
    synchronized boolean ask(RecordingFile file) {
        if (working != null || asked != null) {
            return false;
        }
        asked = file;
        notifyAll();
        return true;
    }

    /** Ends a file: it is synced once more and closed. Nothing may be written into it any more. */
    synchronized void end(RecordingFile file) {
        asked = asked == file ? null : asked;
        ended.add(file);
        notifyAll();
    }

    /**
     * Returns whether everything requested is on the disk.
     *
     * @throws IOException if the disk failed; each failure is thrown once
     */
    synchronized boolean done() throws IOException {
        IOException failed = failure;
        failure = null;
        if (failed != null) {
            throw failed;
        }
        return working == null && asked == null;
    }

    /** Returns how long the disk has been busy with the request, in seconds; 0 while idle. */
    synchronized double busySeconds() {
        return working == null ? 0 : (System.nanoTime() - working.sinceNanos()) / 1e9;
    }

    private void run() {
        try {
            for (Job next = next(); next != null; next = next()) {
                IOException failed = synced(next.file());
                if (next.end()) {
                    next.file().close();
                    closed.closed(next.file());
                }
                over(next, failed);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Job next() throws InterruptedException {
        while (asked == null && ended.isEmpty() && !ending) {
            wait();
        }
        RecordingFile last = ended.poll(); // an earlier file than the requested one
        RecordingFile file = last == null ? asked : last;
        if (last == null) {
            asked = null;
        }
        working = file == null ? null : new Job(file, last != null, System.nanoTime());
        return working;
    }

    private static @Nullable IOException synced(RecordingFile file) {
        try {
            file.sync();
            return null;
        } catch (IOException refused) {
            return refused;
        }
    }

    private synchronized void over(Job job, @Nullable IOException failed) {
        working = null;
        if (failed != null && (job.end() || ended.contains(job.file()))) {
            LOG.log(Level.WARNING, "{0} may have lost its end: {1}", job.file().path(), failed.getMessage());
        } else {
            failure = failed;
        }
    }

    /** Ends the thread when all files are closed. */
    synchronized void close() {
        ending = true;
        notifyAll();
    }

    /** Waits for the end of the thread, at most {@code millis}. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(Math.max(1, millis));
    }
}
