package dev.perch.feed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The outlets of one pump, by the feeds that they watch, so that a frame of sound costs a viewer of pictures nothing.
 *
 * <p>Any thread adds, removes and tells news; only the pump visits. Arrays are replaced, never changed, so that a visit takes no lock and allocates
 * nothing.
 */
final class Outlets {
    /** Visits one outlet. */
    interface Visitor {
        void visit(Outlet outlet, long nowNanos);
    }

    /** Serves one outlet on the producer's thread. */
    interface AtOnce {
        /** Returns false if the pump has to do it. */
        boolean deliver(Outlet outlet);
    }

    /** The most outlets of a feed that its producer serves: each write delays the producer's next frame. */
    private static final int MOST_AT_ONCE = 2;

    private static final Outlet[] NONE = {};

    private static final class Readership {
        final Feed feed;
        volatile Outlet[] outlets = NONE;
        volatile boolean news; // set by the producer, cleared by the pump before it visits

        Readership(Feed feed) {
            this.feed = feed;
        }
    }

    private final Queue<Outlet> fresh = new ConcurrentLinkedQueue<>(); // added and not visited yet
    private volatile Outlet[] all = NONE; // written under this, like the array that replaces it
    private volatile Readership[] readerships = {};
    private volatile boolean everyone; // set by anybody, cleared by the pump before it visits

    /** Adds an outlet, or adds feeds to one that is already there. */
    synchronized void add(Outlet outlet, List<Feed> feeds) {
        all = without(all, outlet);
        all = with(all, outlet);
        for (Feed feed : feeds) {
            Readership readership = readership(feed);
            readership.outlets = with(readership.outlets, outlet);
        }
        fresh.add(outlet);
    }

    private Readership readership(Feed feed) {
        for (Readership readership : readerships) {
            if (readership.feed == feed) {
                return readership;
            }
        }
        Readership added = new Readership(feed);
        List<Readership> more = new ArrayList<>(List.of(readerships));
        more.add(added);
        readerships = more.toArray(new Readership[0]);
        return added;
    }

    synchronized void remove(Outlet outlet) {
        all = without(all, outlet);
        for (Readership readership : readerships) {
            readership.outlets = without(readership.outlets, outlet);
        }
        readerships = Arrays.stream(readerships)
                .filter(readership -> readership.outlets.length > 0)
                .toArray(Readership[]::new); // a feed may be gone with its last reader
        fresh.remove(outlet);
    }

    /** Stops telling {@code outlet} of {@code feed}, and removes it if it watches no other. */
    synchronized void remove(Outlet outlet, Feed feed) {
        for (Readership readership : readerships) {
            if (readership.feed == feed) {
                readership.outlets = without(readership.outlets, outlet);
            }
        }
        boolean watches = Arrays.stream(readerships)
                .anyMatch(readership -> Arrays.asList(readership.outlets).contains(outlet));
        if (!watches) {
            remove(outlet);
        }
    }

    private static Outlet[] with(Outlet[] before, Outlet outlet) {
        Outlet[] more = new Outlet[before.length + 1];
        System.arraycopy(before, 0, more, 0, before.length);
        more[before.length] = outlet;
        return more;
    }

    private static Outlet[] without(Outlet[] before, Outlet outlet) {
        for (int i = 0; i < before.length; i++) {
            if (before[i] == outlet) {
                Outlet[] fewer = new Outlet[before.length - 1];
                System.arraycopy(before, 0, fewer, 0, i);
                System.arraycopy(before, i + 1, fewer, i, fewer.length - i);
                return fewer;
            }
        }
        return before;
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /**
     * Serves the outlets of {@code feed} at once if they are few, else marks them for the next {@link #visitNews}.
     *
     * @return whether any are left to visit
     */
    boolean tell(Feed feed, AtOnce atOnce) {
        for (Readership readership : readerships) {
            if (readership.feed == feed) {
                if (served(readership.outlets, atOnce)) {
                    return false;
                }
                readership.news = true;
                return true;
            }
        }
        return false;
    }

    private static boolean served(Outlet[] outlets, AtOnce atOnce) {
        if (outlets.length > MOST_AT_ONCE) {
            return false;
        }
        boolean all = true;
        for (Outlet outlet : outlets) {
            all &= atOnce.deliver(outlet);
        }
        return all;
    }

    /** Makes the next {@link #visitNews} visit all outlets. */
    void tellAll() {
        everyone = true;
    }

    /** Visits the outlets that have news, and those just added. */
    void visitNews(Visitor visitor, long nowNanos) {
        if (everyone) {
            visitAll(visitor, nowNanos);
            return;
        }
        for (Outlet outlet = fresh.poll(); outlet != null; outlet = fresh.poll()) {
            visitor.visit(outlet, nowNanos);
        }
        for (Readership readership : readerships) {
            if (readership.news) {
                readership.news = false;
                visit(readership.outlets, visitor, nowNanos);
            }
        }
    }

    /** Visits every outlet. */
    void visitAll(Visitor visitor, long nowNanos) {
        everyone = false;
        fresh.clear(); // cleared before the array is read: an outlet added in between is in one of the two
        for (Readership readership : readerships) {
            readership.news = false;
        }
        visit(all, visitor, nowNanos);
    }

    private static void visit(Outlet[] outlets, Visitor visitor, long nowNanos) {
        for (Outlet outlet : outlets) {
            visitor.visit(outlet, nowNanos);
        }
    }
}
