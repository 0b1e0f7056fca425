package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.config.Retention;
import dev.perch.media.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The recordings of all cameras that are configured to be recorded. Safe from any thread. */
public final class Recordings implements Cameras.Attendant, AutoCloseable {
    private static final long END_MILLIS = 4_000;

    /** How long the program's end waits for the programs that carry files off. */
    private static final long HOOKS_MILLIS = 10_000;

    private static final int INDEXES_AT_ONCE = 2; // each of at most 4 h of a camera: some 6 MB

    /** The most cameras that have gone and still have a thread for their files; one thread looks after all others. */
    private static final int MOST_ABSENT = 32;

    private static final long PAUSE_MILLIS = 100;
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    private volatile Map<Camera, Recorder> recorders = Map.of(); // in order; never changed, but replaced under this
    private final Map<Recorder, Shelf> shelves = new ConcurrentHashMap<>();
    private final Map<Recorder, PictureTaker> takers = new ConcurrentHashMap<>();
    private final Map<String, Shelf> absent = new LinkedHashMap<>(); // of cameras that have gone; guarded by this
    private final Attic attic = new Attic(); // of cameras that went earlier
    private volatile boolean closed; // set by close, read by the search for cameras that have gone
    private final List<Kept> kept = new CopyOnWriteArrayList<>(); // of all shelves
    private final Cameras cameras;
    private final Shelf.Parts shared;
    private final ClosedHooks hooks;
    private final Keeper keeper;

    private Recordings(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        this.hooks = new ClosedHooks(disk);
        this.cameras = cameras;
        this.shared = new Shelf.Parts(disk, clock, hooks, new Semaphore(INDEXES_AT_ONCE));
        this.keeper = new Keeper(ofAll, kept, disk, clock);
    }

    /**
     * Begins to record as the configuration says.
     *
     * @param ofAll the limits over all cameras
     */
    public static Recordings start(Cameras cameras, Retention ofAll) {
        return start(cameras, ofAll, Disk.SYSTEM, cameras.clock());
    }

    static Recordings start(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        Recordings recordings = new Recordings(cameras, ofAll, disk, clock);
        cameras.all().forEach(recordings::add);
        recordings.recorders.values().forEach(Recorder::start);
        recordings.takers.values().forEach(PictureTaker::start);
        cameras.attend(recordings);
        List<CameraConfig> wildcards = cameras.wildcards().wildcards();
        if (!wildcards.isEmpty()) {
            GoneCameras.find(wildcards, recordings::found);
        }
        return recordings;
    }

    /**
     * Looks after the files of a camera that has gone, unless it is back. Waits while many others' are being searched; returns false if that takes
     * too long, or the program ends.
     */
    private boolean found(String camera, RecordConfig config) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
        while (!closed && !add(camera, config)) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return !closed;
    }

    /** Returns false if there are too many cameras whose files are not known yet. */
    private synchronized boolean add(String camera, RecordConfig config) {
        boolean known = absent.containsKey(camera)
                || attic.has(camera)
                || recorders.keySet().stream().anyMatch(each -> each.id().equals(camera));
        if (known || closed) {
            return true;
        }
        clear();
        if (absent.size() >= MOST_ABSENT) {
            return false;
        }
        Shelf shelf = new Shelf(camera, config, shared);
        absent.put(camera, shelf);
        kept.addAll(shelf.all());
        shelf.start(keeper);
        return true;
    }

    /** Returns the recorder of a camera, not started, and begins to look after its files; empty if the camera is not recorded. */
    private synchronized Optional<Recorder> add(Camera camera) {
        RecordConfig config = camera.config().record().orElse(null);
        if (config == null) {
            return Optional.empty();
        }
        attic.take(camera.id()).ifPresent(rested -> kept.removeAll(rested.all()));
        Shelf known = absent.remove(camera.id());
        Shelf shelf = known == null ? new Shelf(camera.id(), config, shared) : known;
        Recorder recorder = new Recorder(
                camera,
                config,
                new Recorder.Parts(cameras.pool(), shelf.catalogue(), shared.disk(), shelf, shared.clock()));
        shelves.put(recorder, shelf);
        if (known == null) {
            kept.addAll(shelf.all());
            shelf.start(keeper);
        }
        if (!config.snapshots().isZero()) {
            takers.put(recorder, new PictureTaker(camera, config, shelf, shared.disk(), cameras.pool()));
        }
        Map<Camera, Recorder> more = new LinkedHashMap<>(recorders);
        more.put(camera, recorder);
        recorders = more;
        return Optional.of(recorder);
    }

    @Override
    public void came(Camera camera) {
        Recorder recorder = add(camera).orElse(null);
        if (recorder != null) {
            recorder.start();
            Optional.ofNullable(takers.get(recorder)).ifPresent(PictureTaker::start);
        }
    }

    /** Ends the recording of a camera. Its files are still looked after, and listed again when it is back. */
    @Override
    public void left(Camera camera) {
        Recorder recorder = recorders.get(camera);
        if (recorder == null) {
            return;
        }
        recorder.stop();
        PictureTaker taker = takers.remove(recorder);
        if (taker != null) {
            taker.close();
            taker.awaitEnd(END_MILLIS);
        }
        recorder.close(END_MILLIS);
        shelve(camera, recorder);
    }

    private synchronized void shelve(Camera camera, Recorder recorder) {
        Map<Camera, Recorder> fewer = new LinkedHashMap<>(recorders);
        fewer.remove(camera);
        recorders = fewer;
        Shelf shelf = shelves.remove(recorder);
        if (shelf != null) {
            absent.put(camera.id(), shelf);
        }
        clear();
    }

    /** Moves the cameras that went first into the attic if there are many. Called with the lock held. */
    private void clear() {
        Iterator<Map.Entry<String, Shelf>> each = absent.entrySet().iterator();
        while (absent.size() >= MOST_ABSENT && each.hasNext()) {
            Map.Entry<String, Shelf> first = each.next();
            if (first.getValue().kept().isKnown()) {
                each.remove();
                attic.add(first.getKey(), first.getValue()).ifPresent(over -> kept.removeAll(over.all()));
            }
        }
    }

    /** Returns the recorder of a camera; empty if it is not recorded. */
    public Optional<Recorder> of(Camera camera) {
        return Optional.ofNullable(recorders.get(camera));
    }

    public List<Recorder> all() {
        return List.copyOf(recorders.values());
    }

    /** Starts and stops recording by the hours of the week. Called every second or so; does not wait. */
    public void tend() {
        recorders.values().forEach(Recorder::tend);
    }

    /** Returns whether all files that existed at the start are known, for every camera. */
    public boolean ready() {
        return shelves.values().stream().allMatch(shelf -> shelf.kept().isKnown());
    }

    /** Returns whether all of a camera's files that existed at the start are known. */
    public boolean ready(Recorder recorder) {
        return kept(recorder).isKnown();
    }

    /**
     * Sets or clears the mark that keeps a recording, in its file too.
     *
     * @throws IOException if the file cannot be changed
     */
    public void keep(Recorder recorder, Recording recording, boolean stays) throws IOException {
        keeper.mark(kept(recorder), recording, stays);
    }

    /** Deletes a recording that is not being written. Returns false if the disk does not allow it. */
    public boolean delete(Recorder recorder, Recording recording) {
        return keeper.delete(kept(recorder), recording);
    }

    /** Returns a camera's pictures within a span, the oldest first; each has no duration. */
    public List<Recording> pictures(Recorder recorder, long fromMillis, long toMillis, int most) {
        return shelf(recorder).pictures().span(fromMillis, toMillis, most);
    }

    /** Returns the folder above a camera's pictures. */
    public Path picturesFolder(Recorder recorder) {
        return shelf(recorder).pictures().folder();
    }

    /** Returns the picture captured in that millisecond. */
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

    /** Ends all recordings. Their files are finished and reported to their programs if the disk is fast enough. */
    @Override
    public void close() {
        closed = true;
        attic.close();
        takers.values().forEach(PictureTaker::close);
        recorders.values().forEach(Recorder::stop);
        long deadlineNanos = System.nanoTime() + END_MILLIS * 1_000_000;
        recorders.values().forEach(recorder -> recorder.close(leftMillis(deadlineNanos)));
        takers.values().forEach(taker -> taker.awaitEnd(leftMillis(deadlineNanos)));
        List<Shelf> all = new ArrayList<>(shelves.values());
        synchronized (this) {
            all.addAll(absent.values());
        }
        all.forEach(Shelf::close);
        long finishedNanos = System.nanoTime() + END_MILLIS * 1_000_000;
        all.forEach(shelf -> shelf.awaitEnd(leftMillis(finishedNanos)));
        hooks.close(HOOKS_MILLIS);
    }

    private static long leftMillis(long deadlineNanos) {
        return Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
    }
}
