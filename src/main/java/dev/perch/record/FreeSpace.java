package dev.perch.record;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks how much of a disk is free without waiting for one that hangs, as a network's may. Safe from any thread. */
final class FreeSpace {
    private static final long PATIENCE_MILLIS = 250;

    private final Disk disk;
    private final Path folder;
    private @Nullable FutureTask<DiskSpace> asking; // guarded by this

    FreeSpace(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** Returns the space of the disk; empty where it does not tell within a quarter of a second. A disk that hangs is asked by one thread only. */
    synchronized Optional<DiskSpace> now() {
        FutureTask<DiskSpace> task = asking;
        if (task == null || task.isDone()) {
            task = new FutureTask<>(this::ask);
            asking = task;
            Thread thread = new Thread(task, "perch-free-space");
            thread.setDaemon(true);
            thread.start();
        }
        try {
            return Optional.of(task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
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
