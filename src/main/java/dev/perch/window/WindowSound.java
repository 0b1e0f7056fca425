package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.cmaf.SegmentSettings;
import dev.perch.feed.Outlet;
import dev.perch.memory.ArenaPool;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sound beside the pictures of a camera's window, from the first request for it until a linger after the last. Guarded by the window's lock,
 * except the volatile fields.
 */
final class WindowSound {
    /** How long the first playlist waits for the sound's configuration, from the first pictures on. */
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private static final long NO_TIME = Long.MAX_VALUE;

    private final Camera camera;
    private final SoundFiller filler;
    private @Nullable Watch watch;
    private volatile boolean running; // written under the lock, read by everybody
    private volatile long dueNanos = NO_TIME; // likewise: when nobody waits for the sound any more
    private volatile long lastAskedNanos; // written by requests, read by the pump

    WindowSound(Camera camera, SegmentSettings cut, WindowSettings settings, ArenaPool pool) {
        this.camera = camera;
        this.filler = new SoundFiller(cut, settings, pool);
    }

    /** Returns whether a request for the sound would begin anything. */
    boolean due() {
        return !running && camera.config().sound().on() && camera.sound().possible();
    }

    void touch(long nowNanos) {
        lastAskedNanos = nowNanos;
    }

    long lastAskedNanos() {
        return lastAskedNanos;
    }

    boolean running() {
        return running;
    }

    Optional<SegmentWindow> window() {
        return filler.window();
    }

    /** Returns whether the sound may still come in time for a first playlist. */
    boolean awaited(long nowNanos) {
        long due = dueNanos;
        return running
                && filler.window().isEmpty()
                && camera.sound().possible()
                && (due == NO_TIME || nowNanos - due < 0);
    }

    void begin(Outlet outlet) {
        if (due()) {
            Watch begun = camera.sound().listen(/* packager= */ null);
            watch = begun;
            running = true;
            dueNanos = NO_TIME;
            begun.serve(outlet);
        }
    }

    /** Takes the frames that belong to the pictures so far. */
    void drain(WindowView pictures, Runnable breakOff, long nowNanos) {
        Watch watching = watch;
        if (watching == null) {
            return;
        }
        if (dueNanos == NO_TIME && pictures.playable()) {
            dueNanos = nowNanos + PATIENCE_NANOS;
        }
        if (filler.window().isPresent() || camera.sound().possible()) {
            filler.drain(watching.cursor(), pictures, breakOff);
        }
    }

    /** Overwrites all segments. */
    void erase() {
        filler.erase();
    }

    void end(Outlet outlet) {
        Watch watching = watch;
        watch = null;
        running = false;
        filler.end();
        filler.leave();
        if (watching != null) {
            watching.unserve(outlet);
            watching.close();
        }
    }
}
