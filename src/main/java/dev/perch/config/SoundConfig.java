package dev.perch.config;

import java.util.Optional;

/**
 * The sound of a camera, by the key {@code audio}.
 *
 * @param kind the origin
 * @param device the ALSA name of the sound card's device; empty for the camera's own microphone
 */
public record SoundConfig(Kind kind, Optional<String> device) {
    public enum Kind {
        /** None: the camera has no track of sound. */
        OFF,
        /** The source of the pictures, if it gives sound. */
        SOURCE,
        /** A sound card. */
        ALSA
    }

    public static final SoundConfig OFF = new SoundConfig(Kind.OFF, Optional.empty());
    public static final SoundConfig SOURCE = new SoundConfig(Kind.SOURCE, Optional.empty());

    /** Returns the sound of a sound card. */
    public static SoundConfig alsa(Optional<String> device) {
        return new SoundConfig(Kind.ALSA, device);
    }

    /** Returns the sound of a camera whose configuration does not say. */
    static SoundConfig defaultOf(SourceConfig source) {
        return source.maySound() ? SOURCE : OFF;
    }

    /** Returns true if the camera has a track of sound. */
    public boolean on() {
        return kind != Kind.OFF;
    }

    /** Returns true if it is the camera's own microphone. */
    boolean ownMicrophone() {
        return kind == Kind.ALSA && device.isEmpty();
    }

    /** Returns the form in the file. */
    @Override
    public String toString() {
        return switch (kind) {
            case OFF -> "off";
            case SOURCE -> "source";
            case ALSA -> "alsa:" + device.orElse("");
        };
    }
}
