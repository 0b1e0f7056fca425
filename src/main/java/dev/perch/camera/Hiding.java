package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.media.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The privacy of one camera, and its curtain, which exists once somebody has asked for privacy. Safe from any thread. */
final class Hiding {
    /** A device takes at most 5 s to close, after which it is left alone. */
    private static final long SETTLED_MILLIS = 8_000;

    private final CameraConfig config;
    private final Tracks tracks;
    private final Clock clock;
    private final Runnable wake;
    private final List<Runnable> erasing = new CopyOnWriteArrayList<>();
    private volatile @Nullable Curtain curtain; // written under this, read by everybody

    /**
     * Creates a camera's privacy without a curtain.
     *
     * @param wake makes the camera's pump run soon
     */
    Hiding(CameraConfig config, Tracks tracks, Clock clock, Runnable wake) {
        this.config = config;
        this.tracks = tracks;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Begins as the configuration or an operator's stored word says.
     *
     * @param switched whether an operator has made the camera private before
     * @return whether the camera begins private, so that its device must not be touched
     */
    boolean begin(boolean switched) {
        Optional<PrivacyConfig> configured = config.privacy();
        if (switched || configured.isPresent()) {
            tracks.eraseFreed();
        }
        boolean timed = configured.isPresent() && configured.get().when().kind() != RecordingTimes.Kind.BUTTON;
        return (switched || timed) && curtain(switched).privacy().on();
    }

    /** Returns the curtain; empty if nothing ever hid the camera. */
    Optional<Curtain> curtain() {
        return Optional.ofNullable(curtain);
    }

    /** Returns the curtain, creating it if necessary. */
    private synchronized Curtain curtain(boolean switched) {
        Curtain present = curtain;
        if (present == null) {
            Privacy privacy = new Privacy(config.privacy().orElse(PrivacyConfig.NONE), clock, switched);
            present = new Curtain(config, privacy, tracks, clock, wake, erasing);
            curtain = present;
        }
        return present;
    }

    /** Runs {@code eraser} on the pump's thread whenever stored pictures must be erased. */
    void onErase(Runnable eraser) {
        erasing.add(eraser);
    }

    /**
     * Switches privacy and waits until it takes effect.
     *
     * @param wakeControl makes the camera look at it at once
     * @return false if that takes longer than some seconds
     */
    boolean switchTo(boolean on, Runnable wakeControl) throws InterruptedException {
        tracks.eraseFreed();
        Curtain hiding = curtain(on);
        hiding.privacy().switchTo(on);
        wakeControl.run();
        return hiding.awaitSettled(SETTLED_MILLIS);
    }
}
