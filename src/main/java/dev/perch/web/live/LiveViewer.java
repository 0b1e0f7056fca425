package dev.perch.web.live;

import dev.perch.audience.Audience;
import dev.perch.audience.Delivery;
import dev.perch.audience.Departure;
import dev.perch.audience.StreamClient;
import dev.perch.audience.ViewerTracks;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.memory.Lease;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.ProblemForm;
import dev.perch.web.line.AnswerLine;
import dev.perch.web.line.Head;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One live answer by HTTP: decides which frames of a camera are sent, where to begin, and when the answer is complete. */
final class LiveViewer extends Delivery {
    private final Technique technique;
    private final Watch watch; // of the pictures
    private final Cursor cursor;
    private final AnswerLine line;
    private final List<Watch> watches;
    private final ViewerTracks tracks;

    private ProblemForm refusals = ProblemForm.JSON;
    private @Nullable Frame first;
    private boolean lifeless; // whether the last thing sent was a heartbeat, not a frame of the source

    /**
     * Creates a viewer that has not begun.
     *
     * @param lock the lock under which {@code line} reports its events
     * @param watches of the pictures and, if the answer may have any, of the sound
     */
    LiveViewer(
            ReentrantLock lock,
            Audience audience,
            Technique technique,
            List<Watch> watches,
            Lease lease,
            AnswerLine line) {
        super(lock, audience, line, lease);
        this.technique = technique;
        this.watches = watches;
        this.watch = watches.get(0);
        this.tracks = new ViewerTracks(watch, watches.size() > 1 ? watches.get(1) : null, technique.sound());
        this.cursor = watch.cursor();
        this.line = line;
    }

    /** Sets the form of an answer that does not begin. Called before {@link #begin()}. */
    void refuseAs(ProblemForm form) {
        refusals = form;
    }

    /** Begins. Called on the request's thread. */
    void begin() {
        begin(watches);
    }

    private Cursor held() {
        return tracks.held();
    }

    // ---- the first frame, or none

    @Override
    public String technique() {
        return technique.word();
    }

    @Override
    public Optional<StreamClient> client() {
        return technique.client();
    }

    @Override
    protected boolean begun() {
        return first != null;
    }

    @Override
    protected void await(boolean late) {
        CameraState state = watch.camera().state();
        Optional<String> trouble = state.failing() ? Optional.of(state.reason()) : watch.trouble();
        if (line.writable() && (trouble.isPresent() || late)) {
            refuse(trouble.orElseGet(() -> noFrame(state)));
        } else if (late) {
            end(Departure.GONE); // the connection was lost before it was handed over
        }
    }

    private String noFrame(CameraState state) {
        String why = cursor.feed().refusedWhy();
        if (!why.isEmpty()) {
            return "Camera " + watch.camera().id() + " gives no " + technique.encoding() + ". " + why;
        }
        long dropped = cursor.feed().stats().dropped() - watch.droppedBefore();
        return "Camera " + watch.camera().id() + " gave no " + technique.encoding()
                + " frame to start with within " + waitedSeconds() + " s; it is " + state.word() + "."
                + (dropped > 0 ? " " + dropped + " frames came damaged or without what is needed to start." : "")
                + distantKeyFrame();
    }

    private String distantKeyFrame() {
        Feed feed = cursor.feed();
        return feed.keyFrames().seen() && feed.lacksKeyFrame()
                ? " Its key frames are too far apart: with one every second nobody waits."
                : "";
    }

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

    private void start(Frame frame) {
        first = frame;
        Head head = new Head(HttpServletResponse.SC_OK);
        Headers.endless(line.protocol(), head::set);
        technique.head(head, frame);
        line.begin(head, technique.framing().opening(held()));
    }

    // ---- frames

    @Override
    protected boolean hasMore(long nowNanos) throws FrameLostException {
        return !held().outgoing().isEmpty() || nextFrame(nowNanos);
    }

    /** Lays out the next frame that the viewer wants. Returns false if there is none yet, or the answer is complete. */
    private boolean nextFrame(long nowNanos) throws FrameLostException {
        if (first != null && endsBefore()) {
            return complete();
        }
        if (first == null && (takeNewest(nowNanos) || !tracks.knowsOfSound(nowNanos))) {
            return held().outgoing().remainingBytes() > 0;
        }
        while (tracks.advance(nowNanos)) {
            if (endsBefore()) {
                return complete();
            }
            if (goesOut(held().frame())) {
                lifeless = false;
                if (first == null) {
                    start(held().frame());
                }
                technique.framing().frame(held(), held().outgoing());
                return true;
            }
        }
        return false;
    }

    /** Returns whether the answer is complete before the held frame; the pictures decide. */
    private boolean endsBefore() {
        return tracks.holdsPicture() && technique.endsBefore(held().frame(), first);
    }

    private boolean goesOut(Frame frame) {
        boolean begins = first != null || (tracks.holdsPicture() && !frame.placeholder());
        boolean beyond = !tracks.holdsPicture() && first != null && technique.endsBefore(frame, first);
        return begins && !beyond && technique.framing().wants(frame);
    }

    /** Begins with a frame from the ring, if the technique allows it. */
    private boolean takeNewest(long nowNanos) throws FrameLostException {
        Optional<Frame> newest = cursor.feed().newest();
        if (newest.isEmpty() || !technique.takesNewest(newest.get(), nowNanos) || !repeats()) {
            return false;
        }
        start(cursor.frame());
        technique.framing().frame(cursor, cursor.outgoing());
        return true;
    }

    /** Holds the newest frame, unless that is a placeholder, with which no answer begins. */
    private boolean repeats() {
        return cursor.repeat() && !cursor.frame().placeholder();
    }

    private boolean complete() {
        end(Departure.COMPLETE);
        return false;
    }

    @Override
    protected int write() throws IOException, FrameLostException {
        int sent = line.write(held().outgoing());
        if (held().outgoing().isEmpty()) {
            left(held().frame().time().decodeNanos());
            held().release();
        }
        return sent;
    }

    // ---- while no frame comes

    @Override
    protected boolean idle() {
        return held().outgoing().isEmpty();
    }

    @Override
    protected void quiet(long nowNanos, boolean silent) {
        lifeless |= silent || held().frame().placeholder();
        if (watch.camera().state() instanceof CameraState.Ended && first != null) {
            end(Departure.COMPLETE);
        } else if (lifeless && first != null && technique.endsAt(nowNanos, first)) {
            end(Departure.COMPLETE);
        }
    }

    @Override
    protected void heartbeat(long nowNanos) {
        technique.framing().heartbeat(held(), held().outgoing());
    }
}
