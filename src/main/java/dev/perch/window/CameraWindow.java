package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.cmaf.KeyFrameRequests;
import dev.perch.cmaf.SegmentSettings;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Outlet;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.KeyFrames;
import dev.perch.media.TrackId;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One camera's segments for HLS and DASH. They are made from the first request until a linger after the last one; for a camera that runs always, they
 * are always made. The camera's pump drives the window; all other methods are safe from any thread and never wait.
 */
public final class CameraWindow implements Outlet {
    private record Requests(Camera camera) implements KeyFrameRequests {
        @Override
        public void needed() {
            camera.requestKeyFrame();
        }

        @Override
        public void welcome() {
            camera.suggestKeyFrame();
        }
    }

    /** A request that waits for something in the window. */
    public interface Waiter {
        /**
         * Looks at the window: at once, with each frame, and a few times a second without any. Must not wait, nor call the window back.
         *
         * @return true once the waiter needs to look no more
         */
        boolean look(long nowNanos);
    }

    /** A client that plays asks once a segment or once a part; for one that has paused no camera need run. */
    private static final long LEAST_LINGER_NANOS = 5_000_000_000L;

    private static final int LINGER_TARGETS = 4;

    /** How late a client may be in coming back. */
    private static final long EXPECTED_NANOS = 5_000_000_000L;

    private final Camera camera;
    private final TrackId track; // of the pictures
    private final Cameras cameras;
    private final WindowFiller filler;
    private final @Nullable WindowSound sound; // beside the pictures; null for a camera without sound
    private final @Nullable MuxedSound muxed; // for a window whose segments hold sound and pictures; else null
    private final Clock clock;
    private final Waiters waiters = new Waiters();
    private final ReentrantLock lock = new ReentrantLock(); // the pump, and whoever begins or ends a presentation
    private @Nullable Watch watch; // guarded by the lock
    private volatile boolean running; // written under the lock, read by everybody
    private volatile boolean closed; // likewise
    private volatile long expectedNanos; // written when a client is told to come back, read by the pump
    private volatile long lastAskedNanos; // written by requests, read by the pump

    /** The parts that all windows share. */
    record Parts(
            Camera camera,
            Cameras cameras,
            Clock clock,
            @Nullable CommonOrigin origin) {}

    /** Creates a window, which makes no segments yet; {@code muxed} if pictures and sound go into the same segments. */
    CameraWindow(Parts parts, String rendition, boolean muxed) {
        this(parts.camera(), parts.cameras(), parts.clock(), parts.origin(), rendition, muxed);
    }

    private CameraWindow(
            Camera camera,
            Cameras cameras,
            Clock clock,
            @Nullable CommonOrigin origin,
            String rendition,
            boolean muxed) {
        this.track = new TrackId(rendition, Encoding.H264);
        this.clock = clock;
        this.muxed = muxed ? new MuxedSound(camera) : null;
        this.expectedNanos = clock.nanoTime() - EXPECTED_NANOS;
        this.camera = camera;
        this.cameras = cameras;
        CameraConfig.Segments segments = camera.config().segments();
        SegmentSettings cut = new SegmentSettings(segments.segment(), segments.part());
        WindowSettings settings = new WindowSettings(camera.id(), segments.window());
        this.filler = new WindowFiller(cut, settings, cameras.pool(), new Requests(camera), origin);
        boolean beside = !muxed && camera.config().sound().on();
        this.sound = beside ? new WindowSound(camera, cut, settings, cameras.pool()) : null;
    }

    public Camera camera() {
        return camera;
    }

    /** Returns the track of the pictures. */
    public TrackId track() {
        return track;
    }

    /** Returns whether segments are being made. */
    public boolean running() {
        return running;
    }

    /** Returns the segments of the current presentation; empty before its first frame. */
    public Optional<SegmentWindow> window() {
        return filler.window();
    }

    /** Returns the segments of the sound beside the pictures; empty while there are none. */
    public Optional<SegmentWindow> sound() {
        return sound == null ? Optional.empty() : sound.window();
    }

    /** Returns whether sound goes into the same segments as pictures. */
    public boolean muxes() {
        return muxed != null;
    }

    /** Returns whether sound was requested that may still come in time for a first playlist. */
    public boolean soundAwaited() {
        return sound != null && sound.awaited(clock.nanoTime());
    }

    /** Returns the segments of the presentation with this name, which may be one of pictures, of sound, or of both. */
    public Optional<SegmentWindow> named(String presentation) {
        return window().filter(held -> held.view().presentation().equals(presentation))
                .or(() -> sound().filter(held -> held.view().presentation().equals(presentation)));
    }

    /** Begins the sound beside the pictures, if the camera has any and it has not begun. Called after {@link #ask}. */
    public void askSound() {
        WindowSound beside = sound;
        if (beside == null) {
            return;
        }
        touchSound();
        if (!beside.due()) {
            return;
        }
        lock.lock();
        try {
            if (watch != null && !closed) {
                beside.begin(this);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Extends the sound's linger, because a client has asked for it. */
    public void touchSound() {
        if (sound != null) {
            sound.touch(clock.nanoTime());
        }
    }

    /** Returns why no frame will come for now, as a sentence; empty while frames come, or may come. */
    public String trouble() {
        CameraState state = camera.state();
        return state.failing()
                ? state.reason()
                : camera.derivations().trouble(track).orElse(filler.refusal());
    }

    /**
     * Begins to make segments, if none are being made yet.
     *
     * @throws UnavailableException when the camera cannot give H.264 now
     * @throws ShortageException when memory is short, and no segments are being made yet
     */
    public void ask() throws UnavailableException, ShortageException {
        touch();
        if (running) {
            return;
        }
        camera.requireOffered(track);
        Optional<String> shortage = cameras.watch().refusal();
        if (shortage.isPresent()) {
            throw new ShortageException(shortage.get());
        }
        lock.lock();
        try {
            if (watch == null && !closed) {
                begin(camera.watch(track, /* packager= */ null));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins the presentation of a camera that runs always, once it gives H.264 itself. Called now and then. */
    void tend() {
        boolean due = camera.config().running().run() == CameraConfig.Run.ALWAYS
                && track.rendition().equals(TrackId.MAIN)
                && !running
                && camera.state() instanceof CameraState.Live
                && camera.natively(Encoding.H264)
                && cameras.watch().refusal().isEmpty();
        if (!due) {
            return;
        }
        lock.lock();
        try {
            if (watch == null && !closed) {
                begin(camera.watchPatiently(track, /* packager= */ null));
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(Watch begun) {
        watch = begun;
        running = true;
        begun.serve(this);
        if (muxed != null) {
            muxed.begin(begun, this, clock.nanoTime());
        }
    }

    /** Returns the wait for the first segment while frames come; empty if that segment has begun, or no frames come. */
    public Optional<FirstSegment> firstSegment() {
        KeyFrames keys = camera.feed(track).keyFrames();
        boolean waits = filler.window().isEmpty() && camera.state() instanceof CameraState.Live && keys.seen();
        return waits
                ? Optional.of(FirstSegment.of(
                        keys, clock.nanoTime(), camera.config().capture().fps().frameNanos()))
                : Optional.empty();
    }

    /** Returns how long a request for the first segment is held. */
    public long firstHeldNanos() {
        return firstSegment().map(FirstSegment::heldNanos).orElse(FirstSegment.LEAST_HELD_NANOS);
    }

    /** Keeps making segments for a client that was told to ask again in {@code seconds}. */
    public void expectBack(int seconds) {
        expectedNanos = clock.nanoTime() + seconds * 1_000_000_000L;
    }

    /** Returns the clock that times the waits of requests. */
    public Clock clock() {
        return clock;
    }

    /** Extends the linger, because a client has asked. */
    public void touch() {
        lastAskedNanos = clock.nanoTime();
    }

    /** Thrown when memory is so short that no presentation begins. */
    public static final class ShortageException extends Exception {
        ShortageException(String sentence) {
            super(sentence);
        }
    }

    /** Makes {@code waiter} look repeatedly until it has seen enough. */
    public void await(Waiter waiter) {
        waiters.add(waiter, clock.nanoTime());
    }

    /** Returns the number of requests that wait. */
    public int waiting() {
        return waiters.count();
    }

    /** Returns the number of frames of the current presentation that are in no segment. */
    public long dropped() {
        return filler.dropped();
    }

    @Override
    public void deliver(long pumpNanos) {
        long nowNanos = clock.nanoTime(); // the waiters' clock
        lock.lock();
        try {
            Watch watching = watch;
            if (watching == null) {
                return;
            }
            drain(watching, nowNanos);
            filler.away(trouble());
            if (!always() && lingered(lastAskedNanos, nowNanos)) {
                end();
            } else if (sound != null && sound.running() && lingered(sound.lastAskedNanos(), nowNanos)) {
                sound.end(this);
            }
        } finally {
            lock.unlock();
        }
        waiters.look(nowNanos);
    }

    private void drain(Watch watching, long nowNanos) {
        if (muxed != null) {
            muxed.drain(watching.cursor(), filler, nowNanos);
            return;
        }
        filler.drain(watching.cursor());
        WindowSound beside = sound;
        if (beside != null) {
            filler.window().ifPresent(pictures -> beside.drain(pictures.view(), filler::breakOff, nowNanos));
        }
    }

    /** Returns whether this window is made even when nobody asks, so that it answers at once: the main pictures' own, not a muxed copy. */
    private boolean always() {
        return muxed == null
                && camera.config().running().run() == CameraConfig.Run.ALWAYS
                && track.rendition().equals(TrackId.MAIN);
    }

    private boolean lingered(long askedNanos, long nowNanos) {
        if (waiters.count() > 0 || nowNanos - expectedNanos < EXPECTED_NANOS) {
            return false;
        }
        int target = filler.window()
                .flatMap(window -> window.view().geometry())
                .map(geometry -> geometry.targetSeconds())
                .orElse(0);
        long least = Math.max(LEAST_LINGER_NANOS, 1_000_000_000L * LINGER_TARGETS * target);
        return nowNanos - askedNanos
                > Math.max(least, camera.config().running().linger().toNanos());
    }

    private void end() {
        Watch watching = watch;
        watch = null;
        running = false;
        filler.end();
        if (sound != null) {
            sound.end(this);
        }
        if (muxed != null) {
            muxed.end(this);
        }
        if (watching != null) {
            watching.unserve(this);
            watching.close();
        }
    }

    /**
     * Keeps the window as short as possible, or lets it grow again.
     *
     * @return the bytes given back
     */
    long save(boolean on) {
        return filler.window().map(window -> window.save(on)).orElse(0L)
                + sound().map(window -> window.save(on)).orElse(0L);
    }

    /** Overwrites all segments because the camera has become private. Clients continue with the segments to come. */
    void erase() {
        lock.lock();
        try {
            filler.erase();
            if (sound != null) {
                sound.erase();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the window with the program. */
    void close() {
        lock.lock();
        try {
            closed = true;
            end();
        } finally {
            lock.unlock();
        }
        waiters.look(clock.nanoTime());
    }

    /** Returns whether the program is ending. */
    public boolean closed() {
        return closed;
    }
}
