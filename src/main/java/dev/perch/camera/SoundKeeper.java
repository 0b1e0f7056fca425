package dev.perch.camera;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.feed.Feed;
import dev.perch.media.Bytes;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sound of one session continuous: while pictures come and the source gives no sound, listeners get silence, so that no player waits for a
 * missing track. Sound that returns continues in its place, and gaps that a source leaves are filled with silence too, so that frames follow each
 * other without a hole.
 *
 * <p>The threads of the source's pictures and of its sound meet here, if these are two: one waits while the other copies a frame.
 */
final class SoundKeeper {
    /** How far sound may be behind the pictures at first; a sound card and an encoder need less. */
    static final long PATIENCE_NANOS = 300_000_000L;

    /** How far at most, for a source that gives all pictures of a GOP before their sound. */
    private static final long MOST_PATIENCE_NANOS = 5_000_000_000L;

    /** Sound that is further behind ended before anybody began to listen. */
    private static final long FARTHEST_NANOS = 2_000_000_000L;

    /** The least hole that is filled, in frames; a smaller one is how a source counts time. */
    private static final double HOLE_FRAMES = 1.5;

    private static final long NONE = Long.MIN_VALUE;

    private final Feed feed;
    private final Demand demand;
    private final ReentrantLock turn = new ReentrantLock();
    private final Source source;

    // guarded by turn
    private long endNanos = NONE; // of the last frame
    private long silentUntilNanos = NONE;
    private long pictureNanos = NONE; // of the newest picture
    private long patienceNanos = PATIENCE_NANOS;
    private @Nullable Quiet quiet;

    /**
     * The silence for one configuration.
     *
     * @param frame empty if no silent frame exists for it
     */
    private record Quiet(StreamConfig config, Optional<Bytes> frame, long frameNanos) {
        static Quiet of(StreamConfig config) {
            try {
                if (config instanceof StreamConfig.Aac aac) {
                    AudioSpecificConfig known = AudioSpecificConfig.parse(aac.audioSpecificConfig());
                    long nanos = known.samplesPerFrame() * 1_000_000_000L / aac.sampleRateHz();
                    return new Quiet(config, Silence.frame(known), nanos);
                }
            } catch (MalformedBitstreamException unreadable) {
                // the sink of the sound has refused it
            }
            return new Quiet(config, Optional.empty(), 0);
        }
    }

    /**
     * Creates a keeper, which gives no silence before somebody listens.
     *
     * @param track the track of sound
     */
    SoundKeeper(Track track) {
        this.feed = track.feed();
        this.demand = track.demand();
        this.source = new Source();
    }

    /** Returns the sink for the session's sound. */
    FrameSink sink() {
        return source;
    }

    /** Fills the gap of sound behind a picture with silence. Called with each picture, on its producer's thread. */
    void pictureCame(FrameTime picture) {
        if (!demand.wanted() || !turn.tryLock()) {
            return; // nobody listens, or sound is coming now
        }
        try {
            Quiet present = quiet();
            if (present == null || present.frame().isEmpty()) {
                return;
            }
            pictureNanos = picture.decodeNanos();
            long untilNanos = pictureNanos - patienceNanos;
            if (endNanos == NONE || untilNanos - endNanos > FARTHEST_NANOS) {
                endNanos = picture.decodeNanos(); // somebody listens from now on
            }
            fill(present, untilNanos, picture);
        } finally {
            turn.unlock();
        }
    }

    /** Publishes silence from the end of the sound up to a moment. */
    private void fill(Quiet present, long untilNanos, FrameTime clock) {
        Optional<Bytes> frame = present.frame();
        while (frame.isPresent() && endNanos < untilNanos && silence(frame.get(), clock)) {
            endNanos += present.frameNanos();
            silentUntilNanos = endNanos;
        }
    }

    private boolean silence(Bytes frame, FrameTime clock) {
        Optional<ByteBuffer> room = feed.claim(frame.size());
        if (room.isEmpty()) {
            return false;
        }
        frame.copyTo(room.get());
        long micros = clock.wallClockMicros() - (clock.decodeNanos() - endNanos) / 1000;
        feed.publish(new FrameTime(endNanos, micros), /* key= */ true);
        return true;
    }

    /** Raises the patience for a source whose sound comes late. */
    private void learn(FrameTime late) {
        if (pictureNanos != NONE) {
            long behindNanos = pictureNanos - late.decodeNanos();
            patienceNanos = Math.max(patienceNanos, Math.min(MOST_PATIENCE_NANOS, behindNanos + behindNanos / 4));
        }
    }

    private @Nullable Quiet quiet() {
        StreamConfig config = feed.config().orElse(null);
        Quiet present = quiet;
        if (config == null || (present != null && present.config() == config)) {
            return config == null ? null : present;
        }
        present = Quiet.of(config);
        quiet = present;
        return present;
    }

    /** The feed as the source sees it. */
    private final class Source extends ForwardingSink {
        private final TurnSink inTurn;
        private @Nullable ByteBuffer claimed;

        Source() {
            this(new TurnSink(feed, turn));
        }

        private Source(TurnSink inTurn) {
            super(inTurn);
            this.inTurn = inTurn;
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            Optional<ByteBuffer> room = super.claim(sizeBytes);
            claimed = room.orElse(null);
            return room;
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            Quiet present = quiet();
            long frameNanos = present == null ? 0 : present.frameNanos();
            if (silentUntilNanos != NONE && time.decodeNanos() + frameNanos / 2 < silentUntilNanos) {
                inTurn.withdraw(); // silence was published in its place already
                learn(time);
                return;
            }
            long holeNanos = endNanos == NONE ? 0 : time.decodeNanos() - endNanos;
            ByteBuffer frame = claimed;
            if (present != null
                    && frame != null
                    && holeNanos > HOLE_FRAMES * frameNanos
                    && holeNanos < FARTHEST_NANOS) {
                publishBehind(present, frame, time);
            } else {
                endNanos = time.decodeNanos() + frameNanos;
                inTurn.publish(time, key);
            }
        }

        /** Fills the hole before a frame: readers who add up the frames' durations would otherwise play it too early. */
        private void publishBehind(Quiet present, ByteBuffer frame, FrameTime time) {
            byte[] kept = new byte[frame.position()];
            frame.flip().get(kept);
            turn.lock(); // until the frame has its place again
            try {
                inTurn.withdraw();
                fill(present, time.decodeNanos() - present.frameNanos() / 2, time);
                endNanos = time.decodeNanos() + present.frameNanos();
                Optional<ByteBuffer> room = feed.claim(kept.length);
                if (room.isPresent()) {
                    room.get().put(kept);
                    feed.publish(time, /* key= */ true);
                }
            } finally {
                turn.unlock();
            }
        }
    }
}
