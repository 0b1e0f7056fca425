package dev.perch.source;

/** The knowledge about sound before and during a session. */
public enum SoundProspect {
    NONE,
    /** There may be some: the first session, or the first picture of the present one, tells. */
    POSSIBLE,
    /** There will be sound. */
    CERTAIN
}
