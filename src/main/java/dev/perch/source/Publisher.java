package dev.perch.source;

/** One who publishes, as the source sees it. Called on any thread; no method waits. */
public interface Publisher {
    /**
     * Called when frames are taken: from now on the publisher gives them to {@code output}, on one thread at a time, until its publication ends.
     */
    void begin(SourceOutput output);

    /**
     * Called when its frames are no longer taken. It ends its publication soon.
     *
     * @param why as a sentence
     */
    void stop(String why);

    /** Returns what it counted so far. */
    SessionStats stats();
}
