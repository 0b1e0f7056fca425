package dev.perch.record;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks how much of a disk is free, without waiting for one that hangs, as a network disk may. Safe from any thread. */
final class FreeSpace {
    private static final long PATIENCE_NANOS = 250_000_000;

    private final Disk disk;
    private final Path folder;
    private @Nullable FutureTask<DiskSpace> asking; // guarded by this, like the next
    private long askedNanos;

    FreeSpace(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * Returns the disk's space; empty if the disk does not answer within a quarter of a second. Only one thread asks a hanging disk, and only one
     * call waits for it.
     */
    synchronized Optional<DiskSpace> now() {
        FutureTask<DiskSpace> task = asking;
        if (task == null || task.isDone()) {
            task = new FutureTask<>(this::ask);
            asking = task;
            askedNanos = System.nanoTime();
            Thread thread = new Thread(task, "perch-free-space");
            thread.setDaemon(true);
            thread.start();
        }
        try {
            long leftNanos = PATIENCE_NANOS - (System.nanoTime() - askedNanos);
            return Optional.of(task.get(Math.max(0, leftNanos), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException unknown) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private DiskSpace ask() throws Exception { // as Callable declares it
        Disk.Space space = disk.space(folder);
        return new DiskSpace(space.totalBytes(), space.freeBytes());
    }
}
