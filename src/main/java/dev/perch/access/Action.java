package dev.perch.access;

import java.util.Locale;

/** The actions that a caller may request. Each address of the program names one. */
public enum Action {
    /** Seeing what belongs to no camera, such as the pages' styles. */
    GREET,
    /** Seeing a camera's picture, and the pages around it. */
    WATCH,
    /** Hearing a camera, beside seeing it. */
    LISTEN,
    /** Reading health and figures. */
    METRICS,
    /** Learning whether the program is well, and nothing more. */
    HEALTH,
    /** Changing a camera's settings. */
    CONTROL,
    /** Publishing a camera's pictures. */
    PUBLISH,
    /** Seeing recordings. */
    REPLAY,
    /** Downloading a span of recordings as one file. */
    EXPORT,
    /** Starting and stopping a recording, and marking one as kept. */
    RECORD,
    /** Deleting a recording. */
    DELETE,
    /** Letting others in. */
    ADMINISTER;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether a caller who may see pictures may do this. */
    public boolean watches() {
        return switch (this) {
            case GREET, WATCH, LISTEN, METRICS, HEALTH, REPLAY, EXPORT -> true;
            case CONTROL, PUBLISH, RECORD, DELETE, ADMINISTER -> false;
        };
    }
}
