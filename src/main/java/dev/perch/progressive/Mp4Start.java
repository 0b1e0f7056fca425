package dev.perch.progressive;

/** The beginnings of {@code stream.mp4}. */
public enum Mp4Start {
    /** An init segment without samples, then fragments: every player reads it. */
    PLAIN,

    /**
     * The first key frame as a sample of the {@code moov} itself, then fragments. Chromium starts a second sooner with it; Firefox thinks that the
     * file ends after that sample.
     */
    HYBRID,

    /** As {@link #PLAIN}, with the first key frame sent twice: Firefox paints a key frame only when the next one is there. */
    TWICE
}
