package dev.perch.record;

import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The thread that finishes files when they are closed, and at the start finds those that are there, finishing what a power cut left. One for all cameras: indexes are made one at a time.
 */
final class Housekeeper {
    private static final System.Logger LOG = System.getLogger(Housekeeper.class.getName());
    private static final int MOST_DEPTH = 12;
    private static final long RETRY_SECONDS = 60;
    private static final long MOST_BEGUN_BYTES = 4096; // of a file that has a head alone

    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Map<Path, Task> unfinished = new HashMap<>(); // the thread's own: those that the disk had no room for
    private final Disk disk;
    private final ClosedHooks hooks = new ClosedHooks();
    private final Thread thread;
    private volatile boolean closed; // set by close, read by the thread
    private volatile boolean looked; // set by the thread: every folder has been gone through

    /** What is to be done. */
    private interface Task {
        void run() throws IOException;
    }

    Housekeeper(Disk disk) {
        this.disk = disk;
        this.thread = new Thread(this::run, "perch-recordings");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Looks through a camera's folder, and finishes what is not. */
    void look(String camera, RecordConfig config, Catalogue catalogue) {
        tasks.add(() -> find(camera, config, catalogue));
    }

    /** Says that all folders were named. */
    void looked() {
        tasks.add(() -> looked = true);
    }

    /** Returns whether every folder has been looked through since the start. */
    boolean ready() {
        return looked;
    }

    /** Finishes a file that was closed. */
    void finish(String camera, RecordConfig config, Catalogue catalogue, Path file, long startMillis) {
        Task task = () -> {
            try {
                finished(camera, config, catalogue, file, /* closedNow= */ true);
            } catch (NoSuchFileException gone) {
                LOG.log(Level.WARNING, file + " was taken away while it was written");
                catalogue.remove(startMillis);
            }
        };
        tasks.add(() -> attempt(file, task));
    }

    private void run() {
        try {
            long retriedNanos = System.nanoTime();
            while (!closed || !tasks.isEmpty()) {
                Task task = tasks.poll(RETRY_SECONDS, TimeUnit.SECONDS);
                if (task != null) {
                    quietly(task);
                }
                if (System.nanoTime() - retriedNanos > RETRY_SECONDS * 1_000_000_000L) {
                    retriedNanos = System.nanoTime();
                    retry();
                }
            }
            retry();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void retry() {
        Map<Path, Task> again = Map.copyOf(unfinished);
        unfinished.clear();
        again.forEach((file, task) -> quietly(() -> attempt(file, task)));
    }

    private static void quietly(Task task) {
        try {
            task.run();
        } catch (IOException failed) {
            LOG.log(Level.WARNING, "recordings: " + failed);
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "a recording was not looked after", fault);
        }
    }

    private void attempt(Path file, Task task) {
        try {
            task.run();
        } catch (IOException failed) {
            if (unfinished.put(file, task) == null) {
                LOG.log(Level.WARNING, file + " plays, but has no index yet: " + failed.getMessage());
            }
        }
    }

    private void find(String camera, RecordConfig config, Catalogue catalogue) throws IOException {
        if (!Files.isDirectory(config.folder())) {
            return;
        }
        Files.walkFileTree(
                config.folder(), EnumSet.noneOf(FileVisitOption.class), MOST_DEPTH, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (file.toString().endsWith(".mp4") && attributes.isRegularFile()) {
                            found(camera, config, catalogue, file);
                        } else if (String.valueOf(file.getFileName())
                                        .matches("\\..*\\.mp4" + Pattern.quote(RecordingFile.BEGUN))
                                && abandoned(file)) {
                            disk.delete(file); // it has no frame
                        }
                        return closed ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failed) {
                        LOG.log(Level.WARNING, "{0} cannot be looked at: {1}", file, failed.getMessage());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) {
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Returns whether a file without frames was left by a program that is gone. */
    private static boolean abandoned(Path file) throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        return Files.size(file) < MOST_BEGUN_BYTES
                && changed.plusSeconds(RETRY_SECONDS).isBefore(Instant.now());
    }

    private void found(String camera, RecordConfig config, Catalogue catalogue, Path file) {
        try {
            Optional<RecordingHead> head = RecordedFile.head(file);
            if (head.isEmpty() || !head.get().camera().equals(camera)) {
                return;
            }
            long startMillis = Math.floorDiv(head.get().startMicros(), 1000);
            Optional<Recording> same = catalogue.at(startMillis);
            if (same.isPresent() && same.get().path().equals(file)) {
                LOG.log(Level.DEBUG, file + " is known");
            } else if (same.isPresent()) {
                LOG.log(Level.WARNING, file + " begins when " + same.get().path() + " does: a copy is left alone");
            } else if (head.get().indexOffset() == 0) {
                attempt(file, () -> finished(camera, config, catalogue, file, /* closedNow= */ false));
            } else {
                catalogue.put(described(file, head.get()));
            }
        } catch (MalformedBitstreamException damaged) {
            LOG.log(Level.WARNING, file + " is left alone: " + damaged.words());
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private static Recording described(Path file, RecordingHead head) throws IOException, MalformedBitstreamException {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            return recording(
                    file, head, recorded.durationTicks(), recorded.channel().size());
        }
    }

    private static Recording recording(Path file, RecordingHead head, long durationTicks, long sizeBytes) {
        return new Recording(
                file,
                Math.floorDiv(head.startMicros(), 1000),
                durationTicks / 90,
                sizeBytes,
                head.kept(),
                head.indexOffset() > 0);
    }

    private void finished(String camera, RecordConfig config, Catalogue catalogue, Path file, boolean closedNow)
            throws IOException {
        try {
            Finish.Outcome outcome = Finish.finish(disk, file);
            RecordingHead head = RecordedFile.head(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
            switch (outcome.result()) {
                case EMPTY -> {
                    LOG.log(Level.INFO, file + " holds no whole frame and is deleted");
                    disk.delete(file);
                    catalogue.remove(Math.floorDiv(head.startMicros(), 1000));
                }
                case IN_USE -> LOG.log(Level.INFO, file + " is being written by another program");
                case FINISHED, WAS_FINISHED -> {
                    catalogue.put(recording(file, head, outcome.durationTicks(), outcome.sizeBytes()));
                    if (closedNow) {
                        hooks.add(new ClosedHooks.Closed(
                                camera, config.onClosed(), file, head.startMicros(), outcome.durationTicks() / 90));
                    } else {
                        LOG.log(Level.INFO, CameraConfig.called(camera) + ": finished " + file + ", which was cut off");
                    }
                }
            }
        } catch (MalformedBitstreamException damaged) {
            LOG.log(Level.WARNING, file + " is left alone: " + damaged.words());
        }
    }

    /** Ends when all that was asked for is done, or after {@code millis}. */
    void close(long millis) {
        closed = true;
        tasks.add(() -> {});
        try {
            thread.join(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        hooks.close();
    }
}
