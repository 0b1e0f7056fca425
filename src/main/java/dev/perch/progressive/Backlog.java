package dev.perch.progressive;

/** What a viewer that joins while the camera runs gets of the frames since the last key frame. */
public enum Backlog {
    /** All of them, in steps of 1 ms: a player is at the newest frame at once. */
    SQUEEZED,

    /** All of them, as far apart as they were captured: a program reads the true frame rate, and a recording has no fast motion. */
    TRUE_TO_TIME,

    /** None: the stream begins with the next key frame. */
    NONE
}
