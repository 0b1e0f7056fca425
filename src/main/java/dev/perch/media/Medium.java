package dev.perch.media;

/** What a track is for. */
public enum Medium {
    /** To be seen. */
    VIDEO,
    /** To be heard. */
    SOUND
}
