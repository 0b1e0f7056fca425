package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.Retention;
import dev.perch.media.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The recordings of all cameras that are configured to be recorded. Safe from any thread. */
public final class Recordings implements AutoCloseable {
    private static final long END_MILLIS = 4_000;

    /** Programs that carry files off hold the end of this one up no longer. */
    private static final long HOOKS_MILLIS = 10_000;

    private static final int INDEXES_AT_ONCE = 2; // of at most 4 h of a camera: some 6 MB each

    private final Map<Camera, Recorder> recorders = new LinkedHashMap<>(); // complete when it is handed out
    private final Map<Recorder, Shelf> shelves = new LinkedHashMap<>(); // likewise
    private final List<PictureTaker> takers = new ArrayList<>(); // likewise
    private final ClosedHooks hooks;
    private final Keeper keeper;

    private Recordings(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        this.hooks = new ClosedHooks(disk);
        Shelf.Parts shared = new Shelf.Parts(disk, clock, hooks, new Semaphore(INDEXES_AT_ONCE));
        for (Camera camera : cameras.all()) {
            camera.config().record().ifPresent(config -> {
                Shelf shelf = new Shelf(camera.id(), config, shared);
                Recorder recorder = new Recorder(
                        camera, config, new Recorder.Parts(cameras.pool(), shelf.catalogue(), disk, shelf, clock));
                recorders.put(camera, recorder);
                shelves.put(recorder, shelf);
                if (!config.snapshots().isZero()) {
                    takers.add(new PictureTaker(camera, config, shelf, disk, cameras.pool()));
                }
            });
        }
        this.keeper = new Keeper(
                ofAll,
                shelves.values().stream().flatMap(shelf -> shelf.all().stream()).toList(),
                disk,
                clock);
    }

    /** Begins to record what the configuration says. */
    public static Recordings start(Cameras cameras, Retention ofAll) {
        return start(cameras, ofAll, Disk.SYSTEM, cameras.clock());
    }

    static Recordings start(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        Recordings recordings = new Recordings(cameras, ofAll, disk, clock);
        recordings.shelves.values().forEach(shelf -> shelf.start(recordings.keeper));
        recordings.recorders.values().forEach(Recorder::start);
        recordings.takers.forEach(PictureTaker::start);
        return recordings;
    }

    /** Returns the recorder of a camera; empty for one that is not recorded. */
    public Optional<Recorder> of(Camera camera) {
        return Optional.ofNullable(recorders.get(camera));
    }

    /** Returns all recorders. */
    public List<Recorder> all() {
        return List.copyOf(recorders.values());
    }

    /** Starts and stops by the hours of the week; to be called every second or so. Does not wait. */
    public void tend() {
        recorders.values().forEach(Recorder::tend);
    }

    /** Returns whether all files that were there at the start are known, of every camera. */
    public boolean ready() {
        return shelves.values().stream().allMatch(shelf -> shelf.kept().isKnown());
    }

    /** Returns whether all of a camera's files that were there at the start are known. */
    public boolean ready(Recorder recorder) {
        return kept(recorder).isKnown();
    }

    /** Marks a recording as one that stays, or not; in its file too. */
    public void keep(Recorder recorder, Recording recording, boolean stays) throws IOException {
        keeper.mark(kept(recorder), recording, stays);
    }

    /** Deletes a recording that is not being written. Returns false if the disk does not let it be deleted. */
    public boolean delete(Recorder recorder, Recording recording) {
        return keeper.delete(kept(recorder), recording);
    }

    /** Returns the pictures of a camera in a span, the oldest first; each has no duration. */
    public List<Recording> pictures(Recorder recorder, long fromMillis, long toMillis, int most) {
        return shelf(recorder).pictures().span(fromMillis, toMillis, most);
    }

    /** Returns the folder that a camera's pictures lie under. */
    public Path picturesFolder(Recorder recorder) {
        return shelf(recorder).pictures().folder();
    }

    /** Returns the picture that was captured in that millisecond. */
    public Optional<Recording> picture(Recorder recorder, long millis) {
        return shelf(recorder).pictures().at(millis);
    }

    private Kept kept(Recorder recorder) {
        return shelf(recorder).kept();
    }

    private Shelf shelf(Recorder recorder) {
        Shelf shelf = shelves.get(recorder);
        if (shelf == null) {
            throw new IllegalArgumentException(
                    "a recorder of another program: camera=" + recorder.camera().id());
        }
        return shelf;
    }

    /** Ends all recordings, with their files finished where the disk is fast enough, and told of where the programs for that are. */
    @Override
    public void close() {
        takers.forEach(PictureTaker::close);
        recorders.values().forEach(Recorder::stop);
        long deadlineNanos = System.nanoTime() + END_MILLIS * 1_000_000;
        recorders.values().forEach(recorder -> recorder.close(leftMillis(deadlineNanos)));
        takers.forEach(taker -> taker.awaitEnd(leftMillis(deadlineNanos)));
        shelves.values().forEach(Shelf::close);
        long finishedNanos = System.nanoTime() + END_MILLIS * 1_000_000;
        shelves.values().forEach(shelf -> shelf.awaitEnd(leftMillis(finishedNanos)));
        hooks.close(HOOKS_MILLIS);
    }

    private static long leftMillis(long deadlineNanos) {
        return Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
    }
}
