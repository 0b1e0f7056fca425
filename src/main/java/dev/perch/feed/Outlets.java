package dev.perch.feed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The outlets of one pump, by the feeds that they watch: a frame of the sound costs a viewer of pictures nothing.
 *
 * <p>Any thread adds, removes and tells news; the pump alone visits. Arrays are replaced, never changed, so that a visit takes no lock and allocates
 * nothing.
 */
final class Outlets {
    /** Visits one outlet. */
    interface Visitor {
        void visit(Outlet outlet, long nowNanos);
    }

    /** Tries to serve one outlet on the producer's thread. */
    interface AtOnce {
        /** Returns false if the pump is to do it. */
        boolean deliver(Outlet outlet);
    }

    /** The most outlets of a feed that its producer serves: a frame's write to each keeps it from the next frame. */
    private static final int MOST_AT_ONCE = 2;

    private static final Outlet[] NONE = {};

    /** The outlets of one feed. */
    private static final class Readership {
        final Feed feed;
        volatile Outlet[] outlets = NONE;
        volatile boolean news; // set by the producer, cleared by the pump before it visits

        Readership(Feed feed) {
            this.feed = feed;
        }
    }

    private final Queue<Outlet> fresh = new ConcurrentLinkedQueue<>(); // added, not visited yet
    private volatile Outlet[] all = NONE; // written under this, like the next
    private volatile Readership[] readerships = {};
    private volatile boolean everyone; // set by anybody, cleared by the pump before it visits

    /** Adds an outlet, or more feeds to one that is there. */
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

    /** Tells {@code outlet} of {@code feed} no more, and removes it if it watches no other. */
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
     * Serves the outlets of {@code feed}, if they are few, or makes the next {@link #visitNews} visit them.
     *
     * @return whether there are any to be visited
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

    /** Makes the next {@link #visitNews} visit all. */
    void tellAll() {
        everyone = true;
    }

    /** Visits the outlets that there is news for, and those that were just added. */
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

    /** Visits every outlet, whatever there is news of. */
    void visitAll(Visitor visitor, long nowNanos) {
        everyone = false;
        fresh.clear(); // first, and then the array is read: who is added meanwhile is in one of them
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
