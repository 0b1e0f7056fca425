package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Interleave;
import dev.perch.feed.Outlet;
import dev.perch.media.StreamConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sound that shares segments with the pictures of a camera's window. Guarded by the window's lock. */
final class MuxedSound {
    /** How long pictures wait for sound: nobody who plays both from one file is close to live. */
    private static final long MOST_WAIT_NANOS = 1_000_000_000L;

    /** How long the first segment waits for the sound's configuration, from the first pictures on. */
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private static final long NO_TIME = Long.MAX_VALUE;

    private final Camera camera;
    private @Nullable Watch watch;
    private @Nullable Interleave both;
    private long dueNanos = NO_TIME; // when nobody waits for the configuration any more

    MuxedSound(Camera camera) {
        this.camera = camera;
    }

    void begin(Watch pictures, Outlet outlet, long nowNanos) {
        Watch begun = camera.sound().listen(/* packager= */ null);
        watch = begun;
        both = new Interleave(List.of(pictures.cursor(), begun.cursor()), MOST_WAIT_NANOS, nowNanos);
        dueNanos = NO_TIME;
        begun.serve(outlet);
    }

    /** Passes all available frames to {@code filler}. */
    void drain(Cursor pictures, WindowFiller filler, long nowNanos) {
        Watch watching = watch;
        Interleave frames = both;
        if (watching == null || frames == null || !camera.sound().possible()) {
            filler.drain(pictures);
            return;
        }
        if (dueNanos == NO_TIME && pictures.feed().newest().isPresent()) {
            dueNanos = nowNanos + PATIENCE_NANOS;
        }
        Optional<StreamConfig> described = watching.cursor().feed().config();
        boolean awaited = dueNanos == NO_TIME || nowNanos - dueNanos < 0;
        filler.drain(frames, described, awaited, nowNanos);
    }

    void end(Outlet outlet) {
        Watch watching = watch;
        watch = null;
        both = null;
        if (watching != null) {
            watching.unserve(outlet);
            watching.close();
        }
    }
}
