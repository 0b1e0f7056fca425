package dev.perch.source;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The relays that a stream passes through on its way to those who watch, each under a number of its own, so that a relay that would show itself is told. Safe from any
 * thread.
 */
final class RelayChain {
    /** Longer chains are circles that somebody has hidden. */
    private static final int MOST_RELAYS = 16;

    private static final int MOST_BYTES = 1024;

    private final String id = Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
    private final List<String> watching = new ArrayList<>(); // guarded by this

    /** Returns the value of the header: this relay, and those that watch it. */
    synchronized String header() {
        Set<String> all = new LinkedHashSet<>(List.of(id));
        watching.forEach(chain -> all.addAll(ids(chain)));
        return String.join(", ", all.stream().limit(MOST_RELAYS + 1).toList());
    }

    private static List<String> ids(String chain) {
        String known = chain.length() > MOST_BYTES ? chain.substring(0, MOST_BYTES) : chain;
        return List.of(known.split("[^0-9a-f]+", MOST_RELAYS + 2)).stream()
                .filter(word -> !word.isEmpty() && word.length() <= 16)
                .toList();
    }

    boolean leadsBack(String chain) {
        List<String> ids = ids(chain);
        return ids.contains(id) || ids.size() > MOST_RELAYS;
    }

    /** Notes a chain. Returns what forgets it. */
    Runnable watchedBy(String chain) {
        String own = new String(chain); // each of its own, also where two are the same
        synchronized (this) {
            watching.add(own);
        }
        return () -> forget(own);
    }

    private synchronized void forget(String chain) {
        watching.remove(chain);
    }
}
