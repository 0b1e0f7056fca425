package dev.perch.access;

import java.util.Locale;

/** The actions that a caller may want. Each address of the program names one. */
public enum Action {
    /** Seeing what belongs to no camera: the looks of the pages. */
    GREET,
    /** Seeing a camera's picture, and the pages around it. */
    WATCH,
    /** Hearing a camera, beside seeing it. */
    LISTEN,
    /** Reading health and figures. */
    METRICS,
    /** Being told whether the program is well, and no more. */
    HEALTH,
    /** Changing what a camera does. */
    CONTROL,
    /** Giving a camera its picture. */
    PUBLISH,
    /** Seeing what was recorded. */
    REPLAY,
    /** Taking a span of it away as one file. */
    EXPORT,
    /** Starting and stopping a recording, and marking one as kept. */
    RECORD,
    /** Deleting a recording. */
    DELETE,
    /** Letting others in. */
    ADMINISTER;

    /** Returns the word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether who may see pictures may do it. */
    public boolean watches() {
        return switch (this) {
            case GREET, WATCH, LISTEN, METRICS, HEALTH, REPLAY, EXPORT -> true;
            case CONTROL, PUBLISH, RECORD, DELETE, ADMINISTER -> false;
        };
    }
}
