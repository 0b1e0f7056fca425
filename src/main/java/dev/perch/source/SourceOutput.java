package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.util.Optional;

/** Receives the frames of a running session. Called on the session's thread, except {@link #wanted}; no method waits. */
public interface SourceOutput {
    /**
     * Returns the sink of a track, and marks the track as given by the source. A source asks for all tracks that it will give before it publishes its
     * first frame, so that the first picture tells whether there will be sound. The sink is configured before the first frame, as soon as the source
     * knows its format: a device's parameter sets come with its first key frame.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    FrameSink track(TrackId track);

    /**
     * Returns whether somebody reads the track now, so that a source need not produce it otherwise. Never waits; any thread.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    boolean wanted(TrackId track);

    /**
     * Called before the first track and the first raw picture if the device turns the pictures as the configuration asks, so that nobody else must.
     */
    default void turned() {
        // most devices do not
    }

    /**
     * Called when a track gets no frames for some time although the session goes on; its existing frames are of no more use.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    default void paused(TrackId track) {
        // for outputs that keep frames
    }

    /**
     * Takes a raw picture; the receiver closes it.
     *
     * @param picture borrowed from the driver
     */
    void raw(RawPicture picture);

    /**
     * Called once, as the last call of a session, when it has ended and holds nothing any more (device closed, memory unmapped).
     *
     * @param reason why it ended; empty if that was asked for
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the one place where "asked for" and "failed" meet
    void ended(Optional<CaptureException> reason);
}
