package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hides a camera while it is private: ends its session, erases stored pictures, and shows a card to its viewers. {@link #run} belongs to the pump's
 * thread; everything else is safe from any thread.
 */
final class Curtain {
    private static final System.Logger LOG = System.getLogger(Curtain.class.getName());

    private static final long TICK_NANOS = 20_000_000L;

    /** A device that has not closed by then is left to end by itself; its frames are ignored. */
    private static final long STUCK_NANOS = 5_000_000_000L;

    private enum Phase {
        /** The camera is shown. */
        UP,
        /** The camera is ending. */
        FALLING,
        /** Only the card is shown. */
        DOWN,
        /** The card is ending. */
        RISING
    }

    private final CameraConfig config;
    private final Privacy privacy;
    private final Tracks tracks;
    private final Clock clock;
    private final Runnable wake;
    private final List<Runnable> erasing;
    private volatile Phase phase = Phase.UP; // written by the pump, read by everybody
    private long sinceNanos; // used by the pump only, like the next
    private long watchedNanos;

    /**
     * Creates a curtain that hides nothing yet.
     *
     * @param erasing erase their stored pictures of the camera when run
     */
    Curtain(CameraConfig config, Privacy privacy, Tracks tracks, Clock clock, Runnable wake, List<Runnable> erasing) {
        this.config = config;
        this.privacy = privacy;
        this.tracks = tracks;
        this.clock = clock;
        this.wake = wake;
        this.erasing = erasing;
    }

    Privacy privacy() {
        return privacy;
    }

    /** Returns whether the camera is hidden, in whole or in transition. */
    boolean hides() {
        return phase != Phase.UP || privacy.on();
    }

    /** Returns whether the device is closed, everything is erased, and nothing but the card is shown. */
    boolean covers() {
        return phase == Phase.DOWN && privacy.on();
    }

    /** Returns whether the wish of {@link Privacy#on} is fulfilled. */
    private boolean settled() {
        return phase == (privacy.on() ? Phase.DOWN : Phase.UP);
    }

    /** Waits until the device is closed and everything erased, or until the card is gone. Returns false if that takes longer. */
    synchronized boolean awaitSettled(long millis) throws InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!settled()) {
            long left = endNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    private synchronized void enter(Phase next) {
        phase = next;
        notifyAll();
    }

    /**
     * Takes the next step.
     *
     * @param current the running session, the camera's or the card's
     * @param watched whether anybody watches
     * @return the session that runs afterwards
     */
    @Nullable
    CameraSession run(@Nullable CameraSession current, long nowNanos, boolean watched) {
        switch (phase) {
            case UP -> {
                sinceNanos = nowNanos;
                watchedNanos = nowNanos;
                end(current);
                erase();
                enter(Phase.FALLING);
                return falling(current, nowNanos);
            }
            case FALLING -> {
                return falling(current, nowNanos);
            }
            case DOWN -> {
                if (privacy.on()) {
                    return down(current, nowNanos, watched);
                }
                end(current);
                enter(Phase.RISING);
                return rising(current);
            }
            case RISING -> {
                return rising(current);
            }
        }
        throw new IllegalStateException("no such phase: " + phase);
    }

    private void end(@Nullable CameraSession current) {
        if (current != null) {
            current.shut();
            current.stop();
        }
        tracks.derived().forEach(DerivedFeed::stop);
    }

    private boolean over(@Nullable CameraSession current) {
        boolean all = true;
        for (DerivedFeed derived : tracks.derived()) {
            all &= derived.retire();
        }
        return all && (current == null || current.end().isPresent());
    }

    private @Nullable CameraSession falling(@Nullable CameraSession current, long nowNanos) {
        if (!over(current)) {
            if (nowNanos - sinceNanos < STUCK_NANOS) {
                return current;
            }
            LOG.log(
                    Level.WARNING,
                    CameraConfig.called(config.id()) + ": it is private, and its device does not close.");
        }
        erase();
        LOG.log(Level.INFO, CameraConfig.called(config.id()) + ": {0}", privacy.reason());
        enter(Phase.DOWN);
        wake.run();
        return null;
    }

    private void erase() {
        tracks.feeds().forEach(Feed::erase);
        erasing.forEach(Runnable::run);
    }

    private @Nullable CameraSession down(@Nullable CameraSession card, long nowNanos, boolean watched) {
        watchedNanos = watched ? nowNanos : watchedNanos;
        if (card != null && card.end().isPresent()) {
            return null;
        }
        if (card == null && watched) {
            tracks.feeds().forEach(feed -> {
                feed.forgetRefusal();
                feed.markGap();
            });
            return CameraSession.startCard(new Card(config, privacy, tracks, clock), tracks, clock, wake);
        }
        if (card != null && nowNanos - watchedNanos > config.running().linger().toNanos()) {
            end(card);
        }
        return card;
    }

    private @Nullable CameraSession rising(@Nullable CameraSession card) {
        if (!over(card)) {
            return card;
        }
        tracks.feeds().forEach(Feed::releaseMemory);
        LOG.log(Level.INFO, CameraConfig.called(config.id()) + " is shown again.");
        enter(Phase.UP);
        wake.run();
        return null;
    }

    /** Returns the camera's state while it is hidden. */
    CameraState state(CameraState before) {
        if (phase == Phase.UP) {
            return new CameraState.Idle();
        }
        String reason = privacy.reason();
        CameraState next = new CameraState.Private(sinceNanos, reason);
        boolean same = before.equals(next) || (reason.isEmpty() && before instanceof CameraState.Private);
        return same ? before : next;
    }

    /** Returns the time until the next step is due. */
    long waitNanos() {
        return switch (phase) {
            case FALLING, RISING -> TICK_NANOS;
            case DOWN, UP -> TimeUnit.SECONDS.toNanos(1);
        };
    }
}
