package dev.perch.app;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.media.Clock;
import dev.perch.push.Push;
import dev.perch.push.PushStatus;
import dev.perch.push.Pushes;
import dev.perch.record.Recorder;
import dev.perch.record.RecordingStatus;
import dev.perch.record.Recordings;
import dev.perch.web.status.Event;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reports events: a camera is lost or back, a recording stops or goes on, a push fails or works again. It looks every second on the timer's thread
 * and never waits. What lasts less than 3 s is not reported, and about one thing there is at most one report a minute, with the state at that time.
 */
final class EventHooks implements Runnable {
    private static final long SETTLE_NANOS = 3_000_000_000L;
    private static final long INTERVAL_NANOS = 60_000_000_000L;

    /** The most subjects remembered: cameras that come by a wildcard go again, under any name. */
    private static final int MOST_GONE = 256;

    /** The kinds of subjects, each with the words for its two events. */
    private enum Kind {
        CAMERA("camera-lost", "camera-back"),
        RECORDING("recording-stopped", "recording-back"),
        PUSH("push-failed", "push-back");

        private final String bad;
        private final String good;

        Kind(String bad, String good) {
            this.bad = bad;
            this.good = good;
        }
    }

    /** The parts of the program that are watched. */
    record Seen(Cameras cameras, Optional<Recordings> recordings, Optional<Pushes> pushes) {}

    private record Subject(Kind kind, String camera, String push) {}

    /** The known state of a subject. Used by the timer's thread only. */
    private static final class Known {
        private boolean bad;
        private String reason = "";
        private long sinceNanos;
        private boolean seenGood;
        private boolean toldBad;
        private boolean everTold;
        private long toldNanos;
    }

    private final Seen seen;
    private final Clock clock;
    private final Consumer<Event> told;
    private final Map<Subject, Known> known = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
    private int looks; // the number of this round

    /**
     * Creates it.
     *
     * @param clock times how long states last
     * @param told receives each event
     */
    EventHooks(Seen seen, Clock clock, Consumer<Event> told) {
        this.seen = seen;
        this.clock = clock;
        this.told = told;
    }

    /** Looks once. Called every second or so. */
    @Override
    public void run() {
        long nowNanos = clock.nanoTime();
        looks = 0;
        for (Camera camera : seen.cameras().all()) {
            look(camera, nowNanos);
        }
        seen.recordings().ifPresent(all -> all.all().forEach(recorder -> look(recorder, nowNanos)));
        seen.pushes()
                .ifPresent(all -> seen.cameras()
                        .all()
                        .forEach(camera -> all.of(camera.id()).forEach(push -> look(camera, push, nowNanos))));
        forget();
    }

    /** Forgets the subjects that have been gone for longest. One that returns soon is still known, and its last report is withdrawn. */
    private void forget() {
        Iterator<Subject> oldestFirst = known.keySet().iterator();
        for (int many = known.size() - looks - MOST_GONE; many > 0; many--) {
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    /** Returns the number of known subjects. */
    int subjects() {
        return known.size();
    }

    private void look(Camera camera, long nowNanos) {
        CameraState state = camera.state();
        Subject subject = new Subject(Kind.CAMERA, camera.id(), "");
        boolean lost = state instanceof CameraState.Lost || state instanceof CameraState.Refused;
        // a publisher counts as missing only after there was one
        boolean missed = state instanceof CameraState.Awaiting && known(subject).seenGood;
        if (lost || missed) {
            is(subject, /* bad= */ true, state.reason(), nowNanos);
        } else if (state instanceof CameraState.Live) {
            is(subject, /* bad= */ false, "", nowNanos);
        } else {
            settle(subject, nowNanos);
        }
    }

    private void look(Recorder recorder, long nowNanos) {
        RecordingStatus status = recorder.status();
        Subject subject = new Subject(Kind.RECORDING, recorder.camera().id(), "");
        switch (status.state()) {
            case FAILED -> is(subject, /* bad= */ true, status.reason(), nowNanos);
            case RECORDING -> is(subject, /* bad= */ false, "", nowNanos);
            case WAITING, OFF -> settle(subject, nowNanos);
        }
    }

    private void look(Camera camera, Push push, long nowNanos) {
        PushStatus status = push.status();
        Subject subject = new Subject(Kind.PUSH, camera.id(), push.name());
        switch (status.state()) {
            case RETRYING -> is(subject, /* bad= */ true, status.reason(), nowNanos);
            case SENDING -> is(subject, /* bad= */ false, "", nowNanos);
            case CONNECTING, OFF -> settle(subject, nowNanos);
        }
    }

    private Known known(Subject subject) {
        return known.computeIfAbsent(subject, any -> new Known());
    }

    private void is(Subject subject, boolean bad, String reason, long nowNanos) {
        Known now = known(subject);
        if (bad != now.bad) {
            now.bad = bad;
            now.sinceNanos = nowNanos;
        }
        now.reason = reason;
        now.seenGood |= !bad;
        settle(subject, nowNanos);
    }

    /** Reports a state that has lasted, unless it was reported. */
    private void settle(Subject subject, long nowNanos) {
        looks++;
        Known now = known(subject);
        boolean due = !now.everTold || nowNanos - now.toldNanos >= INTERVAL_NANOS;
        if (now.bad == now.toldBad || nowNanos - now.sinceNanos < SETTLE_NANOS || !due) {
            return;
        }
        now.toldBad = now.bad;
        now.everTold = true;
        now.toldNanos = nowNanos;
        told.accept(new Event(
                now.bad ? subject.kind.bad : subject.kind.good,
                subject.camera,
                subject.push,
                now.reason,
                clock.wallClockMicros()));
    }
}
