package dev.perch.record;

import dev.perch.config.Retention;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One camera's recordings or pictures, as retention sees them. What a disk may hold up is done by the camera's own threads alone; other cameras' threads only read what these saw last.
 */
final class Kept {
    /** A camera whose threads have not come back from its disk for so long is left out of what all cameras keep together. */
    private static final long HUNG_NANOS = 60_000_000_000L;

    private final String camera;
    private final Catalogue catalogue;
    private final Retention retention;
    private final Clock clock;
    private final Owner owner;
    private volatile long growingMillis = Long.MAX_VALUE; // the writer sets, everybody reads, as the next
    private volatile long growingBytes;
    private volatile boolean known; // the catalogue is complete
    private volatile @Nullable Object disk; // that it lies on, as its own threads saw it last
    private volatile long seenNanos; // when that was
    private volatile Runnable wake = () -> {};

    /** Says of a file on disk whether it is what the catalogue says. */
    interface Owner {
        boolean owns(Recording recording) throws IOException, MalformedBitstreamException;
    }

    /** Recordings that say themselves that they are the camera's. */
    Kept(String camera, Catalogue catalogue, Retention retention, Clock clock) {
        this(camera, catalogue, retention, clock, recording -> {
            Optional<RecordingHead> head = RecordedFile.head(recording.path());
            return head.isPresent()
                    && head.get().camera().equals(camera)
                    && Math.floorDiv(head.get().startMicros(), 1000) == recording.startMillis();
        });
    }

    /** @param owner has the last word on what is deleted */
    Kept(String camera, Catalogue catalogue, Retention retention, Clock clock, Owner owner) {
        this.owner = owner;
        this.camera = camera;
        this.catalogue = catalogue;
        this.retention = retention;
        this.clock = clock;
    }

    /** Pictures that say themselves that they are the camera's. */
    static Kept pictures(String camera, Catalogue catalogue, Retention retention, Clock clock) {
        return new Kept(camera, catalogue, retention, clock, picture -> {
            Optional<PictureFile> head = PictureFile.head(picture.path());
            return head.isPresent()
                    && head.get().camera().equals(camera)
                    && Math.floorDiv(head.get().micros(), 1000) == picture.startMillis();
        });
    }

    /** Returns whether a file is what the catalogue says: nothing else is ever deleted. */
    boolean owns(Recording recording) throws IOException, MalformedBitstreamException {
        return owner.owns(recording);
    }

    /** Returns whether a file itself says that it stays, whatever the catalogue says. */
    static boolean stays(Recording recording) throws IOException, MalformedBitstreamException {
        return RecordedFile.head(recording.path()).filter(RecordingHead::kept).isPresent();
    }

    String camera() {
        return camera;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Retention retention() {
        return retention;
    }

    /** Notes the file that is being written: when it began, in milliseconds since 1970. */
    synchronized void growing(long startMillis) {
        growingBytes = 0;
        growingMillis = startMillis;
    }

    /** Notes how large the file is that is being written. */
    void grown(long sizeBytes) {
        growingBytes = sizeBytes;
    }

    /** The file that began then is not written any more; another one may be by now, where a disk held its writer up. */
    synchronized void grownUp(long startMillis) {
        if (growingMillis == startMillis) {
            growingMillis = Long.MAX_VALUE;
            growingBytes = 0;
        }
    }

    /** Returns how large all files are together, the one that is being written among them. */
    long bytes() {
        return catalogue.totalBytes() + growingBytes;
    }

    /** Returns the oldest file that may be deleted. */
    Optional<Recording> oldest() {
        return catalogue.oldest(growingMillis);
    }

    /** All files that were there at the start are known. */
    void known() {
        known = true;
    }

    boolean isKnown() {
        return known;
    }

    /** Notes the disk, which has answered. */
    void seen(Object store) {
        disk = store;
        seenNanos = clock.nanoTime();
    }

    /** Returns whether its disk was last seen so long ago, or not at all. */
    boolean unseenFor(long nanos) {
        return disk == null || clock.nanoTime() - seenNanos >= nanos;
    }

    /** Returns whether its disk answers, and its files are known. */
    boolean answers() {
        return known && disk != null && clock.nanoTime() - seenNanos < HUNG_NANOS;
    }

    /** Returns whether both lie on one disk, and that answers. */
    boolean together(Kept other) {
        Object mine = disk;
        return other == this || (mine != null && mine.equals(other.disk) && answers() && other.answers());
    }

    /** Has {@code run} make room, on the camera's own thread, when another camera asks. */
    void wakes(Runnable run) {
        wake = run;
    }

    /** Asks the camera to make room. Does not wait. */
    void wake() {
        wake.run();
    }
}
