package dev.perch.web;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Problem;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of costly requests that are answered at once. The others wait for their turn without a thread, so that a crowd that asks for
 * pages keeps nobody from a picture. Safe from any thread.
 */
final class Turns {
    /** Half of a Pi's cores, and two of the eight request threads. */
    static final int AT_ONCE = 2;

    static final int MOST_WAITING = 64;

    private static final System.Logger LOG = System.getLogger(Turns.class.getName());
    private static final String WAITING = Turns.class.getName();
    private static final long PATIENCE_MILLIS = 20_000;

    private final Deque<Waiting> queue = new ArrayDeque<>(); // guarded by this, like the next
    private int taken;
    private String lastAddress = ""; // the address that got the last turn

    /** Answers a request. */
    interface Work {
        void run() throws IOException;
    }

    /** Leases the memory of a waiting request. */
    public interface Admittance {
        Lease lease() throws BudgetExceededException;
    }

    /**
     * Answers {@code request} by {@code work}, now or when the container dispatches it again in its turn. In a container that lets no request wait
     * without a thread, the answer comes now.
     *
     * @param address by which the request is counted
     * @return false if too many wait already
     * @throws BudgetExceededException if there is no memory for a waiting request
     * @throws dev.perch.audience.AddressShares.FullException if too many wait from its address
     */
    boolean take(HttpServletRequest request, Supplier<String> address, Admittance admittance, Work work)
            throws IOException, BudgetExceededException {
        boolean own = true;
        if (request.getAttribute(WAITING) instanceof Waiting called) {
            own = called.begin();
        } else if (!enter(/* anyway= */ !request.isAsyncSupported())) {
            return await(request, address.get(), admittance);
        }
        try {
            work.run();
        } finally {
            if (own) {
                leave();
            }
        }
        return true;
    }

    /** Returns the answer to a request that may not even wait. */
    static Problem full() {
        return Problem.of(
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                "Too many at once",
                "So many ask for pages and numbers that this request's turn does not come.");
    }

    private synchronized boolean enter(boolean anyway) {
        boolean may = anyway || taken < AT_ONCE;
        taken += may ? 1 : 0;
        return may;
    }

    private boolean await(HttpServletRequest request, String address, Admittance admittance)
            throws BudgetExceededException {
        Waiting waiting = new Waiting(address, admittance.lease());
        boolean queued = false;
        try {
            queued = queue(request, waiting);
        } finally {
            if (!queued) {
                waiting.lease.close();
            }
        }
        passOn(); // a turn may have ended in between
        return queued;
    }

    /** Queues {@code waiting} under the lock, so that whoever takes it from the queue finds its context. */
    private synchronized boolean queue(HttpServletRequest request, Waiting waiting) {
        if (queue.size() >= MOST_WAITING) {
            return false;
        }
        waiting.start(request);
        queue.add(waiting);
        return true;
    }

    /** Passes the turn on, or gives it back. */
    private void leave() {
        synchronized (this) {
            taken--;
        }
        passOn();
    }

    private void passOn() {
        for (Waiting next = next(); next != null && !next.dispatch(); next = next()) {
            synchronized (this) {
                taken--;
            }
        }
    }

    /** Returns the next request, or null. Addresses alternate, so that a request does not wait behind all those of another address. */
    private synchronized @Nullable Waiting next() {
        if (taken >= AT_ONCE || queue.isEmpty()) {
            return null;
        }
        Waiting next = queue.stream()
                .filter(waiting -> !waiting.address.equals(lastAddress))
                .findFirst()
                .orElseGet(queue::element);
        queue.remove(next);
        lastAddress = next.address;
        taken++;
        return next;
    }

    private synchronized boolean remove(Waiting gone) {
        return queue.remove(gone);
    }

    /** A request in the queue, and later in its turn. */
    private final class Waiting implements AsyncListener {
        private final String address;
        private final Lease lease;
        private @Nullable AsyncContext async; // guarded by the queue's lock
        private boolean called; // whether it has been dispatched; guarded by this, like the next
        private boolean over; // whether its answer has begun, or never will

        Waiting(String address, Lease lease) {
            this.address = address;
            this.lease = lease;
        }

        void start(HttpServletRequest request) {
            request.setAttribute(WAITING, this);
            AsyncContext started = AsyncRequests.start(request);
            started.setTimeout(PATIENCE_MILLIS);
            started.addListener(this);
            async = started;
        }

        /** Dispatches the request. Returns false if it is over; the turn then goes to the next one. */
        boolean dispatch() {
            AsyncContext present = async;
            synchronized (this) {
                if (present == null || over) {
                    return false;
                }
                called = true;
            }
            try {
                present.dispatch();
                return true;
            } catch (IllegalStateException gone) {
                LOG.log(Level.TRACE, "a client did not wait for its turn", gone);
                return !end(); // if false, whoever ended it has passed its turn on
            }
        }

        /** Returns whether the request still has its turn. */
        boolean begin() {
            return end();
        }

        /** Ends the request. Returns whether this was the first end. */
        private boolean end() {
            synchronized (this) {
                if (over) {
                    return false;
                }
                over = true;
            }
            lease.close();
            return true;
        }

        /** Gives up because the client or the container is gone. The request's turn passes to the next. */
        private void gone() {
            remove(this);
            boolean had;
            synchronized (this) { // without the lock it could keep its turn for ever
                had = called;
                if (!end()) {
                    return;
                }
            }
            if (had) {
                leave();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            boolean waits = remove(this);
            gone();
            if (waits) {
                AsyncContext ended = event.getAsyncContext();
                full().answer((HttpServletRequest) ended.getRequest(), (HttpServletResponse) ended.getResponse());
                ended.complete();
            }
        }

        @Override
        public void onError(AsyncEvent event) {
            gone();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            gone();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // the answer has begun
        }
    }
}
