package dev.perch.feed;

import java.lang.System.Logger.Level;

/** The reason why the current frames are not published, logged now and then. Guarded by the feed. */
final class FrameRefusals {
    private static final System.Logger LOG = System.getLogger(Feed.class.getName());

    /** The least time between two log lines: frames that are accepted and refused in turn must not fill the log. */
    private static final long QUIET_NANOS = 10_000_000_000L;

    private String why = "";
    private boolean logged;
    private long loggedNanos;

    void add(String feed, String sentence) {
        boolean known = sentence.equals(why) || (logged && System.nanoTime() - loggedNanos < QUIET_NANOS);
        why = sentence;
        if (!known) {
            logged = true;
            loggedNanos = System.nanoTime();
            LOG.log(Level.WARNING, "{0}: {1}", feed, sentence);
        }
    }

    /** Called with each frame that is published. */
    void forget() {
        why = "";
    }

    /** Returns the last reason, a sentence; empty if frames are published. */
    String why() {
        return why;
    }
}
