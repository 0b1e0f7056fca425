package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.memory.Faults;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is visited for which news. */
@Timeout(30)
class OutletsTest {
    private final Feed pictures = TestFeed.fixed(Encoding.H264, 10_000).feed;
    private final Feed sound = TestFeed.fixed(Encoding.AAC, 10_000).feed;
    private final Outlets outlets = new Outlets();
    private final Outlets.Visitor visitor = Outlet::deliver;

    /** Counts its visits. */
    private static final class Counter implements Outlet {
        private int visits;

        @Override
        public void deliver(long nowNanos) {
            visits++;
        }

        /** Returns the visits since it was last asked. */
        int taken() {
            int since = visits;
            visits = 0;
            return since;
        }
    }

    /** Takes frames from their producer, while it likes to. */
    private static final class Willing implements Outlet {
        private boolean willing = true;
        private int atOnce;
        private int byPump;

        @Override
        public void deliver(long nowNanos) {
            byPump++;
        }

        @Override
        public boolean deliverAtOnce(long nowNanos) {
            atOnce += willing ? 1 : 0;
            return willing;
        }
    }

    private Willing willing() {
        Willing outlet = new Willing();
        outlets.add(outlet, List.of(pictures));
        visitNews();
        outlet.byPump = 0;
        return outlet;
    }

    private boolean tell(Feed feed) {
        return outlets.tell(feed, outlet -> outlet.deliverAtOnce(/* nowNanos= */ 0));
    }

    @Test
    void few_areServedByTheProducer_andThePumpRests() {
        assertFalse(tell(pictures), "nobody watches");
        Willing one = willing();
        assertFalse(tell(pictures));
        Willing two = willing();
        assertFalse(tell(pictures));
        visitNews();
        assertEquals(List.of(2, 0, 1, 0), List.of(one.atOnce, one.byPump, two.atOnce, two.byPump));
        one.willing = false;
        assertTrue(tell(pictures));
        visitNews();
        assertEquals(List.of(2, 1, 2), List.of(one.atOnce, one.byPump, two.atOnce));
    }

    @Test
    void more_areThePumps_soThatAFrameDoesNotKeepItsProducer() {
        Willing one = willing();
        Willing two = willing();
        Willing three = willing();
        assertTrue(tell(pictures));
        visitNews();
        assertEquals(List.of(0, 0, 0), List.of(one.atOnce, two.atOnce, three.atOnce));
        assertEquals(1, three.byPump);
    }

    private Counter added(Feed... feeds) {
        Counter counter = new Counter();
        outlets.add(counter, List.of(feeds));
        return counter;
    }

    private void visitNews() {
        outlets.visitNews(visitor, /* nowNanos= */ 0);
    }

    @Test
    void frame_visitsThoseAlone_whoWatchItsFeed() {
        Counter viewer = added(pictures);
        Counter listener = added(sound);
        Counter both = added(pictures, sound);
        visitNews();
        assertEquals(List.of(1, 1, 1), taken(viewer, listener, both), "each is visited when it was added");

        tell(sound);
        visitNews();
        assertEquals(List.of(0, 1, 1), taken(viewer, listener, both));

        tell(pictures);
        tell(pictures);
        visitNews();
        assertEquals(List.of(1, 0, 1), taken(viewer, listener, both));

        visitNews();
        assertEquals(List.of(0, 0, 0), taken(viewer, listener, both), "news is told once");
    }

    @Test
    void whatConcernsAll_andTheTick_visitEveryone() {
        Counter viewer = added(pictures);
        Counter noFeed = added();
        outlets.tellAll();
        visitNews();
        assertEquals(List.of(1, 1), taken(viewer, noFeed));
        tell(pictures);
        outlets.visitAll(visitor, /* nowNanos= */ 0);
        visitNews();
        assertEquals(List.of(1, 1), taken(viewer, noFeed), "a visit to all is one for each news before it");
    }

    @Test
    void another_costsThoseWhoWereThereBeforeNothing() {
        Counter there = added(pictures);
        visitNews();
        there.taken();
        Counter another = added(pictures);
        visitNews();
        assertEquals(List.of(0, 1), taken(there, another));
    }

    @Test
    void removed_isVisitedNoMore() {
        Counter gone = added(pictures);
        Counter staying = added(pictures);
        outlets.remove(gone);
        assertFalse(outlets.isEmpty());
        tell(pictures);
        visitNews();
        outlets.visitAll(visitor, /* nowNanos= */ 0);
        assertEquals(0, gone.taken());
        assertEquals(3, staying.taken());
        outlets.remove(staying);
        assertTrue(outlets.isEmpty());
    }

    @Test
    void removedFromOneFeed_isVisitedForTheOthers_andNotAtAllAfterTheLast() {
        Counter both = added(pictures, sound);
        visitNews();
        both.taken();
        outlets.remove(both, sound);
        tell(sound);
        visitNews();
        assertEquals(0, both.taken());
        tell(pictures);
        visitNews();
        outlets.visitAll(visitor, /* nowNanos= */ 0);
        assertEquals(2, both.taken());
        outlets.remove(both, pictures);
        assertTrue(outlets.isEmpty());
    }

    @Test
    void thousandViewers_hearNothingOfTheSound_andTellingThemAllocatesNothing() {
        List<Counter> viewers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            viewers.add(added(pictures));
        }
        Counter listener = added(sound);
        frames(sound, 2_000); // classes are loaded
        frames(pictures, 100);
        viewers.forEach(Counter::taken);
        listener.taken();
        long bytes = frames(sound, 1_000) + frames(pictures, 10);
        assertEquals(1_000, listener.taken());
        viewers.forEach(viewer -> assertEquals(10, viewer.taken()));
        assertTrue(bytes < 1_010, "bytes allocated for 1010 frames: " + bytes);
    }

    private long frames(Feed feed, int count) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < count; i++) {
            tell(feed);
            outlets.visitNews(visitor, i);
        }
        return threads.getThreadAllocatedBytes(id) - before;
    }

    @Test
    void pump_deliversAFeedsFrame_toThoseWhoWatchIt() throws Exception {
        Semaphore seen = new Semaphore(0);
        Semaphore heard = new Semaphore(0);
        Pump pump = new Pump("pump", now -> Long.MAX_VALUE, new Faults());
        pump.start();
        try (pump) {
            pump.add(now -> seen.release(), List.of(pictures));
            pump.add(now -> heard.release(), List.of(sound));
            assertTrue(seen.tryAcquire(10, TimeUnit.SECONDS));
            assertTrue(heard.tryAcquire(10, TimeUnit.SECONDS));
            int frames = 200;
            seen.drainPermits();
            for (int i = 0; i < frames; i++) {
                pump.wake(sound);
                assertTrue(heard.tryAcquire(10, TimeUnit.SECONDS));
            }
            assertTrue(seen.availablePermits() < frames, "only ticks: visits=" + seen.availablePermits());
        }
    }

    private static List<Integer> taken(Counter... counters) {
        List<Integer> visits = new ArrayList<>();
        for (Counter counter : counters) {
            visits.add(counter.taken());
        }
        return visits;
    }
}
