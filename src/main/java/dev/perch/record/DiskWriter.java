package dev.perch.record;

import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.media.Clock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one camera's fragments into files on its own thread: nobody else waits for the disk. When the disk takes nothing, new fragments are left
 * out, and the writer tries again after a pause.
 */
final class DiskWriter {
    /** Receives the writer's news of its files, on its thread. */
    interface Files {
        /**
         * Makes sure that no other program records into the folder.
         *
         * @throws IOException if another one does
         */
        void claim() throws IOException;

        /** Makes room on the disk, as retention says. Called before a file begins and now and then while it grows. */
        void makeRoom() throws IOException;

        void opened(Path path, long startMicros);

        /** Called with the size of the file that is being written. */
        void grown(long sizeBytes);

        /** Called when nothing more is written into a file. */
        void written(Path path, long startMicros, long durationMillis, long sizeBytes);

        /** Called when a file is closed, and on the disk as far as possible. On another thread than {@link #written}, and later. */
        void closed(Path path, long startMicros);
    }

    private static final System.Logger LOG = System.getLogger(DiskWriter.class.getName());
    private static final long TICK_MILLIS = 250;
    private static final long LEAST_PAUSE_NANOS = 1_000_000_000L;
    private static final long MOST_PAUSE_NANOS = 30_000_000_000L;

    /** After this silence of a camera its file is finished. */
    private static final long SILENT_NANOS = 30_000_000_000L;

    private static final long ROOM_NANOS = 10_000_000_000L;
    private static final int MOST_COPIES = 1000;
    private static final int HZ = 90_000;

    private final String camera;
    private final RecordConfig config;
    private final CutQueue queue;
    private final Disk disk;
    private final Files files;
    private final Clock clock;
    private final long segmentTicks;
    private final FileSync sync;
    private final Thread thread;

    private @Nullable RecordingFile file; // used by the writer only, like those below
    private boolean unsynced; // whether something was written that was not yet asked to be forced onto the disk
    private boolean syncing; // whether the last request is not confirmed yet
    private long lastSyncNanos;
    private long lastRoomNanos;
    private long lastCutNanos;
    private long retryNanos;
    private int failures;

    private volatile String reason = ""; // written by the writer, read by everybody, like those below
    private final AtomicLong dropped = new AtomicLong();
    private volatile RecordingStatus.@Nullable Growing growing;

    DiskWriter(String camera, RecordConfig config, CutQueue queue, Recorder.Parts parts) {
        this.camera = camera;
        this.config = config;
        this.queue = queue;
        this.disk = parts.disk();
        this.files = parts.files();
        this.clock = parts.clock();
        this.segmentTicks = config.segment().toMillis() * (HZ / 1000);
        this.sync = new FileSync(camera, ended -> files.closed(ended.path(), ended.startMicros()));
        this.thread = new Thread(this::run, "perch-" + camera + "-record");
        thread.setDaemon(true);
    }

    void start() {
        sync.start();
        thread.start();
    }

    /** Waits until the last fragments are on the disk, or for {@code millis}. */
    void awaitEnd(long millis) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + millis * 1_000_000;
        thread.join(Math.max(1, millis));
        sync.awaitEnd((deadlineNanos - System.nanoTime()) / 1_000_000);
    }

    /** Returns how long the disk has been busy forcing what was written, in seconds. */
    double syncSeconds() {
        return sync.busySeconds();
    }

    /** Returns why nothing is written, as a sentence; empty while the disk takes everything. */
    String reason() {
        return reason;
    }

    long dropped() {
        return dropped.get();
    }

    /** Returns the file that is being written; null between files. */
    RecordingStatus.@Nullable Growing growing() {
        return growing;
    }

    private void run() {
        try {
            while (!queue.over()) {
                try {
                    round();
                } catch (RuntimeException | Error fault) {
                    LOG.log(Level.ERROR, "the recorder of " + camera + " failed and goes on", fault);
                    fail(new IOException("the recorder failed: " + fault, fault));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error fault) {
            reason = "The recorder failed: " + fault + ". This is a bug in Perch.";
            LOG.log(Level.ERROR, "the recorder of " + camera + " failed", fault);
        } finally {
            closeFile();
            sync.close();
            queue.end();
        }
    }

    private void round() throws InterruptedException {
        Cut cut = queue.take(TICK_MILLIS);
        long nowNanos = clock.nanoTime();
        if (cut != null) {
            try {
                take(cut, nowNanos);
            } finally {
                queue.giveBack(cut);
            }
        } else if (file != null && nowNanos - lastCutNanos > SILENT_NANOS) {
            closeFile();
        }
        try {
            tend(clock.nanoTime());
        } catch (IOException failed) {
            fail(failed);
        }
    }

    private void take(Cut cut, long nowNanos) {
        if (cut.end) {
            closeFile();
            reason = "";
            failures = 0;
            return;
        }
        lastCutNanos = nowNanos;
        if (failures > 0 && file == null && (nowNanos - retryNanos < 0 || !cut.key)) {
            dropped.addAndGet(cut.video.count());
            return;
        }
        try {
            write(cut);
        } catch (IOException failed) {
            dropped.addAndGet(cut.video.count());
            fail(failed);
        }
    }

    private void write(Cut cut) throws IOException {
        RecordingFile present = file;
        boolean over = present != null
                && (cut.apart || (cut.key && (!present.fits(cut) || present.durationTicks() >= segmentTicks)));
        if (over) {
            closeFile();
            present = null;
        }
        if (present == null) {
            if (!cut.key) {
                dropped.addAndGet(cut.video.count());
                return;
            }
            present = begin(cut);
            file = present;
        }
        present.append(cut);
        unsynced = true;
        files.grown(present.sizeBytes());
        growing = new RecordingStatus.Growing(
                present.path().toString(),
                present.startMicros(),
                present.sizeBytes(),
                (double) present.durationTicks() / HZ);
    }

    private RecordingFile begin(Cut first) throws IOException {
        lastRoomNanos = clock.nanoTime();
        files.claim();
        files.makeRoom();
        ZonedDateTime time = Instant.ofEpochSecond(
                        Math.floorDiv(first.wallMicros, 1_000_000L), Math.floorMod(first.wallMicros, 1_000_000L) * 1000)
                .atZone(ZoneId.systemDefault());
        for (int copy = 1; ; copy++) {
            try {
                RecordingFile begun = RecordingFile.create(disk, config.path().at(time, copy), camera, first);
                lastSyncNanos = clock.nanoTime() - config.sync().toNanos(); // the first fragment is due at once
                files.opened(begun.path(), begun.startMicros());
                return begun;
            } catch (FileAlreadyExistsException another) {
                if (copy == MOST_COPIES) {
                    throw another;
                }
            }
        }
    }

    /** Forces what was written onto the disk, and makes room, each when it is time. */
    private void tend(long nowNanos) throws IOException {
        boolean done = sync.done();
        RecordingFile present = file;
        if (present == null || !done) {
            return;
        }
        if (syncing) {
            syncing = false;
            goesOn();
        }
        // the open fragment holds as much again; after the whole time it would be too old when it is safe
        long dueNanos = config.sync().toNanos() / 2;
        if (nowNanos - lastSyncNanos >= (unsynced ? dueNanos / 4 * 3 : dueNanos)) {
            lastSyncNanos = nowNanos;
            syncing = sync.ask(present);
            unsynced = !syncing;
        }
        if (nowNanos - lastRoomNanos > ROOM_NANOS) {
            lastRoomNanos = nowNanos;
            files.makeRoom();
        }
    }

    private void goesOn() {
        if (failures > 0) {
            LOG.log(Level.INFO, CameraConfig.called(camera) + ": recording goes on.");
        }
        failures = 0;
        reason = "";
    }

    private void fail(IOException failed) {
        String sentence = sentence(failed);
        if (!sentence.equals(reason)) {
            LOG.log(Level.WARNING, CameraConfig.called(camera) + ": " + sentence);
        }
        reason = sentence;
        closeFile();
        dropped.addAndGet(queue.drop());
        long pauseNanos = Math.min(MOST_PAUSE_NANOS, LEAST_PAUSE_NANOS << Math.min(failures, 6));
        failures++;
        retryNanos = clock.nanoTime() + pauseNanos;
    }

    private String sentence(IOException failed) {
        String where = Optional.ofNullable(file)
                .map(present -> present.path().toString())
                .orElse(config.folder().toString());
        return "Nothing is recorded: " + cause(failed, where) + " It is tried again.";
    }

    private static String cause(IOException failed, String where) {
        if (failed instanceof NoRoomException) {
            return String.valueOf(failed.getMessage());
        }
        if (failed instanceof FolderLock.InUseException) {
            return failed.getMessage() + ".";
        }
        if (failed instanceof AccessDeniedException denied) {
            return "Perch may not write to " + denied.getFile() + ".";
        }
        String said = failed instanceof FileSystemException named && named.getReason() != null
                ? named.getFile() + ": " + named.getReason()
                : where + ": " + failed.getMessage();
        return "the disk does not take it (" + said + ").";
    }

    /** Ends the file: it is forced onto the disk and closed in the background, then the housekeeper finishes it. */
    private void closeFile() {
        RecordingFile present = file;
        file = null;
        growing = null;
        syncing = false;
        unsynced = false;
        if (present != null) {
            files.written(
                    present.path(), present.startMicros(), present.durationTicks() / (HZ / 1000), present.sizeBytes());
            sync.end(present);
        }
    }
}
