package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.media.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The privacy of one camera, and its curtain, which is there once somebody has asked for it. Safe from any thread. */
final class Hiding {
    /** A device takes at most 5 s to close; then it is left to itself. */
    private static final long SETTLED_MILLIS = 8_000;

    private final CameraConfig config;
    private final Tracks tracks;
    private final Clock clock;
    private final Runnable wake;
    private final List<Runnable> erasing = new CopyOnWriteArrayList<>();
    private volatile @Nullable Curtain curtain; // written under this, read by everybody

    /** @param wake has the camera's pump run soon */
    Hiding(CameraConfig config, Tracks tracks, Clock clock, Runnable wake) {
        this.config = config;
        this.tracks = tracks;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Has the camera begin as its configuration or an operator's earlier word says.
     *
     * @param switched whether an operator has made it private before
     * @return whether it begins private, so that its device is not to be touched
     */
    boolean begin(boolean switched) {
        Optional<PrivacyConfig> configured = config.privacy();
        if (switched || configured.isPresent()) {
            tracks.eraseFreed();
        }
        boolean timed = configured.isPresent() && configured.get().when().kind() != RecordingTimes.Kind.BUTTON;
        return (switched || timed) && curtain(switched).privacy().on();
    }

    /** Returns what hides the camera; empty if nothing ever did. */
    Optional<Curtain> curtain() {
        return Optional.ofNullable(curtain);
    }

    /** Returns the same, made where there is none. */
    private synchronized Curtain curtain(boolean switched) {
        Curtain present = curtain;
        if (present == null) {
            Privacy privacy = new Privacy(config.privacy().orElse(PrivacyConfig.NONE), clock, switched);
            present = new Curtain(config, privacy, tracks, clock, wake, erasing);
            curtain = present;
        }
        return present;
    }

    /** Has {@code eraser} run whenever what is kept of the camera's pictures is to be erased, on the pump's thread. */
    void onErase(Runnable eraser) {
        erasing.add(eraser);
    }

    /**
     * Switches it and waits until that is done.
     *
     * @param wakeControl has the camera look at it at once
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
