package dev.perch.camera;

import dev.perch.feed.Cursor;
import dev.perch.feed.Outlet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A viewer's hold on a camera, which runs while the watch is open. Closing it twice does nothing. */
public final class Watch implements AutoCloseable {
    private final Camera camera;
    private final Cursor cursor;
    private final long droppedBefore;
    private final Runnable leave;
    private final Supplier<Optional<String>> trouble;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Creates a watch.
     *
     * @param droppedBefore the frames that the feed had dropped until then
     * @param leave ends the demand
     * @param trouble says why the demand cannot be met now
     */
    Watch(Camera camera, Cursor cursor, long droppedBefore, Runnable leave, Supplier<Optional<String>> trouble) {
        this.camera = camera;
        this.cursor = cursor;
        this.droppedBefore = droppedBefore;
        this.leave = leave;
        this.trouble = trouble;
    }

    /** Returns the position in the feed. The watch's owner must use it under a lock of its own. */
    public Cursor cursor() {
        return cursor;
    }

    /** Returns the number of frames that the feed had dropped when the watch began. */
    public long droppedBefore() {
        return droppedBefore;
    }

    /** Returns why the track cannot be derived now, as a sentence; empty if it can, or need not be. Never waits. */
    public Optional<String> trouble() {
        return trouble.get();
    }

    /** Makes the camera's pump serve {@code outlet} with each frame of the watched feed from now on. */
    public void serve(Outlet outlet) {
        camera.serve(outlet, cursor.feed());
    }

    /** Ends the pump's service of {@code outlet} with this feed's frames; other watches may still serve it. */
    public void unserve(Outlet outlet) {
        camera.unserve(outlet, cursor.feed());
    }

    public Camera camera() {
        return camera;
    }

    /** Ends the watch. The caller must hold the lock under which it uses the cursor. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cursor.close();
            leave.run();
            camera.left();
        }
    }
}
