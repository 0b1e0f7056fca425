package dev.perch.camera;

import dev.perch.feed.Feed;
import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SoundProspect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sound of one camera. Safe from any thread; nothing here waits. */
public final class CameraSound {
    private final Camera camera;
    private final Tracks tracks;
    private final CameraControl control;

    CameraSound(Camera camera, Tracks tracks, CameraControl control) {
        this.camera = camera;
        this.tracks = tracks;
        this.control = control;
    }

    /**
     * Returns whether the running session gives sound, or the next one will. {@link SoundProspect#CERTAIN} does not say when the first of it comes. A
     * session without sound at its first picture has {@link SoundProspect#NONE}.
     */
    public SoundProspect prospect() {
        return camera.config().sound().on() ? control.sound().orElseGet(camera.source()::sound) : SoundProspect.NONE;
    }

    /** Returns true unless the camera is known to have no sound, in this session or at all. */
    public boolean possible() {
        return prospect() != SoundProspect.NONE;
    }

    /** Returns the configuration of the sound as far as it is known; empty for a camera without sound. */
    public Optional<StreamConfig.Aac> config() {
        return possible()
                ? camera.feed(Encoding.AAC)
                        .config()
                        .filter(StreamConfig.Aac.class::isInstance)
                        .map(StreamConfig.Aac.class::cast)
                : Optional.empty();
    }

    /**
     * Starts reading the sound from the oldest frame in its ring on. The viewer is counted by its watch of a picture, which keeps the camera running.
     *
     * @param packager makes the heads that the viewer sends; null if it sends none
     * @throws IllegalArgumentException if the camera has no track of sound ({@code audio: off})
     */
    public Watch listen(@Nullable Packager packager) {
        Track track = tracks.of(TrackId.main(Encoding.AAC));
        Demand demand = track.demand();
        Feed feed = track.feed();
        demand.joinedBeside();
        return new Watch(
                camera,
                feed.joinAt(packager, Long.MIN_VALUE),
                feed.stats().dropped(),
                demand::leftBeside,
                Optional::empty);
    }
}
