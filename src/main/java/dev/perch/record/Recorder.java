package dev.perch.record;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.feed.Cursor;
import dev.perch.feed.Interleave;
import dev.perch.feed.Outlet;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Records one camera. The camera's pump copies frames into memory without waiting; the recorder's own threads write them. All methods except those of
 * {@link Outlet} are safe from any thread.
 */
public final class Recorder implements Outlet {
    /** A disk may take nothing for this long without a frame being lost. */
    private static final double PATIENCE_SECONDS = 6;

    /** A disk that has not confirmed a sync for this long is reported. */
    private static final double SYNC_SECONDS = 10;

    private final Camera camera;
    private final TrackId picture; // the recorded track
    private final RecordConfig config;
    private final Catalogue catalogue;
    private final FreeSpace space;
    private final Clock clock;
    private final Blocks blocks;
    private final CutQueue queue;
    private final Cutter cutter;
    private final DiskWriter writer;
    private final ReentrantLock lock = new ReentrantLock(); // taken by the pump, and by whoever starts or stops
    private final List<Watch> watches = new ArrayList<>(); // guarded by the lock, like all below
    private @Nullable Interleave frames;
    private boolean recording;
    private boolean scheduled; // the last word of the hours of the week
    private @Nullable Boolean switched; // an operator's word; null for none
    private boolean closed;
    private volatile boolean wanted; // written under the lock, read by everybody
    private volatile long cutDropped; // likewise
    private volatile String cutRefusal = ""; // likewise

    /**
     * The parts that a recorder works with.
     *
     * @param pool gives the memory between camera and disk
     * @param files receives the news of files
     */
    record Parts(ArenaPool pool, Catalogue catalogue, Disk disk, DiskWriter.Files files, Clock clock) {}

    Recorder(Camera camera, RecordConfig config, Parts parts) {
        this.camera = camera;
        this.picture = new TrackId(config.rendition(), Encoding.H264);
        this.config = config;
        this.catalogue = parts.catalogue();
        this.clock = parts.clock();
        this.blocks = new Blocks(parts.pool(), camera.id() + " recording", "cameras." + camera.id() + ".record.before");
        this.queue = new CutQueue(blocks, config.before().toMillis() / 1e3, PATIENCE_SECONDS);
        this.cutter = new Cutter(queue, blocks, config.sync());
        this.space = new FreeSpace(parts.disk(), config.folder());
        this.writer = new DiskWriter(camera.id(), config, queue, parts);
    }

    void start() {
        camera.onErase(this::erase);
        writer.start();
        tend();
    }

    public Camera camera() {
        return camera;
    }

    /** Returns the space of the disk; empty if the disk does not answer at once. */
    public Optional<DiskSpace> space() {
        return space.now();
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** Starts or stops recording as the configuration says. Called every second or so; does not wait. */
    void tend() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            boolean hidden = paused();
            boolean want = decide() && !hidden;
            wanted = want;
            boolean watch = want || (!config.before().isZero() && !hidden);
            if (watch && frames == null) {
                watch();
            }
            if (want && !recording) {
                recording = true;
                queue.start();
            } else if (!want && recording) {
                recording = false;
                cutter.pause();
                queue.stop();
            }
            if (!watch && frames != null) {
                unwatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether nothing is recorded because the camera is private. */
    private boolean paused() {
        return camera.hidden()
                && !camera.config().privacy().map(PrivacyConfig::recordsCard).orElse(false);
    }

    /** Erases what a later recording would begin with. What was recorded before is on its way to the disk. */
    private void erase() {
        tend();
        lock.lock();
        try {
            if (!recording) {
                cutter.breakOff();
                queue.erase();
            }
        } finally {
            lock.unlock();
        }
        blocks.eraseFree();
    }

    private boolean decide() {
        long micros = clock.wallClockMicros();
        ZonedDateTime now =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L)).atZone(ZoneId.systemDefault());
        boolean hours = config.when().kind() != RecordingTimes.Kind.BUTTON
                && config.when().cover(now);
        if (hours != scheduled) {
            scheduled = hours;
            switched = null; // an operator's word holds until the hours change
        }
        Boolean word = switched;
        return word == null ? hours : word;
    }

    private void watch() {
        List<TrackId> tracks = new ArrayList<>(List.of(picture));
        if (config.audio() && camera.config().sound().on()) {
            tracks.add(TrackId.main(Encoding.AAC));
        }
        List<Cursor> cursors = new ArrayList<>();
        for (TrackId track : tracks) {
            Watch watch = camera.watchPatiently(track, /* packager= */ null);
            watches.add(watch);
            cursors.add(watch.cursor());
        }
        frames = new Interleave(cursors, Interleave.MOST_WAIT_NANOS, clock.nanoTime());
        watches.get(0).serve(this);
    }

    private void unwatch() {
        if (!watches.isEmpty()) {
            watches.get(0).unserve(this);
        }
        frames = null;
        cutter.breakOff();
        watches.forEach(Watch::close);
        watches.clear();
    }

    /** Starts or stops recording by an operator's word, which holds until the hours of the week change. */
    public void record(boolean on) {
        lock.lock();
        try {
            switched = on;
        } finally {
            lock.unlock();
        }
        tend();
    }

    @Override
    public void deliver(long pumpNanos) {
        lock.lock();
        try {
            deliver();
        } catch (RuntimeException | Error fault) {
            cutRefusal = "the recorder failed: " + fault;
            unwatch(); // the next frame begins anew
            throw fault;
        } finally {
            lock.unlock();
        }
    }

    private void deliver() {
        Interleave reading = frames;
        if (reading == null) {
            return;
        }
        long nowNanos = clock.nanoTime();
        while (reading.advance(nowNanos)) {
            cutter.frame(reading.cursor());
            reading.release();
        }
        if (camera.state() instanceof CameraState.Lost || camera.state() instanceof CameraState.Refused) {
            cutter.pause(); // the next frame follows a gap
        } else {
            cutter.idle(nowNanos);
        }
        cutDropped = cutter.dropped() + skipped(reading);
        cutRefusal = cutter.refusal();
    }

    private static long skipped(Interleave reading) {
        return reading.cursors().get(0).skippedFrames();
    }

    /** Returns the current state; never waits for the disk. */
    public RecordingStatus status() {
        RecordingStatus.Growing growing = writer.growing();
        String failed = writer.reason();
        String hidden = paused() ? camera.state().reason() : "";
        String reason = !failed.isEmpty() ? failed : wanted ? trouble() : hidden;
        RecordingStatus.State state;
        if (!wanted && growing == null) {
            state = RecordingStatus.State.OFF;
        } else if (!failed.isEmpty()) {
            state = RecordingStatus.State.FAILED;
        } else {
            state = growing == null ? RecordingStatus.State.WAITING : RecordingStatus.State.RECORDING;
        }
        return new RecordingStatus(
                state,
                reason,
                Optional.ofNullable(growing),
                cutDropped + writer.dropped(),
                queue.waitingSeconds(),
                wanted);
    }

    private String trouble() {
        Set<Encoding> offered = camera.knownOffer();
        if (!offered.isEmpty() && !offered.contains(Encoding.H264)) {
            return "Nothing is recorded: H.264 is, and camera " + camera.id()
                    + " gives none; with encoder: auto it is made, at the cost of an encoder that runs all the time.";
        }
        if (!cutRefusal.isEmpty()) {
            return "Pictures are left out of the recording: " + cutRefusal + ".";
        }
        double syncSeconds = writer.syncSeconds();
        if (syncSeconds > SYNC_SECONDS) {
            return String.format(
                    Locale.ROOT,
                    "The disk has not confirmed the last %.0f s of the recording: a power cut would lose them.",
                    syncSeconds);
        }
        return camera.derivations()
                .trouble(picture)
                .map(cause -> "Nothing is recorded: " + cause)
                .orElse("");
    }

    /**
     * Returns the recordings that overlap a span, the oldest first, the growing one included.
     *
     * @param fromMillis the beginning, in milliseconds since 1970
     * @param toMillis the end, exclusive
     * @param most the most to return
     */
    public List<Recording> span(long fromMillis, long toMillis, int most) {
        List<Recording> found = new ArrayList<>(catalogue.span(fromMillis, toMillis, most));
        RecordingStatus.Growing growing = writer.growing();
        if (growing == null) {
            return found;
        }
        Path path = Path.of(growing.path());
        found.removeIf(listed -> listed.path().equals(path)); // its entry in the catalogue has no length
        catalogue
                .at(Math.floorDiv(growing.startMicros(), 1000))
                .map(listed -> current(listed, growing))
                .filter(present -> present.startMillis() < toMillis
                        && present.startMillis() + Math.max(1, present.durationMillis()) > fromMillis)
                .filter(present -> found.size() < most)
                .ifPresent(found::add);
        return found;
    }

    /** Returns the recording that begins at that millisecond. */
    public Optional<Recording> recording(long startMillis) {
        return span(startMillis, startMillis + 1, /* most= */ 10).stream()
                .filter(each -> each.startMillis() == startMillis)
                .findFirst();
    }

    /** Returns the number of recordings. */
    public int count() {
        return catalogue.count();
    }

    /** Returns the sum of the closed recordings' sizes in bytes. */
    public long totalBytes() {
        return catalogue.totalBytes();
    }

    /** Returns when the first recording begins and the last one ends, in milliseconds since 1970; empty if there is none. */
    public Optional<long[]> bounds() {
        return catalogue.bounds();
    }

    private static Recording current(Recording listed, RecordingStatus.Growing growing) {
        return new Recording(
                listed.path(),
                listed.startMillis(),
                Math.round(growing.seconds() * 1000),
                growing.sizeBytes(),
                listed.kept(),
                /* finished= */ false);
    }

    /** Ends the recording; what was captured is still written. */
    void stop() {
        lock.lock();
        try {
            closed = true;
            if (frames != null) {
                unwatch();
            }
        } finally {
            lock.unlock();
        }
        queue.close();
    }

    /** Waits for the disk to take the last of what was captured, at most {@code millis}, and frees the memory. */
    void close(long millis) {
        try {
            writer.awaitEnd(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        blocks.close();
    }
}
