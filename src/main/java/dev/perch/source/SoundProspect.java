package dev.perch.source;

/** What is known of sound before, or while, a session runs. */
public enum SoundProspect {
    /** There is none. */
    NONE,
    /** There may be some: the first session, or the first picture of the present one, tells. */
    POSSIBLE,
    /** It comes. */
    CERTAIN
}
