package dev.perch.progressive;

/** The part of the frames since the last key frame that a viewer gets when it joins a running camera. */
public enum Backlog {
    /** All of them, in steps of 1 ms: a player is at the newest frame at once. */
    SQUEEZED,

    /** All of them, as far apart as they were captured: a program reads the true frame rate, and a recording has no fast motion. */
    TRUE_TO_TIME,

    /** None: the stream begins with the next key frame. */
    NONE
}
