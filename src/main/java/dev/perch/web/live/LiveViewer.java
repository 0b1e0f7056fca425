package dev.perch.web.live;

import dev.perch.audience.Audience;
import dev.perch.audience.Departure;
import dev.perch.audience.LineListener;
import dev.perch.audience.Viewer;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Outlet;
import dev.perch.media.Encoding;
import dev.perch.memory.Lease;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.ProblemForm;
import dev.perch.web.line.AnswerLine;
import dev.perch.web.line.Head;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One live answer: which frames go out and when. The pump and the container's threads meet here under one lock a viewer. */
public final class LiveViewer implements Outlet, LineListener, Viewer {
    static final long FIRST_FRAME_NANOS = 10_000_000_000L;
    static final long HEARTBEAT_NANOS = 1_000_000_000L;
    static final long STALL_NANOS = 15_000_000_000L;

    /** So long after its last progress the pump tries whether a connection has room: the container may be late to say so. */
    static final long RETRY_NANOS = 250_000_000L;

    private final ReentrantLock lock;
    private final Audience audience;
    private final Technique technique;
    private final Watch watch;
    private final Cursor cursor;
    private final Lease lease;
    private final AnswerLine line;
    private final long startNanos = System.nanoTime();

    private ProblemForm refusals = ProblemForm.JSON;
    private boolean over;
    private @Nullable Frame first;
    private long lastFrameNanos; // or sign of life
    private boolean quiet; // the last was a sign of life
    private long lastProgressNanos = startNanos;

    /** @param lock the one that {@code line} tells its events under */
    LiveViewer(ReentrantLock lock, Audience audience, Technique technique, Watch watch, Lease lease, AnswerLine line) {
        this.lock = lock;
        this.audience = audience;
        this.technique = technique;
        this.watch = watch;
        this.cursor = watch.cursor();
        this.lease = lease;
        this.line = line;
    }

    /** Chooses the form of an answer that does not begin; before {@link #begin}. */
    void refuseAs(ProblemForm form) {
        refusals = form;
    }

    /** Begins: from now on the container and the pump may call. On the request's thread. */
    void begin() {
        if (!audience.enter(this)) {
            shutDown();
            return;
        }
        boolean begun = false;
        try {
            line.open(this);
            watch.serve(this);
            begun = true;
        } finally {
            if (!begun) {
                underLock(this::onGone);
            }
        }
    }

    private void underLock(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    // ---- the pump's thread

    @Override
    public void deliver(long nowNanos) {
        lock.lock();
        try {
            if (over) {
                if (line.ended(nowNanos)) {
                    watch.unserve(this);
                }
                return;
            }
            if (line.writable() || (nowNanos - lastProgressNanos > RETRY_NANOS && line.retry())) {
                drain(nowNanos);
            }
            if (!over) {
                look(nowNanos);
            }
        } catch (RuntimeException | Error fault) {
            onGone(); // whatever failed, what it holds goes back
            audience.closer().execute(line::close);
            throw fault;
        } finally {
            lock.unlock();
        }
    }

    /** Finds what did not happen: a first frame, a frame within the last second, progress. */
    private void look(long nowNanos) {
        if (first == null) {
            CameraState state = watch.camera().state();
            Optional<String> trouble = state.failing() ? Optional.of(state.reason()) : watch.trouble();
            boolean late = nowNanos - startNanos > FIRST_FRAME_NANOS;
            if (line.writable() && (trouble.isPresent() || late)) {
                refuse(trouble.orElseGet(() -> noFrame(state)));
            } else if (late) {
                end(Departure.GONE); // the connection was lost before it came to be ours
            }
        } else if (!line.writable() && nowNanos - lastProgressNanos > STALL_NANOS) {
            end(Departure.STALLED);
        } else if (line.writable() && cursor.outgoing().isEmpty()) {
            lookForFrames(first, nowNanos);
        }
    }

    private void lookForFrames(Frame begin, long nowNanos) {
        boolean due = nowNanos - lastFrameNanos > HEARTBEAT_NANOS;
        quiet |= due || cursor.frame().placeholder();
        if (quiet && technique.endsAt(nowNanos, begin)) {
            end(Departure.COMPLETE);
        } else if (due) {
            lastFrameNanos = nowNanos;
            technique.framing().heartbeat(cursor, cursor.outgoing());
            drain(nowNanos);
        }
    }

    private String noFrame(CameraState state) {
        String why = watch.camera().feed(technique.encoding()).refusedWhy();
        if (!why.isEmpty()) {
            return "Camera " + watch.camera().id() + " gives no " + technique.encoding() + ". " + why;
        }
        long dropped = watch.camera().feed(technique.encoding()).stats().dropped() - watch.droppedBefore();
        return "Camera " + watch.camera().id() + " gave no " + technique.encoding()
                + " frame to start with within 10 s; it is " + state.word() + "."
                + (dropped > 0 ? " " + dropped + " frames came damaged or without what is needed to start." : "");
    }

    // ---- writing, under the lock

    private void drain(long nowNanos) {
        try {
            Outgoing outgoing = cursor.outgoing();
            int sent = 0;
            while (!over && (!outgoing.isEmpty() || nextFrame(nowNanos)) && line.ready()) {
                int some = line.write(outgoing);
                sent += some;
                lastProgressNanos = some > 0 ? nowNanos : lastProgressNanos;
                if (outgoing.isEmpty()) {
                    cursor.release();
                }
            }
            line.flush();
            audience.sent(sent);
        } catch (IOException gone) {
            end(Departure.GONE);
        } catch (FrameLostException tooSlow) {
            end(Departure.TOO_SLOW);
        }
    }

    /** Lays out the next frame that the viewer wants. @return false when there is none yet, or the answer is complete */
    private boolean nextFrame(long nowNanos) throws FrameLostException {
        if (first != null && technique.endsBefore(cursor.frame(), first)) {
            return complete();
        }
        if (first == null && takeNewest(nowNanos)) {
            return true;
        }
        while (cursor.advance()) {
            Frame frame = cursor.frame();
            if (technique.endsBefore(frame, first)) {
                return complete();
            }
            if ((first != null || !frame.placeholder()) && technique.framing().wants(frame)) {
                lastFrameNanos = nowNanos;
                quiet = false;
                if (first == null) {
                    start(frame);
                }
                technique.framing().frame(cursor, cursor.outgoing());
                return true;
            }
        }
        return false;
    }

    /** Begins with a frame that is in the ring already, where the technique allows it. */
    private boolean takeNewest(long nowNanos) throws FrameLostException {
        Optional<Frame> newest = watch.camera().feed(technique.encoding()).newest();
        if (newest.isEmpty() || !technique.takesNewest(newest.get(), nowNanos) || !repeats()) {
            return false;
        }
        lastFrameNanos = nowNanos;
        start(cursor.frame());
        technique.framing().frame(cursor, cursor.outgoing());
        return true;
    }

    /** Holds the newest frame, unless that is a placeholder: no answer begins with one. */
    private boolean repeats() {
        return cursor.repeat() && !cursor.frame().placeholder();
    }

    private boolean complete() {
        end(Departure.COMPLETE);
        return false;
    }

    private void start(Frame frame) {
        first = frame;
        Head head = new Head(HttpServletResponse.SC_OK);
        Headers.endless(line.protocol(), head::set);
        technique.head(head, frame);
        line.begin(head, technique.framing().opening(cursor));
    }

    /** Ends an answer that has not begun. */
    private void refuse(String sentence) {
        Problem problem = Problem.of(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "No picture now", sentence)
                .with("camera", watch.camera().id())
                .with("state", watch.camera().state().word());
        try {
            byte[] body = refusals.body(problem);
            line.answer(refusals.head(problem, body), body);
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
        watch.close();
        lease.close();
        audience.leave(this, how);
        line.end(how);
        if (line.ended(System.nanoTime())) {
            watch.unserve(this);
        }
    }

    @Override
    public boolean watches(Camera camera, Set<Encoding> encodings) {
        return watch.camera() == camera && encodings.contains(technique.encoding());
    }

    @Override
    public void shutDown() {
        lock.lock();
        try {
            end(Departure.SHUT_DOWN);
        } finally {
            lock.unlock();
        }
        line.close();
    }

    // ---- what the line tells, under the lock

    @Override
    public void onWritable() {
        if (!over) {
            long nowNanos = System.nanoTime();
            lastProgressNanos = nowNanos;
            drain(nowNanos);
        }
    }

    @Override
    public void onGone() {
        end(Departure.GONE);
        watch.unserve(this);
    }
}
