package dev.perch.push;

import dev.perch.camera.Camera;
import dev.perch.camera.Standby;
import dev.perch.media.CaptureException;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends a picture of text, a frame a second, while the camera gives none, so that a broadcast does not end. Used by the push's thread. */
final class Keeping {
    private static final System.Logger LOG = System.getLogger(Keeping.class.getName());

    /** The silence after which a camera counts as lost; slower ones than this are seldom pushed. */
    private static final long SILENCE_NANOS = 3_000_000_000L;

    private static final long FRAME_NANOS = 1_000_000_000L;

    /** The text that the whole world may read: the reason, which may name a device or an address, is in the status only. */
    private static final String NO_PICTURE = "There is no picture at the moment.";

    private final Camera camera;
    private final GrowingLease lease;
    private long lastNanos; // when a frame of the camera or of this was last sent
    private long number;
    private @Nullable Standby picture; // for this absence
    private boolean failed; // whether no picture can be made for this absence

    Keeping(Camera camera, GrowingLease lease) {
        this.camera = camera;
        this.lease = lease;
    }

    /** Records a frame of the camera. */
    void shown(long nowNanos) {
        lastNanos = nowNanos;
        picture = null;
        failed = false;
    }

    /** Returns whether the camera is away, and this picture is sent. */
    boolean away() {
        return picture != null;
    }

    /** Returns true if a frame of this picture is due. */
    boolean due(long nowNanos) {
        long patienceNanos = picture == null ? SILENCE_NANOS : FRAME_NANOS;
        return lastNanos != 0 && !failed && nowNanos - lastNanos >= patienceNanos;
    }

    /** Returns the picture, which is made at the first call; null if it cannot be made. May wait for that. */
    @Nullable
    Standby picture(StreamConfig.H264 as) {
        if (picture == null && !failed) {
            List<String> text = List.of(camera.config().title(), "", NO_PICTURE);
            try {
                Standby made = Standby.of(camera.id() + " standby", as.width(), as.height(), text);
                lease.cover(made.sizeBytes());
                picture = made;
            } catch (CaptureException | BudgetExceededException missing) {
                failed = true;
                LOG.log(
                        Level.WARNING,
                        "camera {0}: what it is passed on to is not kept: {1}",
                        camera.id(),
                        missing.getMessage());
            }
        }
        return picture;
    }

    /** Sends the next frame. */
    void send(Standby shown, TagStream stream, long nowNanos) throws PushException {
        lastNanos = lastNanos == 0 || nowNanos - lastNanos > TimeUnit.SECONDS.toNanos(2)
                ? nowNanos
                : lastNanos + FRAME_NANOS;
        stream.standby(shown.config(), shown.frame(number++), nowNanos);
    }

    void close() {
        lease.close();
    }
}
