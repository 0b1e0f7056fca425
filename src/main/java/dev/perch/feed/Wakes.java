package dev.perch.feed;

import java.util.Arrays;

/**
 * Whoever is told of a feed's frames. Told on the producer's thread, outside the feed's lock, and must not wait; an array that is replaced, never
 * changed, so that telling takes no lock and allocates nothing.
 */
final class Wakes {
    private volatile Runnable[] all; // written under this

    Wakes(Runnable first) {
        all = new Runnable[] {first};
    }

    synchronized void add(Runnable wake) {
        Runnable[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = wake;
        all = more;
    }

    synchronized void remove(Runnable wake) {
        all = Arrays.stream(all).filter(each -> each != wake).toArray(Runnable[]::new);
    }

    void tell() {
        for (Runnable wake : all) {
            wake.run();
        }
    }
}
