package dev.perch.feed;

import java.util.Arrays;

/**
 * Tells listeners of each of a feed's frames, on the producer's thread and outside the feed's lock; a listener must not wait. Telling takes no lock
 * and allocates nothing: the array is replaced, never changed.
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
