package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.util.Optional;

/** Takes the frames of a running session. Called on the session's thread; no method waits. */
public interface SourceOutput {
    /**
     * Returns the sink of a track, and marks the track as given by the source. A source asks for all tracks that it will give before it publishes its first frame,
     * so that the first picture tells whether there will be sound. The sink is configured before the first frame, as soon as the source knows what
     * the track is like: a device's parameter sets come with its first key frame.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    FrameSink track(TrackId track);

    /**
     * Returns whether somebody reads the track now, so that a source need not make what nobody asks for. Never waits; any thread.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    boolean wanted(TrackId track);

    /** Tells, before the first track and the first raw picture, that the device turns the pictures as its camera's configuration asks, so that nobody else has to. */
    default void turned() {
        // most do not
    }

    /**
     * Tells that a track gets no frames for some time, though the session goes on, and that nobody needs those that there are.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    default void paused(TrackId track) {
        // for those who keep frames
    }

    /**
     * Takes a raw picture, which the receiver closes.
     *
     * @param picture borrowed from the driver
     */
    void raw(RawPicture picture);

    /**
     * Tells that the session has ended and holds nothing any more (device closed, memory unmapped). Called exactly once, as the last call of a session.
     *
     * @param reason the reason, if nobody asked for the end
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the one place where "asked for" and "failed" meet
    void ended(Optional<CaptureException> reason);
}
