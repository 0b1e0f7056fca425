package dev.perch.mp4;

import dev.perch.media.StreamConfig;

/**
 * A track as an init segment describes it.
 *
 * @param id the track_ID, from 1 on and different for each track of a file
 * @param startTicks the media time at which its presentation begins, in the timescale of {@code config}: after the first picture's composition
 *     offset, an encoder's priming samples, or all that precedes a clip's first moment
 * @param delayMillis the time from the beginning of the whole presentation to that of the track
 */
public record MovieTrack(int id, StreamConfig config, int startTicks, int delayMillis) {
    /** The track_ID of the one track of pictures. */
    public static final int VIDEO_ID = 1;

    /** The track_ID of the one track of sound. */
    public static final int SOUND_ID = 2;

    public MovieTrack {
        if (id < 1 || startTicks < 0 || delayMillis < 0) {
            throw new IllegalArgumentException(
                    "not a track's place: id=" + id + " startTicks=" + startTicks + " delayMillis=" + delayMillis);
        }
    }

    /** Returns a track that is presented from its first sample on, under the track_ID of its medium. */
    public static MovieTrack of(StreamConfig config) {
        int id = switch (config.encoding().medium()) {
            case VIDEO -> VIDEO_ID;
            case SOUND -> SOUND_ID;
        };
        return new MovieTrack(id, config, 0, 0);
    }

    /** Returns this track, presented from media time {@code ticks} on. */
    public MovieTrack from(int ticks) {
        return new MovieTrack(id, config, ticks, delayMillis);
    }

    /** Returns this track, presented {@code millis} later than the whole. */
    public MovieTrack after(int millis) {
        return new MovieTrack(id, config, startTicks, millis);
    }

    boolean edited() {
        return startTicks > 0 || delayMillis > 0;
    }
}
