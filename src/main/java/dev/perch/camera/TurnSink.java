package dev.perch.camera;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A feed as one derivation sees it. A stopped derivation may end after its successor has begun: it publishes nothing any more, and while one of the
 * two fills a claim, the other waits as long as a copy takes.
 */
final class TurnSink implements FrameSink {
    /** Far longer than a copy: a derivation that keeps the turn longer is dead. */
    private static final long PATIENCE_MILLIS = 100;

    private final FrameSink feed;
    private final ReentrantLock turn;
    private volatile boolean closed; // written by the pump, read by the derivation
    private volatile boolean published; // written by the derivation, read by the pump

    /**
     * Creates a sink.
     *
     * @param turn shared by all that ever produce to {@code feed}
     */
    TurnSink(FrameSink feed, ReentrantLock turn) {
        this.feed = feed;
        this.turn = turn;
    }

    /** Returns whether a frame was passed on. */
    boolean published() {
        return published;
    }

    /** Stops passing frames on. A copy that is under way completes. */
    void close() {
        boolean held = take();
        closed = true;
        if (held) {
            turn.unlock();
        }
    }

    private boolean take() {
        try {
            return turn.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void configure(StreamConfig config) {
        if (!closed) {
            feed.configure(config);
        }
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        if (turn.isHeldByCurrentThread()) {
            turn.unlock(); // of a claim that was not published
        }
        if (!take()) {
            feed.dropped();
            return Optional.empty();
        }
        Optional<ByteBuffer> claimed = closed ? Optional.empty() : feed.claim(sizeBytes);
        if (claimed.isEmpty()) {
            turn.unlock();
        }
        return claimed;
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        try {
            feed.publish(time, key);
            published = true;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void refused(String why) {
        if (!closed) {
            feed.refused(why);
        }
    }

    @Override
    public void withdraw() {
        if (turn.isHeldByCurrentThread()) {
            feed.withdraw();
            turn.unlock();
        }
    }

    @Override
    public void dropped() {
        if (turn.isHeldByCurrentThread()) {
            feed.dropped(); // even when closed: the claim is given back
            turn.unlock();
        } else if (!closed) {
            feed.dropped();
        }
    }
}
