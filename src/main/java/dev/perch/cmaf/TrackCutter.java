package dev.perch.cmaf;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.feed.Frame;
import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.CompositionTimes;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.ProducerTime;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The part of one track in segments: gives its frames decode times and durations, leaves out those that cannot be decoded, and writes the heads of
 * their fragments. Used by one thread.
 */
final class TrackCutter {
    private static final long UNKNOWN_FRAME_NANOS = 33_333_333;

    private final FrameTime origin;
    private TrackClock clock;
    private @Nullable SoundClock sound; // the same clock, for a track of sound
    private @Nullable Bytes silence; // a silent frame of it, if one exists
    private final CompositionTimes composition = new CompositionTimes();
    private final int id;
    private final Fragment fragment;

    private StreamConfig config;
    private boolean fresh = true; // whether the next frame continues nothing
    private boolean inSegment; // whether the open segment has a frame of this track
    private long leadingBefore; // the first picture's output order after a break, until a later one is shown; then 0
    private int compositionTicks; // of the current frame

    /**
     * Creates a cutter.
     *
     * @param origin the capture that has decode time 0
     * @param config of the track's first frames
     */
    TrackCutter(FrameTime origin, StreamConfig config) {
        this.origin = origin;
        this.config = config;
        this.clock = clock(config);
        this.id = MovieTrack.of(config).id();
        this.fragment = new Fragment(id);
    }

    private TrackClock clock(StreamConfig described) {
        if (described instanceof StreamConfig.Aac aac) {
            AudioSpecificConfig setup = setup(aac);
            SoundClock made = new SoundClock(origin, aac.sampleRateHz(), setup.samplesPerFrame());
            sound = made;
            silence = Silence.frame(setup).orElse(null);
            return made;
        }
        return new PictureClock(
                origin, described instanceof StreamConfig.H264 video ? video.frameNanos() : UNKNOWN_FRAME_NANOS);
    }

    private static AudioSpecificConfig setup(StreamConfig.Aac sound) {
        try {
            return AudioSpecificConfig.parse(sound.audioSpecificConfig());
        } catch (MalformedBitstreamException unreadable) {
            throw new IllegalArgumentException("no sound is published without it: config=" + sound, unreadable);
        }
    }

    /** Returns the track for an init segment, from the current frame on. */
    MovieTrack track() {
        return MovieTrack.of(config).from(Math.max(0, compositionTicks));
    }

    /** Returns the configuration of the last frame. */
    StreamConfig config() {
        return config;
    }

    /** Returns whether {@code frame} belongs to this track, and records its configuration. */
    boolean accepts(Frame frame) {
        boolean ours = !frame.placeholder() && frame.config().encoding() == config.encoding();
        if (ours) {
            configure(frame.config());
        }
        return ours;
    }

    private void configure(StreamConfig next) {
        if (next instanceof StreamConfig.Aac && !next.equals(config)) {
            long doneTicks = nextTicks();
            SoundClock before = sound;
            clock = clock(next); // in another timescale
            SoundClock after = sound;
            if (before != null && after != null) {
                after.passTo(ownTicks(doneTicks, next.timescaleHz()));
            }
            fresh = true;
        }
        config = next;
    }

    private static long ownTicks(long ticks, int timescaleHz) {
        return ticks / Ticks.HZ * timescaleHz
                + (ticks % Ticks.HZ * timescaleHz + Ticks.HZ - 1) / Ticks.HZ; // rounded up
    }

    /** Returns whether silence can replace missing sound. */
    boolean fills() {
        return silence != null;
    }

    /** Returns whether the next frame continues nothing. */
    boolean fresh() {
        return fresh;
    }

    /** Returns the place of the sound's next frame, in {@link Ticks}; the end of the last one if that is not known. */
    long nextTicks() {
        return sound == null ? 0 : Ticks.of(sound.nextTicks(), config.timescaleHz());
    }

    /** Returns the true time of a capture, in {@link Ticks}. */
    long trueTicks(FrameTime time) {
        return Ticks.between(origin, time);
    }

    /**
     * Makes sound that continues nothing begin with {@code frame}, or with silence before it from {@code startTicks} on.
     *
     * @return the number of silent frames before it
     */
    int beginBefore(Frame frame, long startTicks) {
        SoundClock present = sound;
        if (!fresh || present == null || !fills()) {
            return missing(frame);
        }
        long at = present.trueTicks(frame.time());
        long from = Math.max(ownTicks(startTicks, config.timescaleHz()), present.nextTicks());
        int silent = (int) (Math.max(0, at - from) / present.durationTicks());
        present.begin(at - (long) silent * present.durationTicks());
        fresh = false;
        return silent;
    }

    /** Makes sound that continues nothing begin with silence from {@code startTicks} on. */
    void beginAt(long startTicks) {
        SoundClock present = sound;
        if (fresh && present != null) {
            present.begin(ownTicks(startTicks, config.timescaleHz()));
            fresh = false;
        }
    }

    /** Returns the number of silent frames before {@code frame}; 0 if its place is near enough to its true time. */
    int missing(Frame frame) {
        return sound == null || !fills() || fresh ? 0 : sound.missing(frame.time());
    }

    /** Returns the number of silent frames before {@code untilTicks} after which less than a frame, and the tolerated error, is missing. */
    int missing(long untilTicks) {
        SoundClock present = sound;
        if (present == null || !fills() || fresh) {
            return 0;
        }
        long behind = ownTicks(untilTicks, config.timescaleHz()) - present.nextTicks();
        return behind > present.durationTicks() + present.mostErrorTicks()
                ? (int) (behind / present.durationTicks())
                : 0;
    }

    /** Returns whether other sound already has the place of {@code frame}. */
    boolean surplus(Frame frame) {
        return sound != null && fills() && !fresh && sound.surplus(frame.time());
    }

    /** Returns a silent frame for the next place; only if {@link #fills}. */
    SilentFrame silentFrame() {
        Bytes bytes = silence;
        if (bytes == null) {
            throw new IllegalStateException("no silence can be made: config=" + config);
        }
        long nanos = nextTicks() * 100_000 / 9;
        FrameTime time = new FrameTime(origin.decodeNanos() + nanos, origin.wallClockMicros() + nanos / 1000);
        return new SilentFrame(new Frame(0, bytes.size(), time, true, false, false, config), bytes);
    }

    /** Returns whether {@code frame} does not follow the previous frame in time. */
    boolean interrupted(Frame frame, boolean jumped) {
        return jumped || frame.afterGap() || clock.hole(frame.time());
    }

    /** Makes the next frame continue nothing. */
    void restart() {
        if (!fresh) {
            fresh = true;
            clock.restart();
        }
    }

    /** Returns whether {@code frame} is the first after a break, and was captured before {@code startTicks}. */
    boolean precedes(Frame frame, long startTicks) {
        return fresh && Ticks.between(origin, frame.time()) < startTicks;
    }

    /** Returns whether {@code frame} can be decoded from the frames taken so far. */
    boolean decodable(Frame frame) {
        if (fresh) {
            leadingBefore = frame.key() ? frame.time().presentationOrder() : 0;
            return frame.key();
        }
        return !leads(frame.time());
    }

    /** Returns whether a picture is shown before the first one after a break, and so refers to missing pictures. */
    private boolean leads(FrameTime time) {
        leadingBefore = time.presentationOrder() > leadingBefore ? 0 : leadingBefore;
        return leadingBefore != 0;
    }

    /** Begins a part of about that duration with the next frame. */
    void partBegins(long partTicks) {
        if (clock instanceof PictureClock pictures) {
            pictures.partBegins(partTicks);
        }
    }

    /** Moves on to {@code frame}, whose times are fixed by this. */
    void next(Frame frame) {
        clock.next(frame.time());
        if (fresh) {
            composition.clear();
        }
        compositionTicks = config instanceof StreamConfig.H264 video ? composed(frame.time(), video) : 0;
    }

    private int composed(FrameTime time, StreamConfig.H264 video) {
        double frames = (double) time.presentationOffsetNanos() / video.frameNanos();
        return composition.offsetTicks(time, clock.decodeTicks(), Math.round(frames * clock.intervalTicks()));
    }

    /** Writes the head of the fragment that goes before the frame's bytes. */
    void writeHead(ByteBuffer head, int sequenceNumber, Frame frame) {
        fragment.at(sequenceNumber, clock.decodeTicks()).sample(clock.durationTicks(), frame.sizeBytes(), frame.key());
        if (frame.time().reordered()) {
            fragment.composed(compositionTicks);
        }
        fragment.write(head);
    }

    /** Records that the current frame is in the open segment. */
    void taken() {
        fresh = false;
        inSegment = true;
    }

    /** Records that a segment begins, which has no frame of this track yet. */
    void segmentBegins() {
        inSegment = false;
    }

    /** Returns whether the open segment has a frame of this track. */
    boolean inSegment() {
        return inSegment;
    }

    /** Writes the current frame's capture time, before a segment. */
    void writeTime(ByteBuffer head, long wallMicros) {
        ProducerTime.write(head, id, wallMicros, clock.decodeTicks());
    }

    /** Returns the decode time of the current frame, in {@link Ticks}. */
    long startTicks() {
        return Ticks.of(clock.decodeTicks(), config.timescaleHz());
    }

    /** Returns the duration of the current frame, in {@link Ticks}; rounding errors do not add up. */
    int durationTicks() {
        return (int) (Ticks.of(clock.decodeTicks() + clock.durationTicks(), config.timescaleHz()) - startTicks());
    }

    /** Returns the measured interval between frames, in {@link Ticks}. */
    double intervalTicks() {
        return clock.intervalTicks() * Ticks.HZ / config.timescaleHz();
    }

    /** Returns whether a decoder configured for one can decode the other. */
    static boolean sameParameters(StreamConfig one, StreamConfig other) {
        if (one instanceof StreamConfig.H264 video && other instanceof StreamConfig.H264 after) {
            return video.sps().equals(after.sps())
                    && video.pps().equals(after.pps())
                    && video.turn().equals(after.turn());
        }
        return one.equals(other);
    }
}
