package dev.perch.source;

/** A publisher as the source sees it. Called on any thread; no method waits. */
public interface Publisher {
    /**
     * Called when the camera takes frames: from now on the publisher gives them to {@code output}, on one thread at a time, until its publication
     * ends.
     */
    void begin(SourceOutput output);

    /**
     * Called when the publisher's frames are no longer accepted. The publisher must end its publication soon.
     *
     * @param why as a sentence
     */
    void stop(String why);

    /** Returns the counts so far. */
    SessionStats stats();
}
