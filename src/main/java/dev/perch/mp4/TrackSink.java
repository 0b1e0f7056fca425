package dev.perch.mp4;

import dev.perch.aac.AacPublisher;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.h264.AvcConfiguration;
import dev.perch.h264.AvcPublisher;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.HeldSink;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the samples of one track into a feed; those of a refused track go nowhere. */
final class TrackSink {
    private static final long ORDER_BASE = 1L << 40; // far from 0, which would mean no place in output order
    private static final long MOST_TICKS = 1L << 56; // two thousand years at 1 MHz

    private final SourceTrack track;
    private final MovieReader.Output output;
    private final @Nullable Pictures picture;
    private final @Nullable AacPublisher sound;
    private @Nullable ByteBuffer into; // the feed's memory for the current sample
    private boolean reordered;
    private boolean told; // whether the time of capture is known
    private boolean toldItself; // whether it was told for this track, not for another
    private long capturedLessStreamNanos;

    private TrackSink(
            SourceTrack track, MovieReader.Output output, @Nullable Pictures picture, @Nullable AacPublisher sound) {
        this.track = track;
        this.output = output;
        this.picture = picture;
        this.sound = sound;
    }

    /** The way of pictures into a feed, of which a later description may say that they are held otherwise. */
    private static final class Pictures {
        final AvcPublisher publisher;
        private @Nullable HeldSink sink;
        private Orientation held = Orientation.UPRIGHT;

        Pictures(MovieReader.Output output) {
            this.publisher = new AvcPublisher(first -> open(output.video(first)));
        }

        private HeldSink open(FrameSink feed) {
            HeldSink opened = new HeldSink(feed, held);
            sink = opened;
            return opened;
        }

        void hold(Orientation next) {
            held = next;
            HeldSink opened = sink;
            if (opened != null) {
                opened.hold(next);
            }
        }
    }

    /**
     * Creates the sink of a track.
     *
     * @param taken whether its samples are published
     * @param before the sink that has published to the same feed so far; null for the first
     */
    static TrackSink of(SourceTrack track, boolean taken, @Nullable TrackSink before, MovieReader.Output output) {
        if (!taken) {
            return new TrackSink(track, output, null, null);
        }
        if (track.avc().isPresent()) {
            Pictures known = before == null ? null : before.picture;
            return new TrackSink(track, output, known == null ? new Pictures(output) : known, null);
        }
        AacPublisher known = before == null ? null : before.sound;
        AudioSpecificConfig config = track.aac().orElseThrow();
        if (known == null && config.refusal().isEmpty()) {
            known = new AacPublisher(output.sound(config.streamConfig()));
        }
        return new TrackSink(track, output, null, known);
    }

    int id() {
        return track.id();
    }

    Optional<Medium> medium() {
        return track.medium();
    }

    boolean taken() {
        return picture != null || sound != null;
    }

    /** Configures the feed. */
    void configure() throws MalformedBitstreamException {
        Pictures pictures = picture;
        AacPublisher sounds = sound;
        Optional<AvcConfiguration> avc = track.avc();
        Optional<AudioSpecificConfig> aac = track.aac();
        if (pictures != null && avc.isPresent()) {
            pictures.hold(track.held());
            pictures.publisher
                    .configure(avc.get(), /* toldFrameNanos= */ 0)
                    .ifPresent(why -> output.refused(Medium.VIDEO, why));
        } else if (sounds != null && aac.isPresent()) {
            sounds.configure(aac.get());
        } else {
            aac.flatMap(AudioSpecificConfig::refusal).ifPresent(why -> output.refused(Medium.SOUND, why));
        }
    }

    /** Records the time of day at which the sample decoded at {@code mediaTicks} was captured. */
    void captured(long micros, long mediaTicks) {
        toldItself = true;
        captured(micros, track, mediaTicks);
    }

    /** Records a time of capture told of another track on the same clock. */
    void capturedBeside(long micros, long mediaTicks, int otherId, Iterable<TrackSink> all) {
        if (toldItself) {
            return;
        }
        for (TrackSink other : all) {
            if (other.id() == otherId) {
                captured(micros, other.track, mediaTicks);
            }
        }
    }

    private void captured(long micros, SourceTrack of, long mediaTicks) {
        told = Math.abs(mediaTicks) < MOST_TICKS;
        if (told) {
            capturedLessStreamNanos = micros * 1000 - of.nanos(mediaTicks);
        }
    }

    /** Begins a sample; its bytes follow. */
    void begin(int sizeBytes, boolean key) {
        Pictures pictures = picture;
        AacPublisher sounds = sound;
        into = pictures != null
                ? pictures.publisher.claim(sizeBytes, key).orElse(null)
                : sounds == null ? null : sounds.claim(sizeBytes).orElse(null);
    }

    /** Takes the next {@code count} bytes of {@code piece} and moves its position. */
    void bytes(ByteBuffer piece, int count) {
        ByteBuffer space = into;
        if (space != null) {
            space.put(space.position(), piece, piece.position(), count).position(space.position() + count);
        }
        piece.position(piece.position() + count);
    }

    /** Publishes the current sample, which is complete. */
    void end(long decodeTicks, int compositionTicks) {
        if (into == null || Math.abs(decodeTicks) > MOST_TICKS) {
            into = null;
            return;
        }
        into = null;
        long streamNanos = track.nanos(decodeTicks);
        long micros = told ? Math.floorDiv(streamNanos + capturedLessStreamNanos, 1000L) : MovieReader.UNTOLD;
        FrameTime time = output.time(streamNanos, micros);
        Pictures pictures = picture;
        AacPublisher sounds = sound;
        if (pictures != null) {
            reordered |= compositionTicks != 0;
            pictures.publisher.publish(
                    reordered
                            ? time.shown(
                                    Ticks.nanos(compositionTicks, track.timescaleHz()),
                                    ORDER_BASE + decodeTicks + compositionTicks)
                            : time);
        } else if (sounds != null) {
            sounds.publish(time);
        }
    }

    /** Counts a sample that never arrived whole. */
    void dropped() {
        Pictures pictures = picture;
        AacPublisher sounds = sound;
        if (into != null && pictures != null) {
            pictures.publisher.dropped();
        } else if (into != null && sounds != null) {
            sounds.dropped();
        }
        into = null;
    }
}
