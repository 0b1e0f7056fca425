package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.RecordConfig;
import dev.perch.config.Retention;
import dev.perch.media.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The recordings of all cameras that are configured to be recorded. Safe from any thread. */
public final class Recordings implements AutoCloseable {
    private static final long END_MILLIS = 4_000;

    private final Map<Camera, Recorder> recorders = new LinkedHashMap<>(); // complete when it is handed out
    private final List<Keeper.Kept> kept = new ArrayList<>(); // of each camera
    private final Housekeeper housekeeper;
    private final Keeper keeper;

    private Recordings(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        this.housekeeper = new Housekeeper(disk);
        for (Camera camera : cameras.all()) {
            camera.config().record().ifPresent(config -> {
                Files files = new Files(camera.id(), config);
                kept.add(files.kept);
                recorders.put(
                        camera,
                        new Recorder(
                                camera,
                                config,
                                new Recorder.Parts(cameras.pool(), files.catalogue, disk, files, clock)));
            });
        }
        this.keeper = new Keeper(ofAll, kept, disk, clock);
    }

    /** Begins to record what the configuration says. */
    public static Recordings start(Cameras cameras, Retention ofAll) {
        return start(cameras, ofAll, Disk.SYSTEM, cameras.clock());
    }

    static Recordings start(Cameras cameras, Retention ofAll, Disk disk, Clock clock) {
        Recordings recordings = new Recordings(cameras, ofAll, disk, clock);
        recordings.housekeeper.start();
        recordings.recorders.forEach((camera, recorder) -> recordings.housekeeper.look(
                camera.id(), camera.config().record().orElseThrow(), recorder.catalogue()));
        recordings.housekeeper.looked();
        recordings.recorders.values().forEach(Recorder::start);
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

    /** Returns whether all files that were there at the start are known. */
    public boolean ready() {
        return housekeeper.ready();
    }

    /** Marks a recording as one that stays, or not; in its file too. */
    public void keep(Recorder recorder, Recording recording, boolean stays) throws IOException {
        keeper.mark(kept(recorder), recording, stays);
    }

    /** Deletes a recording that is not being written. Returns false if the disk does not let it be deleted. */
    public boolean delete(Recorder recorder, Recording recording) {
        return keeper.delete(kept(recorder), recording);
    }

    private Keeper.Kept kept(Recorder recorder) {
        return kept.stream()
                .filter(each -> each.catalogue() == recorder.catalogue())
                .findFirst()
                .orElseThrow();
    }

    /** What becomes of one camera's files. */
    private final class Files implements DiskWriter.Files {
        private final String camera;
        private final RecordConfig config;
        private final Catalogue catalogue;
        private final Keeper.Kept kept;
        private final AtomicLong growingMillis = new AtomicLong(Long.MAX_VALUE); // the writer sets, the keeper reads

        Files(String camera, RecordConfig config) {
            this.camera = camera;
            this.config = config;
            this.catalogue = new Catalogue(config.folder());
            this.kept = new Keeper.Kept(camera, catalogue, config.retention(), growingMillis::get);
        }

        @Override
        public void makeRoom() throws IOException {
            if (!housekeeper.ready()) {
                return; // which ones are the oldest is not known yet
            }
            keeper.makeRoom(kept);
        }

        @Override
        public void opened(Path path, long startMicros) {
            growingMillis.set(Math.floorDiv(startMicros, 1000));
            catalogue.put(new Recording(
                    path, Math.floorDiv(startMicros, 1000), 0, 0, /* kept= */ false, /* finished= */ false));
        }

        @Override
        public void closed(Path path) {
            long startMillis = growingMillis.getAndSet(Long.MAX_VALUE);
            housekeeper.finish(camera, config, catalogue, path, startMillis);
        }
    }

    /** Ends all recordings, with their files finished where the disk is fast enough. */
    @Override
    public void close() {
        recorders.values().forEach(Recorder::close);
        housekeeper.close(END_MILLIS);
    }
}
