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
 * Keeps the sound of one session going: while pictures come and the source gives no sound, those who listen get silence, so that no player waits for a track that is not there. Sound that
 * comes back goes on where it belongs, and what a source left out is silence too, so that frames follow each other without a hole.
 *
 * <p>The source's threads meet here, that of the pictures and that of the sound, if these are two: one waits while the other copies a frame.
 */
final class SoundKeeper {
    /** The longest that sound may be behind the pictures at first; a sound card and an encoder need less. */
    static final long PATIENCE_NANOS = 300_000_000L;

    /** And at most, of a source that is seen to give all pictures of a GOP before their sound. */
    private static final long MOST_PATIENCE_NANOS = 5_000_000_000L;

    /** Sound that is so far behind ended before somebody began to listen. */
    private static final long FARTHEST_NANOS = 2_000_000_000L;

    /** So many frames are missing at least where there is a hole; less is how a source counts time. */
    private static final double HOLE_FRAMES = 1.5;

    private static final long NONE = Long.MIN_VALUE;

    private final Feed feed;
    private final Demand demand;
    private final ReentrantLock turn = new ReentrantLock();
    private final Source source;

    // guarded by turn
    private long endNanos = NONE; // of the last frame
    private long silentUntilNanos = NONE;
    private long pictureNanos = NONE; // of the newest
    private long patienceNanos = PATIENCE_NANOS;
    private @Nullable Quiet quiet;

    /**
     * The silence of one configuration.
     *
     * @param frame empty for sound that has no such frames
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
                // it was refused where it came from
            }
            return new Quiet(config, Optional.empty(), 0);
        }
    }

    /**
     * Gives no silence before somebody listens.
     *
     * @param track of sound
     */
    SoundKeeper(Track track) {
        this.feed = track.feed();
        this.demand = track.demand();
        this.source = new Source();
    }

    /** Returns where the session's sound goes. */
    FrameSink sink() {
        return source;
    }

    /** Fills up with silence what is missing behind a picture; called with each, on its producer's thread. */
    void pictureCame(FrameTime picture) {
        if (!demand.wanted() || !turn.tryLock()) {
            return; // nobody listens, or there is sound just now
        }
        try {
            Quiet present = quiet();
            if (present == null || present.frame().isEmpty()) {
                return;
            }
            pictureNanos = picture.decodeNanos();
            long untilNanos = pictureNanos - patienceNanos;
            if (endNanos == NONE || untilNanos - endNanos > FARTHEST_NANOS) {
                endNanos = picture.decodeNanos(); // from now on somebody listens
            }
            fill(present, untilNanos, picture);
        } finally {
            turn.unlock();
        }
    }

    /** Publishes silence from the end of the sound to a moment. */
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

    /** Waits longer for the sound of a source that gives it so late. */
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
                inTurn.withdraw(); // silence stands there already
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

        /** Fills the hole before a frame: those who count on the frames' durations would otherwise play it too early. */
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
