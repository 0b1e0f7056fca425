package dev.perch.ingest;

import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;

/** Logs who was refused: each network once a minute, few networks in all, and the rest by their number. For the port's thread. */
final class RefusalLog {
    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());
    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final int MOST_NETWORKS = 20;

    private final Set<String> told = new HashSet<>(); // within the window
    private long windowNanos;
    private long untold;

    /**
     * Logs a refusal, or counts it.
     *
     * @param network of the refused address
     * @param sentence for people
     */
    void refused(String network, String sentence, long nowNanos) {
        if (windowNanos == 0 || nowNanos - windowNanos >= WINDOW_NANOS) {
            windowNanos = nowNanos | 1;
            told.clear();
            if (untold > 0) {
                LOG.log(Level.WARNING, "RTMP: {0} more were refused in the minute before.", untold);
                untold = 0;
            }
        }
        if (told.size() < MOST_NETWORKS && told.add(network)) {
            LOG.log(Level.WARNING, sentence);
        } else {
            untold++;
        }
    }
}
