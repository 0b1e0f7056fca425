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
 * Tells when a camera is lost and back, a recording stops and goes on, a push fails and works again. Looks every second, on the timer's thread, and never waits. What lasts less than 3 s is not told; of one thing no more
 * than once a minute, and then as it is by that time.
 */
final class EventHooks implements Runnable {
    private static final long SETTLE_NANOS = 3_000_000_000L;
    private static final long INTERVAL_NANOS = 60_000_000_000L;

    /** Cameras that come by a wildcard go again, under any name. */
    private static final int MOST_GONE = 256;

    /** What an event can befall, and the two words for it. */
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

    /** What is looked at. */
    record Seen(Cameras cameras, Optional<Recordings> recordings, Optional<Pushes> pushes) {}

    private record Subject(Kind kind, String camera, String push) {}

    /** What is known of a subject; the timer's thread's alone. */
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
    private int looks; // of this round

    /**
     * @param clock by which things last
     * @param told is given each event
     */
    EventHooks(Seen seen, Clock clock, Consumer<Event> told) {
        this.seen = seen;
        this.clock = clock;
        this.told = told;
    }

    /** Looks once; to be called every second or so. */
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

    /** Forgets those that have been gone longest. One that comes again soon is known: what was told of it is taken back. */
    private void forget() {
        Iterator<Subject> oldestFirst = known.keySet().iterator();
        for (int many = known.size() - looks - MOST_GONE; many > 0; many--) {
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    /** Returns of how many subjects something is known. */
    int subjects() {
        return known.size();
    }

    private void look(Camera camera, long nowNanos) {
        CameraState state = camera.state();
        Subject subject = new Subject(Kind.CAMERA, camera.id(), "");
        boolean lost = state instanceof CameraState.Lost || state instanceof CameraState.Refused;
        // a publisher who has gone is missed once there was one
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

    /** Tells what has lasted, unless it was told. */
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
