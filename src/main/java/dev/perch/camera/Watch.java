package dev.perch.camera;

import dev.perch.feed.Cursor;
import dev.perch.feed.Outlet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** One viewer's hold on a camera: while it is open the camera runs. Closing it twice does nothing. */
public final class Watch implements AutoCloseable {
    private final Camera camera;
    private final Cursor cursor;
    private final long droppedBefore;
    private final Runnable leave;
    private final Supplier<Optional<String>> trouble;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param droppedBefore frames that the feed had dropped until then
     * @param leave takes back what the watch demands
     * @param trouble why that cannot be had now
     */
    Watch(Camera camera, Cursor cursor, long droppedBefore, Runnable leave, Supplier<Optional<String>> trouble) {
        this.camera = camera;
        this.cursor = cursor;
        this.droppedBefore = droppedBefore;
        this.leave = leave;
        this.trouble = trouble;
    }

    /** The position in the feed; used by the watch's owner under a lock of its own. */
    public Cursor cursor() {
        return cursor;
    }

    /** How many frames the feed had dropped when the watch began. */
    public long droppedBefore() {
        return droppedBefore;
    }

    /** Why what is watched cannot be made of what the source gives, for now, a sentence; empty when it can, or need not be. Never waits. */
    public Optional<String> trouble() {
        return trouble.get();
    }

    /** Has {@code outlet} served by the camera's pump from now on, with each frame of the feed that is watched. */
    public void serve(Outlet outlet) {
        camera.serve(outlet, cursor.feed());
    }

    /** Has {@code outlet} served no more. */
    public void unserve(Outlet outlet) {
        camera.unserve(outlet);
    }

    /** The camera that is watched. */
    public Camera camera() {
        return camera;
    }

    /** Leaves; the caller holds the lock under which it uses the cursor. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cursor.close();
            leave.run();
            camera.left();
        }
    }
}
