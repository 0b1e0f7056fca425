package dev.perch.web.live;

import dev.perch.audience.Audience;
import dev.perch.audience.Delivery;
import dev.perch.audience.Departure;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Interleave;
import dev.perch.media.StreamConfig;
import dev.perch.memory.Lease;
import dev.perch.progressive.CarriesSound;
import dev.perch.source.SoundProspect;
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

/** One live answer by HTTP: which frames of a camera go out, from which on, and when it is complete. */
final class LiveViewer extends Delivery {
    /** A sound card and its encoder need less; a browser shows nothing for so long. */
    private static final long MOST_WAIT_FOR_SOUND_NANOS = 1_000_000_000L;

    private final Technique technique;
    private final Watch watch; // of the pictures
    private final Cursor cursor;
    private final AnswerLine line;
    private final List<Watch> watches;
    private @Nullable Watch undecided; // of the sound, until it is known whether there will be any
    private @Nullable Interleave both; // tracks, if there is sound
    private Cursor held; // the one whose frame is laid out
    private long soundDueNanos; // when nobody waits for it any more; 0 before the first picture

    private ProblemForm refusals = ProblemForm.JSON;
    private @Nullable Frame first;
    private boolean lifeless; // the last that went out was a sign of life, not a frame of the source

    /**
     * @param lock the one under which {@code line} tells its events
     * @param watches of the pictures, and behind it, if the answer may have any, of the sound
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
        this.undecided = watches.size() > 1 ? watches.get(1) : null;
        this.cursor = watch.cursor();
        this.held = cursor;
        this.line = line;
    }

    /** Chooses the form of an answer that does not begin; before {@link #begin()}. */
    void refuseAs(ProblemForm form) {
        refusals = form;
    }

    /** Begins, on the request's thread. */
    void begin() {
        begin(watches);
    }

    // ---- the first frame, or none

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
            end(Departure.GONE); // the connection was lost before it came to be ours
        }
    }

    private String noFrame(CameraState state) {
        String why = cursor.feed().refusedWhy();
        if (!why.isEmpty()) {
            return "Camera " + watch.camera().id() + " gives no " + technique.encoding() + ". " + why;
        }
        long dropped = cursor.feed().stats().dropped() - watch.droppedBefore();
        return "Camera " + watch.camera().id() + " gave no " + technique.encoding()
                + " frame to start with within 10 s; it is " + state.word() + "."
                + (dropped > 0 ? " " + dropped + " frames came damaged or without what is needed to start." : "");
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
        line.begin(head, technique.framing().opening(held));
    }

    // ---- frames

    @Override
    protected boolean hasMore(long nowNanos) throws FrameLostException {
        return !held.outgoing().isEmpty() || nextFrame(nowNanos);
    }

    /** Lays out the next frame that the viewer wants. Returns false when there is none yet, or the answer is complete. */
    private boolean nextFrame(long nowNanos) throws FrameLostException {
        if (first != null && endsBefore(held)) {
            return complete();
        }
        if (first == null && (takeNewest(nowNanos) || !knowsOfSound(nowNanos))) {
            return held.outgoing().remainingBytes() > 0;
        }
        while (advance(nowNanos)) {
            if (endsBefore(held)) {
                return complete();
            }
            if (goesOut(held.frame())) {
                lifeless = false;
                if (first == null) {
                    start(held.frame());
                }
                technique.framing().frame(held, held.outgoing());
                return true;
            }
        }
        return false;
    }

    /** Returns whether the answer is complete before the held frame; the pictures decide. */
    private boolean endsBefore(Cursor next) {
        return next == cursor && technique.endsBefore(next.frame(), first);
    }

    private boolean goesOut(Frame frame) {
        boolean begins = first != null || (held == cursor && !frame.placeholder());
        boolean beyond = held != cursor && first != null && technique.endsBefore(frame, first);
        return begins && !beyond && technique.framing().wants(frame);
    }

    private boolean advance(long nowNanos) {
        Interleave tracks = both;
        if (tracks == null) {
            return cursor.advance();
        }
        boolean advanced = tracks.advance(nowNanos);
        held = advanced ? tracks.cursor() : cursor;
        return advanced;
    }

    /** Returns whether it is known if there is sound, so that the answer can begin. For a sound that does not come nobody waits longer than a second. */
    private boolean knowsOfSound(long nowNanos) {
        Watch sound = undecided;
        CarriesSound framing = technique.sound();
        if (sound == null || framing == null) {
            return true;
        }
        if (!cursor.hasNext()) {
            return false; // the first picture tells
        }
        soundDueNanos = soundDueNanos == 0 ? nowNanos + MOST_WAIT_FOR_SOUND_NANOS : soundDueNanos;
        Optional<StreamConfig.Aac> config = sound.camera().soundConfig();
        if (config.isPresent()) {
            framing.hear(config.get());
            both = Interleave.eager(List.of(cursor, sound.cursor()), nowNanos);
        } else if (sound.camera().sound() == SoundProspect.NONE || nowNanos - soundDueNanos > 0) {
            sound.close();
        } else {
            return false;
        }
        undecided = null;
        return true;
    }

    /** Begins with a frame that is in the ring already, where the technique allows it. */
    private boolean takeNewest(long nowNanos) throws FrameLostException {
        Optional<Frame> newest = cursor.feed().newest();
        if (newest.isEmpty() || !technique.takesNewest(newest.get(), nowNanos) || !repeats()) {
            return false;
        }
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

    @Override
    protected int write() throws IOException, FrameLostException {
        int sent = line.write(held.outgoing());
        if (held.outgoing().isEmpty()) {
            held.release();
        }
        return sent;
    }

    // ---- while no frame comes

    @Override
    protected boolean idle() {
        return held.outgoing().isEmpty();
    }

    @Override
    protected void quiet(long nowNanos, boolean silent) {
        lifeless |= silent || held.frame().placeholder();
        if (watch.camera().state() instanceof CameraState.Ended && first != null) {
            end(Departure.COMPLETE);
        } else if (lifeless && first != null && technique.endsAt(nowNanos, first)) {
            end(Departure.COMPLETE);
        }
    }

    @Override
    protected void heartbeat(long nowNanos) {
        technique.framing().heartbeat(held, held.outgoing());
    }
}
