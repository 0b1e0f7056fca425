package dev.perch.mqtt;

import dev.perch.camera.Camera;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.memory.BudgetExceededException;

/** The wait for one fresh picture of a camera, which is started for it. Used by one thread, which looks now and then. */
final class PictureWait implements AutoCloseable {
    /** How long a camera that was off may take for its first picture. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Camera camera;
    private final Watch watch;
    private final boolean ofCard;
    private final long sinceNanos;
    private final Clock clock;

    /**
     * Begins to wait; for a private camera, for its card.
     *
     * @throws UnavailableException if the camera cannot give a picture now
     */
    PictureWait(Camera camera, Clock clock) throws UnavailableException {
        this.camera = camera;
        this.clock = clock;
        ofCard = camera.covered();
        sinceNanos = clock.nanoTime();
        // a card comes in streams only, not as a snapshot
        watch = ofCard
                ? camera.watchPatiently(Encoding.JPEG, /* packager= */ null)
                : camera.watchForPicture(sinceNanos);
    }

    /**
     * Copies the picture if it has come.
     *
     * @return its size; 0 if there is none yet
     * @throws BudgetExceededException if there is no room for it
     */
    int copyTo(PictureBuffer buffer) throws BudgetExceededException {
        Cursor cursor = watch.cursor();
        while (cursor.advance()) {
            boolean fresh = cursor.frame().time().decodeNanos() - sinceNanos >= 0;
            if (fresh && !cursor.frame().placeholder() && !superseded()) {
                int bytes = cursor.frame().sizeBytes();
                try {
                    cursor.copyTo(buffer.of(bytes));
                    return superseded() ? 0 : bytes;
                } catch (FrameLostException overtaken) {
                    continue; // overtaken by a newer one
                }
            }
            cursor.release();
        }
        return 0;
    }

    /** Returns whether the camera has become private, or is shown again, since the wait began. */
    boolean superseded() {
        return camera.hidden() != ofCard;
    }

    /** Returns whether no picture will come any more. */
    boolean over() {
        return superseded() || clock.nanoTime() - sinceNanos > PATIENCE_NANOS;
    }

    @Override
    public void close() {
        watch.close();
    }
}
