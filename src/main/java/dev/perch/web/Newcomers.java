package dev.perch.web;

import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.memory.MemoryBudget;
import org.jspecify.annotations.Nullable;

/** Reserves memory for the cameras that come with their publishers, limits their viewers, and ends these when a camera goes. */
final class Newcomers implements Cameras.Attendant {
    private final MemoryBudget media;
    private final long shareBytes;
    private final Audience audience;
    private final @Nullable ViewerBounds bounds;

    /**
     * Creates the attendant.
     *
     * @param bounds null if the number of viewers is not limited
     */
    Newcomers(Cameras cameras, Audience audience, @Nullable ViewerBounds bounds) {
        this.media = cameras.pool().budget();
        this.shareBytes = Admission.keptForEach(media, most(cameras));
        this.audience = audience;
        this.bounds = bounds;
    }

    /** Returns the most cameras that there may be. */
    static int most(Cameras cameras) {
        return cameras.all().size() + cameras.wildcards().most();
    }

    @Override
    public void came(Camera camera) {
        media.keep(camera.id(), shareBytes);
        if (bounds != null) {
            camera.config().maxViewers().ifPresent(most -> bounds.bound(camera.id(), most));
        }
    }

    @Override
    public void left(Camera camera) {
        audience.endWatching(camera);
        media.keep(camera.id(), 0);
        if (bounds != null) {
            bounds.unbound(camera.id());
        }
    }
}
