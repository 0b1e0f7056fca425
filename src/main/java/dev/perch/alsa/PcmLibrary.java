package dev.perch.alsa;

import dev.perch.media.CaptureException;
import dev.perch.media.Clock;

/** Opens sound cards. One implementation calls libasound, another follows a script in tests. */
public interface PcmLibrary {
    /** Returns this machine's libasound, which is loaded when the first card is opened. */
    static PcmLibrary linux() {
        return LibAsound.INSTANCE;
    }

    /**
     * Opens a device for capture.
     *
     * @param device as libasound names it: {@code plughw:1}, {@code hw:Loopback,1}
     * @throws CaptureException if libasound is not on this machine, or the device is absent, in use or forbidden
     */
    Pcm open(String device) throws CaptureException;

    /** Returns the clock of the cards' time stamps. */
    default Clock clock() {
        return Clock.SYSTEM;
    }
}
