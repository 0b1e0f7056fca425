package dev.perch.web.segments;

import dev.perch.memory.Lease;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.window.CameraWindow;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A request that waits for the next part, segment or frame without a thread: when it is there, or the time is over, the container dispatches the
 * request once more, which then finds its answer.
 */
final class Blocked implements CameraWindow.Waiter, AsyncListener {
    private static final System.Logger LOG = System.getLogger(Blocked.class.getName());

    /** The attribute of a request that has waited as long as it may. */
    private static final String EXPIRED = Blocked.class.getName() + ".expired";

    private final AsyncContext async;
    private final HttpServletRequest request;
    private final BooleanSupplier answerable;
    private final Lease lease;
    private final long deadlineNanos;
    private final AtomicBoolean over = new AtomicBoolean();

    private Blocked(
            HttpServletRequest request,
            AsyncContext async,
            BooleanSupplier answerable,
            Lease lease,
            long deadlineNanos) {
        this.request = request;
        this.async = async;
        this.answerable = answerable;
        this.lease = lease;
        this.deadlineNanos = deadlineNanos;
    }

    /**
     * Makes {@code request} wait until it is answerable.
     *
     * @param lease closed when the wait ends, or cannot begin
     */
    static void begin(
            CameraWindow window, HttpServletRequest request, BooleanSupplier answerable, Lease lease, long waitNanos) {
        boolean begun = false;
        try {
            long deadlineNanos = window.clock().nanoTime() + waitNanos;
            Blocked blocked = new Blocked(request, AsyncRequests.start(request), answerable, lease, deadlineNanos);
            blocked.async.setTimeout(2 * waitNanos / 1_000_000); // in case the camera's pump has ended
            blocked.async.addListener(blocked);
            window.await(blocked);
            begun = true;
        } finally {
            if (!begun) {
                lease.close();
            }
        }
    }

    /** Returns whether {@code request} has waited as long as it may. */
    static boolean expired(HttpServletRequest request) {
        return request.getAttribute(EXPIRED) != null;
    }

    @Override
    public boolean look(long nowNanos) {
        boolean late = nowNanos - deadlineNanos > 0;
        if (over.get()) {
            return true;
        }
        if (!late && !answerable.getAsBoolean()) {
            return false;
        }
        end(late, /* dispatch= */ true);
        return true;
    }

    private void end(boolean late, boolean dispatch) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        lease.close();
        if (late) {
            request.setAttribute(EXPIRED, true);
        }
        try {
            if (dispatch) {
                async.dispatch();
            }
        } catch (IllegalStateException alreadyOver) {
            LOG.log(Level.DEBUG, "the container was faster: it ended the request", alreadyOver);
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end(/* late= */ true, /* dispatch= */ true);
    }

    @Override
    public void onError(AsyncEvent event) {
        end(/* late= */ false, /* dispatch= */ false);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end(/* late= */ false, /* dispatch= */ false);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // the second dispatch may send a body in this way
    }
}
