package dev.perch.audience;

/** The ways in which a viewer's stream ends. */
public enum Departure {
    /** Everything requested has been sent. */
    COMPLETE,
    /** The client closed the connection. */
    GONE,
    /** The client took nothing for too long. */
    STALLED,
    /** A half-written frame's memory was needed. */
    TOO_SLOW,
    /** No frame came in time, or the camera could not start. */
    REFUSED,
    /** The viewer may no longer watch. */
    NOT_ALLOWED,
    /** The program ended. */
    SHUT_DOWN
}
