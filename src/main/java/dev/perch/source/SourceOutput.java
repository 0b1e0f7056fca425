package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.util.Optional;

/** What a running session hands its frames to. Called on the session's thread; nothing here waits. */
public interface SourceOutput {
    /**
     * Returns where the frames of a track go. The camera takes it that a track that was asked for is going to be filled; its configuration is told to the sink
     * before its first frame.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    FrameSink track(TrackId track);

    /**
     * Takes over a raw picture: the receiver closes it.
     *
     * @param picture borrowed from the driver
     */
    void raw(RawPicture picture);

    /**
     * The session has ended and holds nothing any more (device closed, memory unmapped). Called exactly once, the last call of a session.
     *
     * @param reason why, when nobody asked for the end
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the one place where "asked for" and "failed" meet
    void ended(Optional<CaptureException> reason);
}
