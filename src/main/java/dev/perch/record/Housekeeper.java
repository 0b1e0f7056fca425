package dev.perch.record;

import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.io.InterruptedIOException;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The thread that finishes a camera's files when they are closed; at the start it finds the existing files and finishes those that a power cut left.
 * Each camera has its own, so that a disk that does not answer holds up nobody else. Because indexes take memory, only a few are made at a time over
 * all cameras.
 */
final class Housekeeper {
    private static final System.Logger LOG = System.getLogger(Housekeeper.class.getName());
    private static final int MOST_DEPTH = 12;
    private static final long RETRY_SECONDS = 60;
    private static final long LOOK_SECONDS = 20;
    private static final long MOST_BEGUN_BYTES = 4096; // the most bytes of a file that has only its head

    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Map<Path, Task> unfinished = new HashMap<>(); // the thread's own: the disk had no room for these
    private final String camera;
    private final RecordConfig config;
    private final Catalogue catalogue;
    private final Parts parts;
    private final Disk disk;
    private final Thread thread;
    private Room tending = () -> {}; // set before the thread starts
    private volatile boolean closed; // set by close, read by the thread

    private interface Task {
        void run() throws IOException;
    }

    /**
     * The parts that all cameras share, and one camera's own.
     *
     * @param hooks called for finished files
     * @param indexes limits how many are made at the same time
     * @param lock the lock on the camera's folder
     */
    record Parts(
            Catalogue recordings,
            Catalogue pictures,
            Disk disk,
            ClosedHooks hooks,
            Semaphore indexes,
            FolderLock lock) {}

    Housekeeper(String camera, RecordConfig config, Parts parts) {
        this.camera = camera;
        this.config = config;
        this.catalogue = parts.recordings();
        this.parts = parts;
        this.disk = parts.disk();
        this.thread = new Thread(this::run, "perch-" + camera + "-files");
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @param tending called every 20 s or sooner, on this thread
     */
    void start(Room tending) {
        this.tending = tending;
        thread.start();
    }

    /**
     * Looks through the camera's folder and finishes the files that need it.
     *
     * @param then run when all files are known
     */
    void look(Runnable then) {
        tasks.add(() -> {
            find();
            then.run();
        });
    }

    /** Makes {@code room} make room soon, on this thread. */
    void tend(Room room) {
        tasks.add(room::make);
    }

    /** Deletes what retention no longer keeps. */
    interface Room {
        void make() throws IOException;
    }

    /** Finishes a closed file. */
    void finish(Path file, long startMillis) {
        Task task = () -> {
            try {
                finished(file, /* closedNow= */ true);
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
                Task task = tasks.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                if (task != null) {
                    quietly(task);
                }
                if (!closed) {
                    quietly(this::tend);
                }
                if (System.nanoTime() - retriedNanos > RETRY_SECONDS * 1_000_000_000L) {
                    retriedNanos = System.nanoTime();
                    retry();
                }
            }
            retry();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            quietly(parts.lock()::close);
        }
    }

    private void tend() {
        try {
            tending.make();
        } catch (IOException failed) { // the writer reports who records there
            LOG.log(Level.DEBUG, "the disk of " + config.folder() + " does not answer", failed);
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

    private void find() throws IOException {
        if (!Files.isDirectory(config.folder())) {
            return;
        }
        boolean ours = ours();
        Files.walkFileTree(
                config.folder(), EnumSet.noneOf(FileVisitOption.class), MOST_DEPTH, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (file.toString().endsWith(".mp4") && attributes.isRegularFile()) {
                            found(file, ours);
                        } else if (file.startsWith(parts.pictures().folder())
                                && file.toString().endsWith(PictureFile.SUFFIX)) {
                            picture(file, attributes.size());
                        } else if (ours
                                && String.valueOf(file.getFileName())
                                        .matches("\\..*\\.(mp4|jpg)" + Pattern.quote(RecordingFile.BEGUN))
                                && abandoned(file)) {
                            disk.delete(file); // a file without frames
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

    /** Returns whether no other program records into the folder. A folder that cannot be written to counts as nobody's. */
    private boolean ours() {
        try {
            parts.lock().take();
            return true;
        } catch (FolderLock.InUseException other) {
            LOG.log(Level.WARNING, CameraConfig.called(camera) + ": " + other.getMessage() + ".");
            return false;
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "no lock in " + config.folder(), failed);
            return true;
        }
    }

    /** Returns whether a file without frames was left by a program that is gone. */
    private static boolean abandoned(Path file) throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        boolean film = String.valueOf(file.getFileName())
                .startsWith(PictureFilm.PREFIX); // such a file loses its name once it is made
        return (film || Files.size(file) < MOST_BEGUN_BYTES)
                && changed.plusSeconds(RETRY_SECONDS).isBefore(Instant.now());
    }

    private void found(Path file, boolean ours) {
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
            } else if (head.get().indexOffset() == 0 && !ours) {
                LOG.log(Level.DEBUG, file + " is not finished, and not for this program to finish");
            } else if (head.get().indexOffset() == 0) {
                attempt(file, () -> finished(file, /* closedNow= */ false));
            } else {
                Recording recording = described(file, head.get());
                catalogue.put(recording);
                if (head.get().owed() && ours) {
                    hook(head.get(), recording);
                }
            }
        } catch (MalformedBitstreamException damaged) {
            LOG.log(Level.WARNING, file + " is left alone: " + damaged.words());
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private void picture(Path file, long sizeBytes) {
        try {
            PictureFile.head(file)
                    .filter(head -> head.camera().equals(camera))
                    .ifPresent(head -> parts.pictures()
                            .put(new Recording(
                                    file,
                                    Math.floorDiv(head.micros(), 1000),
                                    0,
                                    sizeBytes,
                                    /* kept= */ false,
                                    /* finished= */ true)));
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

    private void finished(Path file, boolean closedNow) throws IOException {
        try {
            Finish.Outcome outcome = indexed(file);
            RecordingHead head = RecordedFile.head(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
            switch (outcome.result()) {
                case EMPTY -> {
                    LOG.log(Level.INFO, file + " holds no whole frame and is deleted");
                    disk.delete(file);
                    catalogue.remove(Math.floorDiv(head.startMicros(), 1000));
                }
                case IN_USE -> LOG.log(Level.INFO, file + " is being written by another program");
                case FINISHED, WAS_FINISHED -> {
                    Recording recording = recording(file, head, outcome.durationTicks(), outcome.sizeBytes());
                    catalogue.put(recording);
                    if (head.owed()) {
                        hook(head, recording);
                    }
                    if (!closedNow) {
                        LOG.log(Level.INFO, CameraConfig.called(camera) + ": finished " + file + ", which was cut off");
                    }
                }
            }
        } catch (MalformedBitstreamException damaged) {
            LOG.log(Level.WARNING, file + " is left alone: " + damaged.words());
        }
    }

    private void hook(RecordingHead head, Recording recording) {
        parts.hooks()
                .add(new ClosedHooks.Closed(
                        camera, config.onClosed(), recording.path(), head.startMicros(), recording.durationMillis()));
    }

    /** Finishes a file when few others are being finished. If a slow disk holds those up for long, it does not wait for them. */
    private Finish.Outcome indexed(Path file) throws IOException, MalformedBitstreamException {
        boolean turn = false;
        try {
            turn = parts.indexes().tryAcquire(RETRY_SECONDS, TimeUnit.SECONDS);
            return Finish.finish(disk, file, !config.onClosed().isEmpty());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the program ends");
        } finally {
            if (turn) {
                parts.indexes().release();
            }
        }
    }

    /** Ends the thread when all requests are done. */
    void close() {
        closed = true;
        tasks.add(() -> {});
    }

    /** Waits for the end of the thread, at most {@code millis}. */
    void awaitEnd(long millis) {
        try {
            thread.join(Math.max(1, millis));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
