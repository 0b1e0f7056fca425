package dev.perch.web;

import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Outlet;
import dev.perch.feed.Viewer;
import dev.perch.media.Bytes;
import dev.perch.memory.Lease;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One live answer by the servlet API's non-blocking output: the pump and the container's threads meet here under one lock a viewer.
 *
 * <p>The lock is needed for correctness beyond the fields: after a failed write Tomcat may recycle the response while the pump still unwinds.
 */
final class LiveViewer implements Outlet, WriteListener, AsyncListener {
    /** How an answer ended. */
    enum Departure {
        /** All that was asked for has been sent. */
        COMPLETE,
        /** The client closed the connection. */
        GONE,
        /** The client took nothing for too long. */
        STALLED,
        /** A half-written frame's memory was needed. */
        TOO_SLOW,
        /** No frame came in time, or the camera could not start. */
        REFUSED,
        /** The program ended. */
        SHUT_DOWN
    }

    static final long FIRST_FRAME_NANOS = 10_000_000_000L;
    static final long HEARTBEAT_NANOS = 1_000_000_000L;
    static final long STALL_NANOS = 15_000_000_000L;

    /** Tomcat's default write time-out is 20 s. */
    private static final long CONTAINER_NANOS = 30_000_000_000L;

    private static final long COMPLETION_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch completed = new CountDownLatch(1);
    private final Audience audience;
    private final Technique technique;
    private final Watch watch;
    private final Viewer viewer;
    private final Lease lease;
    private final AsyncContext async;
    private final HttpServletResponse response;
    private final ServletOutputStream out;
    private final ResponseBytes bytes;
    private final long startNanos = System.nanoTime();

    private boolean ready; // between onWritePossible and isReady() saying false
    private boolean over;
    private long endNanos;
    private boolean completing;
    private @Nullable Frame first;
    private @Nullable Bytes opening;
    private long lastFrameNanos; // or sign of life
    private boolean quiet; // the last was a sign of life
    private long lastProgressNanos = startNanos;

    LiveViewer(Audience audience, Technique technique, Watch watch, Lease lease, AsyncContext async)
            throws IOException {
        this.audience = audience;
        this.technique = technique;
        this.watch = watch;
        this.viewer = watch.viewer();
        this.lease = lease;
        this.async = async;
        this.response = (HttpServletResponse) async.getResponse();
        this.out = response.getOutputStream();
        this.bytes = ResponseBytes.of(out);
    }

    /** Begins: from now on the container and the pump may call. On the request's thread. */
    void begin() {
        async.setTimeout(0);
        async.addListener(this);
        response.setBufferSize(technique.bufferBytes());
        if (!audience.enter(this)) {
            shutDown();
            return;
        }
        out.setWriteListener(this);
        watch.serve(this);
    }

    // ---- the pump's thread

    @Override
    public void deliver(long nowNanos) {
        lock.lock();
        try {
            if (over) {
                lookAfterEnd(nowNanos);
                return;
            }
            if (ready) {
                drain(nowNanos);
            }
            if (!over) {
                look(nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Finds what did not happen: a first frame, a frame within the last second, progress. */
    private void look(long nowNanos) {
        if (first == null) {
            CameraState state = watch.camera().state();
            boolean failed = state instanceof CameraState.Lost || state instanceof CameraState.Refused;
            Optional<String> trouble =
                    failed ? Optional.of(state.reason()) : watch.camera().trouble(technique.kind());
            if (ready && (trouble.isPresent() || nowNanos - startNanos > FIRST_FRAME_NANOS)) {
                refuse(trouble.orElseGet(() -> noFrame(state)));
            }
        } else if (!ready && nowNanos - lastProgressNanos > STALL_NANOS) {
            end(Departure.STALLED);
        } else if (ready && viewer.outgoing().isEmpty()) {
            lookForFrames(first, nowNanos);
        }
    }

    private void lookForFrames(Frame begin, long nowNanos) {
        boolean due = nowNanos - lastFrameNanos > HEARTBEAT_NANOS;
        quiet |= due || viewer.frame().placeholder();
        if (quiet && technique.endsAt(nowNanos, begin)) {
            end(Departure.COMPLETE);
        } else if (due) {
            lastFrameNanos = nowNanos;
            technique.framing().heartbeat(viewer, viewer.outgoing());
            drain(nowNanos);
        }
    }

    /**
     * A stalled answer is left to the container's own write time-out, which closes the connection without a try to send what is left; a
     * container without one is told at last.
     */
    private void lookAfterEnd(long nowNanos) {
        if (!completing && nowNanos - endNanos > CONTAINER_NANOS) {
            watch.unserve(this);
            audience.closer().execute(this::completeAsync);
        }
    }

    private String noFrame(CameraState state) {
        return "Camera " + watch.camera().id() + " gave no " + technique.kind()
                + " frame to start with within 10 s; it is " + state.word() + ".";
    }

    // ---- writing, under the lock

    private void drain(long nowNanos) {
        try {
            Outgoing outgoing = viewer.outgoing();
            while (!over && (opening != null || !outgoing.isEmpty() || nextFrame(nowNanos))) {
                if (!out.isReady()) {
                    ready = false;
                    return;
                }
                writeSlice(outgoing, nowNanos);
                lastProgressNanos = nowNanos;
            }
        } catch (IOException gone) {
            end(Departure.GONE);
        } catch (FrameLostException tooSlow) {
            end(Departure.TOO_SLOW);
        }
    }

    /** As much as the response buffer takes without leaving a rest to the socket's, small frames together, then out with it. */
    private void writeSlice(Outgoing outgoing, long nowNanos) throws IOException, FrameLostException {
        int room = technique.bufferBytes() - 1;
        int sent = 0;
        if (opening != null) {
            byte[] start = opening.toArray();
            out.write(start);
            opening = null;
            sent = start.length;
        }
        while (sent < room && !over && (!outgoing.isEmpty() || nextFrame(nowNanos))) {
            sent += outgoing.writeTo(bytes, room - sent);
            if (outgoing.isEmpty()) {
                viewer.release();
            }
        }
        out.flush();
        audience.sent(sent);
    }

    /** Lays out the next frame that the viewer wants. @return false when there is none yet, or the answer is complete */
    private boolean nextFrame(long nowNanos) throws FrameLostException {
        if (first != null && technique.endsBefore(viewer.frame(), first)) {
            return complete();
        }
        if (first == null && takeNewest(nowNanos)) {
            return true;
        }
        while (viewer.advance()) {
            Frame frame = viewer.frame();
            if (technique.endsBefore(frame, first)) {
                return complete();
            }
            if ((first != null || !frame.placeholder()) && technique.framing().wants(frame)) {
                lastFrameNanos = nowNanos;
                quiet = false;
                if (first == null) {
                    start(frame);
                }
                technique.framing().frame(viewer, viewer.outgoing());
                return true;
            }
        }
        return false;
    }

    /** Begins with a frame that is in the ring already, where the technique allows it. */
    private boolean takeNewest(long nowNanos) throws FrameLostException {
        Optional<Frame> newest = watch.camera().feed(technique.kind()).newest();
        if (newest.isEmpty() || !technique.takesNewest(newest.get(), nowNanos) || !repeats()) {
            return false;
        }
        lastFrameNanos = nowNanos;
        start(viewer.frame());
        technique.framing().frame(viewer, viewer.outgoing());
        return true;
    }

    /** Holds the newest frame, unless that is a placeholder: no answer begins with one. */
    private boolean repeats() {
        return viewer.repeat() && !viewer.frame().placeholder();
    }

    private boolean complete() {
        end(Departure.COMPLETE);
        return false;
    }

    private void start(Frame frame) {
        first = frame;
        Headers.endless(response);
        technique.head(response, frame);
        Bytes start = technique.framing().opening(frame.config());
        opening = start.size() > 0 ? start : null;
    }

    /** Ends an answer that has not begun. */
    private void refuse(String sentence) {
        Problem problem = Problem.of(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "No picture now", sentence)
                .with("camera", watch.camera().id())
                .with("state", watch.camera().state().word());
        try {
            byte[] body = problem.head(response);
            if (out.isReady()) {
                out.write(body);
                out.flush();
            }
            end(Departure.REFUSED);
        } catch (IOException gone) {
            end(Departure.GONE);
        }
    }

    /** Leaves the camera at once and the container as soon as its thread can. */
    private void end(Departure how) {
        if (over) {
            return;
        }
        over = true;
        endNanos = System.nanoTime();
        watch.close();
        lease.close();
        audience.leave(this, how);
        if (how == Departure.STALLED) {
            return;
        }
        watch.unserve(this);
        if (how == Departure.GONE) {
            completing = true; // the container completes what it found broken
        } else {
            audience.closer().execute(this::completeAsync);
        }
    }

    private void completeAsync() {
        lock.lock();
        try {
            if (!completing) {
                completing = true;
                async.complete();
            }
        } catch (IllegalStateException alreadyOver) {
            completing = true; // the container was faster: it saw the client go
        } finally {
            lock.unlock();
        }
        awaitCompletion();
    }

    /**
     * One completion at a time, so that a request thread is free for each: one that Tomcat had to make for it here would inherit this thread's
     * access control context, hand it on to those that take its place, and so hold this program's class loader for ever.
     */
    private void awaitCompletion() {
        try {
            if (!completed.await(COMPLETION_MILLIS, TimeUnit.MILLISECONDS)) {
                return; // its client takes nothing: the container waits for it, the next answer need not
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** The program ends. */
    void shutDown() {
        lock.lock();
        try {
            end(Departure.SHUT_DOWN);
        } finally {
            lock.unlock();
        }
        completeAsync();
    }

    // ---- the container's threads

    @Override
    public void onWritePossible() {
        lock.lock();
        try {
            if (!over) {
                ready = true;
                long nowNanos = System.nanoTime();
                lastProgressNanos = nowNanos;
                drain(nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable failure) {
        gone();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        completed.countDown();
        gone();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        gone();
    }

    @Override
    public void onError(AsyncEvent event) {
        gone();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // the answer is never dispatched again
    }

    private void gone() {
        lock.lock();
        try {
            completing = true;
            end(Departure.GONE);
            watch.unserve(this);
        } finally {
            lock.unlock();
        }
    }
}
