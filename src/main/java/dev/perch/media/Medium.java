package dev.perch.media;

/** The sense that a track addresses. */
public enum Medium {
    VIDEO,
    SOUND
}
