package dev.perch.record;

import dev.perch.config.Retention;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One camera's recordings or pictures, as retention sees them. Only the camera's own threads touch its disk, which may hang; other cameras' threads
 * read what these saw last.
 */
final class Kept {
    /** A camera whose threads have waited for its disk for longer than this does not count in the limits for all cameras. */
    private static final long HUNG_NANOS = 60_000_000_000L;

    private final String camera;
    private final Catalogue catalogue;
    private final Retention retention;
    private final Clock clock;
    private final Owner owner;
    private volatile long growingMillis = Long.MAX_VALUE; // the writer sets, everybody reads, like the next
    private volatile long growingBytes;
    private volatile boolean known; // whether the catalogue is complete
    private volatile @Nullable Object disk; // the disk that holds the files, as the camera's own threads saw it last
    private volatile long seenNanos; // when that was
    private volatile Runnable wake = () -> {};

    /** Tells whether a file on disk is the one in the catalogue. */
    interface Owner {
        boolean owns(Recording recording) throws IOException, MalformedBitstreamException;
    }

    /** Creates a view of recordings, whose heads name the camera. */
    Kept(String camera, Catalogue catalogue, Retention retention, Clock clock) {
        this(camera, catalogue, retention, clock, recording -> {
            Optional<RecordingHead> head = RecordedFile.head(recording.path());
            return head.isPresent()
                    && head.get().camera().equals(camera)
                    && Math.floorDiv(head.get().startMicros(), 1000) == recording.startMillis();
        });
    }

    /**
     * Creates a view.
     *
     * @param owner has the last word on what is deleted
     */
    Kept(String camera, Catalogue catalogue, Retention retention, Clock clock, Owner owner) {
        this.owner = owner;
        this.camera = camera;
        this.catalogue = catalogue;
        this.retention = retention;
        this.clock = clock;
    }

    /** Creates a view of pictures, whose comments name the camera. */
    static Kept pictures(String camera, Catalogue catalogue, Retention retention, Clock clock) {
        return new Kept(camera, catalogue, retention, clock, picture -> {
            Optional<PictureFile> head = PictureFile.head(picture.path());
            return head.isPresent()
                    && head.get().camera().equals(camera)
                    && Math.floorDiv(head.get().micros(), 1000) == picture.startMillis();
        });
    }

    /**
     * Returns whether the file is the one in the catalogue; no other is ever deleted.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedBitstreamException if it is damaged
     */
    boolean owns(Recording recording) throws IOException, MalformedBitstreamException {
        return owner.owns(recording);
    }

    /** Returns whether a file's own head says that it is kept, whatever the catalogue says. */
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

    /** Sets the beginning of the file that is being written, in milliseconds since 1970. */
    synchronized void growing(long startMillis) {
        growingBytes = 0;
        growingMillis = startMillis;
    }

    /** Sets the size of the file that is being written. */
    void grown(long sizeBytes) {
        growingBytes = sizeBytes;
    }

    /** Ends the growth of the file that began at {@code startMillis}. Another one may be growing already if a disk held up its writer. */
    synchronized void grownUp(long startMillis) {
        if (growingMillis == startMillis) {
            growingMillis = Long.MAX_VALUE;
            growingBytes = 0;
        }
    }

    /** Returns the sum of all files' sizes, the growing one included. */
    long bytes() {
        return catalogue.totalBytes() + growingBytes;
    }

    /** Returns the oldest deletable file. */
    Optional<Recording> oldest() {
        return catalogue.oldest(growingMillis);
    }

    /** Called when all files that existed at the start are known. */
    void known() {
        known = true;
    }

    boolean isKnown() {
        return known;
    }

    /** Records that the disk has answered. */
    void seen(Object store) {
        disk = store;
        seenNanos = clock.nanoTime();
    }

    /** Returns whether the disk last answered more than {@code nanos} ago, or never. */
    boolean unseenFor(long nanos) {
        return disk == null || clock.nanoTime() - seenNanos >= nanos;
    }

    /** Returns whether the disk answers, and the files are known. */
    boolean answers() {
        return known && disk != null && clock.nanoTime() - seenNanos < HUNG_NANOS;
    }

    /** Returns whether both lie on one disk that answers. */
    boolean together(Kept other) {
        Object mine = disk;
        return other == this || (mine != null && mine.equals(other.disk) && answers() && other.answers());
    }

    /** Sets the call that makes room on the camera's own thread when another camera asks. */
    void wakes(Runnable run) {
        wake = run;
    }

    /** Asks the camera to make room. Does not wait. */
    void wake() {
        wake.run();
    }
}
