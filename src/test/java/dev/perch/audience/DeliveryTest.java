package dev.perch.audience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.feed.Outgoing;
import dev.perch.media.Clock;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a stream begins, shows that it lives, and ends, whatever it carries: with a clock and a line that the test moves. */
class DeliveryTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private long nowNanos = 1_000 * SECOND_NANOS;
    private final Audience audience = new Audience(new Clock() {
        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public long wallClockMicros() {
            return nowNanos / 1_000;
        }
    });
    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final ReentrantLock lock = new ReentrantLock(); // of every stream here
    private final ScriptedLine line = new ScriptedLine();
    private final ScriptedStream stream = new ScriptedStream(line);

    DeliveryTest() throws Exception {}

    @AfterEach
    void close() {
        audience.close();
    }

    /** A connection that takes bytes while the test says so. */
    private static class ScriptedLine implements Line {
        private boolean open = true;
        private boolean broken;
        private boolean direct = true;
        private int retries;
        private final List<Departure> ends = new CopyOnWriteArrayList<>();
        private int closes;

        @Override
        public void open(LineListener listener) {}

        @Override
        public boolean writable() {
            return open;
        }

        @Override
        public boolean direct() {
            return direct;
        }

        @Override
        public boolean retry() {
            retries++;
            return open;
        }

        @Override
        public boolean ready() {
            return open;
        }

        @Override
        public int write(Outgoing outgoing) {
            throw new AssertionError("the stream of this test writes itself");
        }

        int take(int bytes) throws IOException {
            if (broken) {
                throw new IOException("Broken pipe");
            }
            return bytes;
        }

        @Override
        public void flush() {}

        @Override
        public void end(Departure how) {
            ends.add(how);
        }

        @Override
        public boolean ended(long nowNanos) {
            return true;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    /** A stream of messages of one byte. */
    private final class ScriptedStream extends Delivery {
        private final ScriptedLine line;
        private boolean begun;
        private int pending;
        private int heartbeats;
        private boolean endsWhenQuiet;
        private @Nullable RuntimeException defect;
        private @Nullable Boolean late; // as it was last asked

        ScriptedStream(ScriptedLine line) throws Exception {
            super(lock, audience, line, lease());
            this.line = line;
        }

        void begin() {
            begin(List.of());
        }

        @Override
        protected boolean hasMore(long now) {
            begun |= pending > 0;
            return pending > 0;
        }

        @Override
        protected int write() throws IOException {
            if (defect != null) {
                throw defect;
            }
            int sent = line.take(1);
            pending -= sent;
            return sent;
        }

        @Override
        protected boolean begun() {
            return begun;
        }

        @Override
        protected void await(boolean isLate) {
            late = isLate;
            if (isLate) {
                end(Departure.REFUSED);
            }
        }

        @Override
        protected boolean idle() {
            return pending == 0;
        }

        @Override
        protected void quiet(long now, boolean silent) {
            if (endsWhenQuiet) {
                end(Departure.COMPLETE);
            }
        }

        @Override
        protected void heartbeat(long now) {
            heartbeats++;
            pending++;
        }

        void frame() {
            pending++;
            turn(nowNanos);
        }
    }

    private Lease lease() throws Exception {
        return budget.lease("viewers", 1_000, "fewer");
    }

    private void pass(double seconds) {
        long end = nowNanos + (long) (seconds * SECOND_NANOS);
        while (nowNanos < end && !stream.over()) {
            nowNanos = Math.min(end, nowNanos + SECOND_NANOS / 4);
            stream.turn(nowNanos);
        }
    }

    private void assertEnded(Departure how) {
        assertEquals(List.of(how), line.ends);
        assertEquals(1, audience.departed(how));
        assertEquals(0, audience.size());
        assertEquals(0, budget.leasedBytes());
        assertTrue(stream.over());
    }

    @Test
    void noFirstFrame_isWaitedForTenSeconds() {
        stream.begin();
        assertEquals(1, audience.size());
        pass(10);
        assertEquals(false, stream.late);
        assertFalse(stream.over());
        pass(0.25);
        assertEnded(Departure.REFUSED);
    }

    @Test
    void aStreamThatHasBegun_isNotAskedForItsFirstFrame() {
        stream.begin();
        stream.frame();
        stream.late = null;
        pass(12);
        assertEquals(null, stream.late);
        assertEquals(1 + stream.heartbeats, audience.sentBytes());
    }

    @Test
    void silence_isAHeartbeatASecond_andAFramePutsItOff() {
        stream.begin();
        stream.frame();
        pass(1);
        assertEquals(0, stream.heartbeats);
        pass(0.25);
        assertEquals(1, stream.heartbeats);
        pass(1);
        assertEquals(1, stream.heartbeats);
        pass(0.25);
        assertEquals(2, stream.heartbeats);
        stream.frame();
        pass(1);
        assertEquals(2, stream.heartbeats);
    }

    @Test
    void quietStream_mayBeComplete_beforeAnyHeartbeat() {
        stream.begin();
        stream.frame();
        stream.endsWhenQuiet = true;
        pass(0.25);
        assertEnded(Departure.COMPLETE);
        assertEquals(0, stream.heartbeats);
    }

    @Test
    void lineThatTakesNothing_isTriedAgain_andEndsAsStalledAfterFifteenSeconds() {
        stream.begin();
        stream.frame();
        line.open = false;
        stream.frame();
        pass(15);
        assertFalse(stream.over());
        assertTrue(line.retries > 50, "retries=" + line.retries);
        assertEquals(0, stream.heartbeats, "bytes wait: it is not silent");
        pass(0.25);
        assertEnded(Departure.STALLED);
    }

    @Test
    void stalledLine_thatTakesBytesAgain_goesOn() {
        stream.begin();
        stream.frame();
        line.open = false;
        stream.frame();
        pass(14);
        line.open = true;
        stream.onWritable();
        assertEquals(2, audience.sentBytes());
        line.open = false;
        stream.frame();
        pass(14);
        assertFalse(stream.over());
    }

    @Test
    void brokenLine_isGone_onceAndForAll() {
        stream.begin();
        line.broken = true;
        stream.frame();
        assertEnded(Departure.GONE);
        stream.onGone();
        stream.onWritable();
        stream.shutDown();
        assertEnded(Departure.GONE);
    }

    // ---- frames that their producer delivers

    private boolean frameAtOnce() {
        stream.pending++;
        return stream.deliverAtOnce(nowNanos);
    }

    @Test
    void producer_writesToADirectLine_onceTheStreamHasBegun() {
        stream.begin();
        assertFalse(frameAtOnce(), "how it begins is the pump's");
        assertEquals(0, audience.sentBytes());
        stream.turn(nowNanos);
        assertTrue(frameAtOnce());
        assertEquals(2, audience.sentBytes());
        line.direct = false;
        assertFalse(frameAtOnce());
        line.direct = true;
        line.open = false;
        assertFalse(frameAtOnce());
        assertEquals(2, audience.sentBytes());
    }

    @Test
    void producer_neverWaitsForTheViewersLock() throws Exception {
        stream.begin();
        stream.frame();
        lock.lock(); // a thread of the container's, which is told something of the connection
        try {
            assertFalse(CompletableFuture.supplyAsync(this::frameAtOnce).get(30, TimeUnit.SECONDS));
        } finally {
            lock.unlock();
        }
        assertEquals(1, audience.sentBytes());
    }

    @Test
    void producer_leavesNothing_thatMayTakeAnothersLock() throws Exception {
        stream.begin();
        stream.frame();
        line.broken = true;
        CountDownLatch held = new CountDownLatch(1);
        audience.closer().execute(() -> {
            try {
                assertTrue(held.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(frameAtOnce());
        assertTrue(stream.over());
        assertEquals(1, audience.size(), "the end is another thread's");
        assertFalse(frameAtOnce());
        held.countDown();
        Await.until(30, () -> budget.leasedBytes() == 0 && !line.ends.isEmpty(), line.ends::toString);
        assertEnded(Departure.GONE);
    }

    @Test
    void defect_underAProducer_isThePumpsToTell() {
        stream.begin();
        stream.frame();
        stream.defect = new IllegalStateException("of the test");
        assertFalse(frameAtOnce());
        assertFalse(frameAtOnce(), "not tried again");
        IllegalStateException told = assertThrows(IllegalStateException.class, () -> stream.turn(nowNanos));
        assertEquals(stream.defect, told.getCause());
    }

    @Test
    void shutDown_endsTheLineOnTheCallersThread() {
        stream.begin();
        stream.shutDown();
        assertEnded(Departure.SHUT_DOWN);
        assertEquals(1, line.closes);
    }

    @Test
    void whoComesWhenTheProgramEnds_isEndedAtOnce() {
        audience.close();
        stream.begin();
        assertEnded(Departure.SHUT_DOWN);
    }

    @Test
    void aLineThatCannotBeOpened_givesEverythingBack() throws Exception {
        ScriptedLine faulty = new ScriptedLine() {
            @Override
            public void open(LineListener listener) {
                throw new IllegalStateException("already set");
            }
        };
        stream.shutDown();
        ScriptedStream never = new ScriptedStream(faulty);
        assertThrows(IllegalStateException.class, never::begin);
        assertEquals(List.of(Departure.GONE), faulty.ends);
        assertEquals(0, budget.leasedBytes());
        assertEquals(0, audience.size());
    }
}
