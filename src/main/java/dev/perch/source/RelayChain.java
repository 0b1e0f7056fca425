package dev.perch.source;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The relays that a stream passes on its way to viewers, each with its own number, so that a loop of relays is recognized. Safe from any thread.
 */
final class RelayChain {
    /** A longer chain must be a hidden loop. */
    private static final int MOST_RELAYS = 16;

    private static final int MOST_BYTES = 1024;

    private final String id = Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
    private final List<String> watching = new ArrayList<>(); // guarded by this

    /** Returns the header's value: this relay, and those that watch it. */
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

    /** Adds a chain. Returns the call that removes it. */
    Runnable watchedBy(String chain) {
        String own = new String(chain); // a new object, so that equal chains are told apart
        synchronized (this) {
            watching.add(own);
        }
        return () -> forget(own);
    }

    private synchronized void forget(String chain) {
        watching.remove(chain);
    }
}
