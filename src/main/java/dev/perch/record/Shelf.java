package dev.perch.record;

import dev.perch.config.RecordConfig;
import dev.perch.media.Clock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** One camera's files on disk, while they grow, when they are closed, and as retention says. Safe from any thread. */
final class Shelf implements DiskWriter.Files {
    private static final System.Logger LOG = System.getLogger(Shelf.class.getName());
    private static final long TEND_NANOS = 20_000_000_000L;

    private final Catalogue catalogue;
    private final Catalogue pictures;
    private final Kept kept;
    private final Kept keptPictures;
    private final Clock clock;
    private final FolderLock lock;
    private final Housekeeper housekeeper;
    private final AtomicBoolean refused = new AtomicBoolean(); // whether another program had the folder
    private volatile Keeper keeper; // set before the threads start

    /**
     * The parts that all shelves share.
     *
     * @param hooks called for finished files
     * @param indexes limits how many files are finished at the same time
     */
    record Parts(Disk disk, Clock clock, ClosedHooks hooks, Semaphore indexes) {}

    @SuppressWarnings("NullAway.Init") // the keeper of all shelves is created after them
    Shelf(String camera, RecordConfig config, Parts parts) {
        this.catalogue = new Catalogue(config.folder());
        this.lock = new FolderLock(camera, config.folder());
        this.kept = new Kept(camera, catalogue, config.retention(), parts.clock());
        this.pictures = new Catalogue(config.pictures(camera));
        this.keptPictures = Kept.pictures(camera, pictures, config.retention(), parts.clock());
        this.clock = parts.clock();
        this.housekeeper = new Housekeeper(
                camera,
                config,
                new Housekeeper.Parts(catalogue, pictures, parts.disk(), parts.hooks(), parts.indexes(), lock));
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Kept kept() {
        return kept;
    }

    /** Returns the catalogue of the camera's pictures. */
    Catalogue pictures() {
        return pictures;
    }

    /** Returns recordings and pictures, as retention sees them. */
    List<Kept> all() {
        return List.of(kept, keptPictures);
    }

    Clock clock() {
        return clock;
    }

    /** Begins to look after the files. */
    void start(Keeper ofAll) {
        keeper = ofAll;
        all().forEach(each -> each.wakes(() -> housekeeper.tend(this::makeRoom)));
        housekeeper.start(this::tend);
        housekeeper.look(this::known);
    }

    private void known() {
        kept.known();
        keptPictures.known();
    }

    /** Adds a picture that is on the disk. */
    void kept(Path path, long micros, long sizeBytes) {
        pictures.put(new Recording(
                path, Math.floorDiv(micros, 1000), 0, sizeBytes, /* kept= */ false, /* finished= */ true));
    }

    @Override
    public void claim() throws IOException {
        try {
            lock.take();
        } catch (FolderLock.InUseException other) {
            refused.set(true);
            throw other;
        }
        if (refused.compareAndSet(true, false)) {
            housekeeper.look(this::known); // for what the other program recorded
        }
    }

    @Override
    public void makeRoom() throws IOException {
        if (kept.isKnown()) { // before that it is not known which files are the oldest
            keeper.makeRoom(kept);
        }
    }

    /** Applies retention. It holds for a camera that is not recorded now, too; while the writer writes, it does this more often. */
    void tend() throws IOException {
        if (kept.isKnown() && kept.unseenFor(TEND_NANOS)) {
            keeper.tend(kept);
        }
    }

    /** Applies retention unless it was done a moment ago, and logs errors. */
    void tendQuietly() {
        try {
            tend();
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "the disk of " + catalogue.folder() + " does not answer", failed);
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "recordings in " + catalogue.folder() + " were not looked after", fault);
        }
    }

    /** Ends the shelf's own thread when all files are finished; another one then looks after the files. */
    void rest() {
        all().forEach(each -> each.wakes(() -> {}));
        housekeeper.close();
    }

    @Override
    public void opened(Path path, long startMicros) {
        long startMillis = Math.floorDiv(startMicros, 1000);
        kept.growing(startMillis);
        catalogue.put(new Recording(path, startMillis, 0, 0, /* kept= */ false, /* finished= */ false));
    }

    @Override
    public void grown(long sizeBytes) {
        kept.grown(sizeBytes);
    }

    @Override
    public void written(Path path, long startMicros, long durationMillis, long sizeBytes) {
        long startMillis = Math.floorDiv(startMicros, 1000);
        boolean stays = catalogue.at(startMillis).filter(Recording::kept).isPresent();
        catalogue.put(new Recording(path, startMillis, durationMillis, sizeBytes, stays, /* finished= */ false));
        kept.grownUp(startMillis);
    }

    @Override
    public void closed(Path path, long startMicros) {
        housekeeper.finish(path, Math.floorDiv(startMicros, 1000));
    }

    /** Ends the thread when all files are finished. */
    void close() {
        housekeeper.close();
    }

    /** Waits for the end of the thread, at most {@code millis}. */
    void awaitEnd(long millis) {
        housekeeper.awaitEnd(millis);
    }
}
