package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.feed.Cursor;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outlet;
import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Stores a picture of a camera every so often, on its own thread: it waits for the camera and for the disk, and nobody waits for it. */
final class PictureTaker {
    private static final System.Logger LOG = System.getLogger(PictureTaker.class.getName());
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuu-MM-dd/HH-mm-ss", Locale.ROOT);

    /** How long a camera that was off may take for its first picture. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final long LOOK_NANOS = 250_000_000L;
    private static final int MOST_COPIES = 100;

    private final Camera camera;
    private final RecordConfig config;
    private final Path folder;
    private final Shelf shelf;
    private final Disk disk;
    private final Clock clock;
    private final Blocks blocks;
    private final Thread thread;
    private volatile boolean closed; // set by close, read by the thread
    private volatile String reason = ""; // written by the thread, read by everybody

    PictureTaker(Camera camera, RecordConfig config, Shelf shelf, Disk disk, ArenaPool pool) {
        this.camera = camera;
        this.config = config;
        this.folder = shelf.pictures().folder();
        this.shelf = shelf;
        this.disk = disk;
        this.clock = shelf.clock();
        this.blocks = new Blocks(pool, camera.id() + " snapshots", "cameras." + camera.id() + ".record.snapshots");
        this.thread = new Thread(this::run, "perch-" + camera.id() + "-snapshots");
        thread.setDaemon(true);
        camera.onErase(blocks::eraseFree);
    }

    void start() {
        thread.start();
    }

    /** Returns why the last picture was not stored, as a sentence; empty if it was. */
    String reason() {
        return reason;
    }

    private void run() {
        long everyNanos = config.snapshots().toNanos();
        long nextNanos = clock.nanoTime();
        while (!closed) {
            long left = nextNanos - clock.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
                continue;
            }
            nextNanos = Math.max(
                    nextNanos + everyNanos, clock.nanoTime()); // a late picture does not make the next one early
            if (wanted()) {
                attempt();
            }
        }
        blocks.close();
    }

    /** Returns whether pictures are wanted now: the hours of the week apply to them too, an operator's button does not. */
    private boolean wanted() {
        boolean hour = config.when().kind() != RecordingTimes.Kind.SCHEDULE
                || config.when().cover(time(clock.wallClockMicros()));
        return hour && !camera.hidden();
    }

    private static ZonedDateTime time(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L)).atZone(ZoneId.systemDefault());
    }

    private void attempt() {
        String failed = "";
        try {
            take();
        } catch (UnavailableException none) {
            failed = String.valueOf(none.getMessage());
        } catch (IOException refused) {
            failed = "the disk does not take it: " + refused.getMessage();
        } catch (RuntimeException | Error fault) {
            failed = "it failed: " + fault;
            LOG.log(Level.ERROR, "a snapshot of " + camera.id() + " was not kept", fault);
        }
        if (!failed.isEmpty() && !failed.equals(reason)) {
            LOG.log(Level.WARNING, CameraConfig.called(camera.id()) + ": no snapshot is kept: " + failed);
        }
        reason = failed;
    }

    private void take() throws UnavailableException, IOException {
        long askedNanos = clock.nanoTime();
        Run picture = new Run(blocks);
        try (Watch watch = camera.watchForPicture(config.rendition(), askedNanos)) {
            long micros = copy(watch, askedNanos, picture);
            if (micros >= 0 && !camera.hidden()) {
                keep(picture, micros);
            } else if (micros < 0 && !closed && !camera.hidden()) {
                throw new IOException("the camera gave no picture within 10 s");
            }
        } finally {
            picture.clear();
        }
    }

    /**
     * Copies the first picture captured after {@code sinceNanos}. Returns its capture time, in microseconds since 1970; -1 if none came.
     */
    private long copy(Watch watch, long sinceNanos, Run picture) throws IOException {
        Cursor cursor = watch.cursor();
        Outlet wake = pumpNanos -> LockSupport.unpark(thread);
        watch.serve(wake);
        try {
            while (!closed && clock.nanoTime() - sinceNanos < PATIENCE_NANOS) {
                while (cursor.advance()) {
                    boolean fresh = !cursor.frame().placeholder()
                            && cursor.frame().time().decodeNanos() - sinceNanos >= 0;
                    if (fresh && copied(cursor, picture)) {
                        return cursor.frame().time().wallClockMicros();
                    }
                    cursor.release();
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return -1;
        } finally {
            watch.unserve(wake);
        }
    }

    private static boolean copied(Cursor cursor, Run picture) throws IOException {
        int bytes = cursor.frame().sizeBytes();
        try {
            cursor.outgoing().clear();
            cursor.outgoing().addPayload(0, bytes);
            cursor.outgoing().writeTo(picture, bytes);
            picture.sample(/* durationTicks= */ 0, bytes, /* key= */ true, 0, /* reordered= */ false);
            return true;
        } catch (FrameLostException overtaken) {
            picture.forget();
            return false;
        } finally {
            cursor.outgoing().clear();
        }
    }

    private void keep(Run picture, long micros) throws IOException {
        shelf.claim();
        shelf.makeRoom();
        List<ByteBuffer> pieces = new ArrayList<>();
        picture.payload(pieces);
        String name = NAME.format(time(micros));
        PictureFile file = new PictureFile(camera.id(), micros);
        for (int copy = 1; ; copy++) {
            Path path = folder.resolve(name + (copy == 1 ? "" : "-" + copy) + PictureFile.SUFFIX);
            try {
                long bytes = file.write(disk, path, pieces);
                shelf.kept(path, micros, bytes);
                return;
            } catch (FileAlreadyExistsException another) {
                if (copy == MOST_COPIES) {
                    throw another;
                }
            }
        }
    }

    /** Ends the thread. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
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
