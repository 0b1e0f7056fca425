package dev.perch.progressive;

/** How {@code stream.mp4} begins. */
public enum Mp4Start {
    /** An init segment without samples, then fragments: what every player reads. */
    PLAIN,

    /**
     * The first key frame as a sample of the {@code moov} itself, then fragments. Chromium starts a second sooner by it; Firefox takes the
     * file to end behind that sample.
     */
    HYBRID,

    /** Plain, with the first key frame sent twice: Firefox paints a key frame only once the next one is there. */
    TWICE
}
